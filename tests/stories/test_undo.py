"""`/dursor undo`: dursor's last commit is taken back by git, as a commit of its own; people's commits never are."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait, Work
from tests.stories import scenes

COUNTS = 'sh, -c, \'echo "N = $(date +%s%N)" > made.py; echo "# fixed" >> a.py\''


async def fixed(hub, server, **config):
    """A pull request with one fix of dursor's on it, and the head before."""
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR, **config)
    before = pull.head_sha
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.WAITING_CI, iteration=1)
    return pull, before


async def say(hub, server, pull, words):
    comment = hub.comment(pull, words, author="alice")
    await server.rest()
    return scenes.reactions(comment) - {"eyes"}


async def test_the_last_commit_is_taken_back_by_one_that_says_so(hub, server):
    pull, _ = await fixed(hub, server)
    made = pull.head_sha

    assert await say(hub, server, pull, "/dursor undo") == {"rocket"}

    run = await server.until(pull, work=Work.UNDO, is_working=False)
    assert run.head_sha == pull.head_sha != made
    assert run.iteration == 1
    assert await hub.read(pull.repository, "a.py", pull.head_ref) == scenes.LINT_ERROR["a.py"]
    (row,) = await scenes.rows(server, "SELECT * FROM runs WHERE work = 'undo'")
    assert (row["merged_ref"], row["executor"], row["reserved_usd"]) == (made, "git", None)
    assert f"Takes back {made}" in row["summary"]
    assert scenes.pushed_by_us(hub) == [f"refs/heads/{pull.head_ref}"] * 2


async def test_red_for_the_same_reason_after_an_undo_is_not_fixed_the_same_way_again(hub, server):
    pull, _ = await fixed(hub, server)
    await say(hub, server, pull, "/dursor undo")

    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_PROGRESS)

    assert len(await scenes.rows(server, "SELECT id FROM runs WHERE work = 'ci'")) == 1


async def test_undo_twice_takes_the_commit_before_back_too_and_then_there_is_none(hub, server):
    pull, _ = await fixed(hub, server, autofix=COUNTS)
    first = await hub.read(pull.repository, "made.py", pull.head_ref)
    hub.comment(pull, "/dursor do once more", author="alice")
    await server.until(pull, phase=Phase.WAITING_CI, iteration=2)
    assert await hub.read(pull.repository, "made.py", pull.head_ref) != first

    await say(hub, server, pull, "/dursor undo")
    assert await hub.read(pull.repository, "made.py", pull.head_ref) == first
    await say(hub, server, pull, "/dursor undo")
    assert await hub.read(pull.repository, "made.py", pull.head_ref) is None
    stands = await server.run(pull)

    assert await say(hub, server, pull, "/dursor undo") == {"confused"}
    assert scenes.said_by_us(hub, pull, "No commit of dursor's")
    assert await server.run(pull) == stands


async def test_a_persons_commit_on_top_stays(hub, server):
    pull, _ = await fixed(hub, server)
    await hub.push(pull, {"b.py": "B = 1\n"}, author="alice")
    await server.until(pull, head_sha=pull.head_sha)

    await say(hub, server, pull, "/dursor undo")

    assert await hub.read(pull.repository, "a.py", pull.head_ref) == scenes.LINT_ERROR["a.py"]
    assert await hub.read(pull.repository, "b.py", pull.head_ref) == "B = 1\n"


async def test_a_commit_that_others_build_on_is_not_taken_back_and_the_files_are_named(hub, server):
    pull, _ = await fixed(hub, server, autofix=COUNTS)
    await hub.push(pull, {"made.py": "N = 'by hand'\n"}, author="alice")
    run = await server.until(pull, head_sha=pull.head_sha)

    assert await say(hub, server, pull, "/dursor undo") == {"confused"}

    assert scenes.said_by_us(hub, pull, "cannot be taken back", "`made.py`")
    assert (await server.run(pull)).attempt == run.attempt


async def test_nobodys_commits_but_dursors_are_taken_back(hub, server):
    pull = await scenes.working_on(hub, server)
    await hub.push(pull, {"b.py": "B = 1\n"}, author="alice")
    await server.until(pull, head_sha=pull.head_sha)

    assert await say(hub, server, pull, "/dursor undo") == {"confused"}
    assert scenes.pushed_by_us(hub) == []


async def test_a_merge_of_the_base_is_not_reverted(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    await hub.push_branch(pull.repository, "main", {"new.txt": "of the base\n"}, "carol")
    await say(hub, server, pull, "/dursor update")
    head = pull.head_sha

    assert await say(hub, server, pull, "/dursor undo") == {"confused"}

    assert scenes.said_by_us(hub, pull, "brought the base branch in")
    assert pull.head_sha == head


async def test_who_works_is_stopped_before_a_commit_is_taken_back(hub, server):
    once = "sh, -c, 'test -e made.py && sleep 30; date +%s%N > made.py'"
    pull, _ = await fixed(hub, server, autofix=once)
    hub.comment(pull, "/dursor do more", author="alice")
    await server.until(pull, phase=Phase.FIXING_REVIEW)
    await scenes.executor_at_work(server)

    hub.comment(pull, "/dursor undo", author="alice")
    await server.until(pull, work=Work.PEOPLE, phase=Phase.WAITING_CI)  # what alice had asked for is done after it

    works = await scenes.rows(server, "SELECT work, status FROM runs ORDER BY id")
    assert [row["work"] for row in works] == ["ci", "people", "undo", "people"]
    assert [row["status"] for row in works][1] == "canceled"


async def test_an_undo_during_a_pause_says_how_to_end_it(hub, server):
    pull, _ = await fixed(hub, server)
    await say(hub, server, pull, "/dursor pause")

    assert await say(hub, server, pull, "/dursor undo") == {"confused"}
    assert scenes.said_by_us(hub, pull, "`/dursor resume`", "`undo`")


async def test_who_may_not_write_undoes_nothing(hub, server):
    pull, _ = await fixed(hub, server)
    head = pull.head_sha
    hub.comment(pull, "/dursor undo", author="mallory")
    await server.rest()

    assert pull.head_sha == head
    assert scenes.said_by_us(hub, pull, "`undo` needs write permission")
