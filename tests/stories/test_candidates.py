"""Several executors try the same: from an issue to a merged pull request with two candidates, and on pull requests."""

from __future__ import annotations

import asyncio

from app.lifecycle.run import Phase, Wait
from app.localhub import git_repo
from tests.stories import scenes
from tests.stories.server import PATIENCE_SECONDS

ONE = "python3, -c, \"open('one.py', 'w').write('ONE = 1\\\\n')\""
TWO = "python3, -c, \"open('two.py', 'w').write('TWO = 2\\\\nMORE = 3\\\\n')\""
CONFIG = """\
mode: {mode}
executor: command:one
commands:
  one: {{run: [{one}], timeout_minutes: 1}}
  two: {{run: [{two}], timeout_minutes: 1}}
  lint: {{run: [ruff, check, --no-cache, --output-format, sarif, .], output: sarif}}
reviewer: none
trigger: {{adopt: {{authors: [alice]}}}}
ci: {{settle_seconds: 1, rerun_failed_once: false}}
limits: {{ci: 0}}
{more}
"""


async def repository(hub, mode="semi_auto", *, one=ONE, two=TWO, more=""):
    files = {"README.md": "# Widgets\n", ".github/dursor.yml": CONFIG.format(mode=mode, one=one, two=two, more=more)}
    repo = await hub.create_repository("octo/widgets", files)
    hub.set_permission(repo, "bob", "write")
    return repo


async def branches(hub, repo):
    """The names of all branches of a repository, in order."""
    found = await git_repo.refs(hub.world.git(repo))
    return sorted(name.removeprefix("refs/heads/") for name in found)


async def candidates(server, count=2, **wanted):
    """The runs of the candidates, by their numbers, once all have these columns."""
    found = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count or any(one[name] != value for one in found for name, value in wanted.items()):
            await asyncio.sleep(0.05)
            found = await scenes.rows(
                server,
                "SELECT agentic_runs.*, tasks.branch, tasks.picked_at, tasks.executor, tasks.candidate "
                "FROM agentic_runs JOIN tasks ON tasks.id = task_id WHERE parent_id IS NOT NULL ORDER BY candidate",
            )
    return found


async def pulls_of(server, repo, count=2):
    found = await candidates(server, count, phase="waiting_ci")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(one["pr_number"] is None for one in found):
            await asyncio.sleep(0.05)
            found = await candidates(server, count)
    return [repo.issues[one["pr_number"]] for one in found]


async def comparison(hub, issue, *words):
    """The one comment that compares, once it says this."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = scenes.said_by_us(hub, issue, "<!-- dursor:candidates:")
            assert len(found) < 2
            if found and all(word in found[0] for word in words):
                return found[0]
            await asyncio.sleep(0.05)


async def two_for_an_issue(hub, server, repo):
    issue = hub.open_issue(repo, "Count", "There should be numbers.", "alice")
    hub.comment(issue, "/dursor use one,two Write a number", author="bob")
    one, two = await pulls_of(server, repo)
    return issue, one, two


async def test_from_an_issue_to_a_merged_pull_request_with_two_candidates_of_which_dursor_takes_one(hub, server):
    repo = await repository(hub, "full_auto")
    issue, red, green = await two_for_an_issue(hub, server, repo)
    assert red.draft
    assert green.draft
    assert (red.head_ref, green.head_ref) == ("dursor/1-count-1-command-one", "dursor/1-count-2-command-two")
    assert "Closes" not in green.body
    told = [row["instruction"] for row in await scenes.rows(server, "SELECT instruction FROM runs ORDER BY id")]
    assert len(told) == 2
    assert all("Write a number" in text and "There should be numbers." in text for text in told)

    await hub.finish_check(red, "test", "failure")
    await hub.finish_check(green, "test", "success")

    await server.until(green, phase=Phase.COMPLETED)
    await server.rest()
    assert green.merged_at
    assert not green.draft
    assert f"Closes #{issue.number}" in green.body
    assert (red.state, red.merged_at) == ("closed", None)
    assert issue.state == "closed"
    assert await branches(hub, repo) == ["main"]
    said = await comparison(hub, issue, "Candidate 2 was taken")
    assert f"#{green.number} goes on" in said
    assert not scenes.said_by_us(hub, issue, "is the pull request for this")


async def test_a_person_compares_and_picks_where_the_mode_leaves_the_choice_to_people(hub, server):
    repo = await repository(hub, more="review: {min_score: 0.5}")
    issue, one, two = await two_for_an_issue(hub, server, repo)
    await hub.finish_check(one, "test", "success")
    await hub.finish_check(two, "test", "success")
    await candidates(server, wait="candidate")
    said = await comparison(hub, issue, "They are done", "/dursor pick N")
    for word in (
        f"| **1** #{one.number} | `command:one` | done | green |",
        "1 file, +1 ",
        "1 file, +2 ",
        "+ONE = 1",
        "+MORE = 3",
    ):
        assert word in said
    await server.rest()
    assert len(scenes.said_by_us(hub, issue, "CI is green for 2 of 2")) == 1
    assert not [body for pull in (one, two) for body in scenes.said_by_us(hub, pull, "dursor:say")]

    picked = hub.comment(issue, "/dursor pick 2", author="bob")
    run = await server.until(two, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()
    again = hub.comment(issue, "/dursor pick 2", author="bob")
    other = hub.comment(issue, "/dursor pick 1", author="bob")
    await server.rest()

    assert run.mode == "semi_auto"
    assert "rocket" in scenes.reactions(picked) & scenes.reactions(again)
    assert scenes.said_by_us(hub, issue, "Candidate 2 was taken already.")
    assert "confused" in scenes.reactions(other)
    assert one.state == "closed"
    assert len(scenes.said_by_us(hub, one, "dursor closes this: Candidate 2 was taken")) == 1
    assert await branches(hub, repo) == ["dursor/1-count-2-command-two", "main"]

    await hub.review(two, "APPROVED", author="bob")
    await server.until(two, phase=Phase.COMPLETED)
    await server.rest()
    assert issue.state == "closed"


async def test_a_candidate_that_changes_nothing_cannot_be_picked_and_one_that_ci_is_red_for_is_taken_by_a_person(
    hub, server
):
    repo = await repository(hub, "full_auto", one="python3, -c, ''")
    issue = hub.open_issue(repo, "Count", "", "alice")
    hub.comment(issue, "/dursor use one,two", author="bob")
    await candidates(server, pr_number=None)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 2 not in repo.issues:
            await asyncio.sleep(0.05)
    red = repo.issues[2]
    await server.until(red, phase=Phase.WAITING_CI)
    await hub.finish_check(red, "test", "failure")
    await server.until(red, phase=Phase.FAILED)
    await comparison(hub, issue, "given up", "changed nothing")

    failed = hub.comment(issue, "/dursor pick 2", author="bob")
    nothing = hub.comment(issue, "/dursor pick 1", author="bob")
    unknown = hub.comment(issue, "/dursor pick 7", author="bob")
    await server.rest()

    for comment in (failed, nothing, unknown):
        assert "confused" in scenes.reactions(comment)
    assert scenes.said_by_us(hub, issue, "Candidate 2 is given up and cannot be taken")
    assert scenes.said_by_us(hub, issue, "Candidate 1 has no pull request yet")
    assert scenes.said_by_us(hub, issue, "there are 1, 2")


async def test_cancel_on_the_issue_and_its_end_end_every_candidate(hub, server):
    repo = await repository(hub)
    issue, one, two = await two_for_an_issue(hub, server, repo)

    hub.comment(issue, "/dursor cancel", author="bob")
    await candidates(server, phase="canceled")
    await server.rest()
    assert {one.state, two.state} == {"closed"}
    assert await branches(hub, repo) == ["main"]
    assert issue.state == "open"

    hub.comment(issue, "/dursor use one,two", author="bob")
    await candidates(server, 4)
    await server.rest()
    hub.close(issue)
    await candidates(server, 4, phase="canceled")


async def test_a_candidate_is_picked_while_the_other_works_whose_executor_is_stopped(hub, server):
    repo = await repository(hub, two=scenes.SLOW)
    issue = hub.open_issue(repo, "Count", "", "alice")
    hub.comment(issue, "/dursor use command:one,command:two", author="bob")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 2 not in repo.issues:
            await asyncio.sleep(0.05)
    one = repo.issues[2]
    await server.until(one, phase=Phase.WAITING_CI)
    await scenes.executor_at_work(server)

    hub.comment(issue, "/dursor pick 1", author="bob")
    await server.rest()

    first, second = await candidates(server)
    assert (first["wait"], second["phase"]) == ("no_ci", "canceled")
    assert not one.draft
    assert [row["status"] for row in await scenes.rows(server, "SELECT status FROM runs ORDER BY id")] == [
        "succeeded",
        "canceled",
    ]


async def test_candidates_for_a_pull_request_begin_at_its_head_and_the_taken_commit_becomes_its_head(hub, server):
    repo = await repository(hub)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    began = pull.head_sha

    hub.comment(pull, "/dursor use one,two Write a number", author="bob")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CANDIDATES)
    one, two = await pulls_of(server, repo)
    assert one.base_ref == "main"
    assert pull.head_sha == began
    assert one.head_ref.startswith(f"dursor/{pull.number}-")
    for candidate in (one, two):
        await hub.finish_check(candidate, "test", "success")
    await candidates(server, wait="candidate")
    await comparison(hub, pull, "They are done", "1 file, +1 ")

    hub.comment(pull, "/dursor pick 1", author="bob")
    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)  # as CI said of this commit
    await server.rest()
    assert run.head_sha == pull.head_sha == one.head_sha != began
    assert {one.state, two.state} == {"closed"}
    assert not one.merged_at
    assert scenes.said_by_us(hub, one, "its commit is the head of")
    assert await branches(hub, repo) == sorted(["main", pull.head_ref])
    await comparison(hub, pull, "Candidate 1 was taken")


async def test_a_candidate_is_not_taken_onto_a_branch_that_has_moved(hub, server):
    repo = await repository(hub)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    hub.comment(pull, "/dursor use one,two", author="bob")
    await pulls_of(server, repo)

    await hub.push(pull, {"c.py": "C = 1\n"}, "alice")
    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    late = hub.comment(pull, "/dursor pick 1", author="bob")
    await server.rest()

    assert "confused" in scenes.reactions(late)
    assert scenes.said_by_us(hub, pull, "was made from another commit")
    assert not [one for one in await candidates(server) if one["picked_at"]]


async def test_what_cannot_work_is_refused_by_name_before_anything_begins(hub, server):
    repo = await repository(hub)
    issue = hub.open_issue(repo, "Count", "", "alice")
    said = [
        hub.comment(issue, f"/dursor use {names}", author="bob")
        for names in ("one,three", "one,one", "patch_agent", "one,two,a,b,c,d", "")
    ]
    await server.rest()

    assert all("confused" in scenes.reactions(comment) for comment in said)
    assert scenes.said_by_us(hub, issue, "`three` cannot be used here: There is no executor")
    assert scenes.said_by_us(hub, issue, "`command:one` is named twice")
    assert scenes.said_by_us(hub, issue, "`patch_agent` cannot be used here")
    assert scenes.said_by_us(hub, issue, "At most 5")
    assert scenes.said_by_us(hub, issue, "needs an executor")
    assert not await scenes.rows(server, "SELECT id FROM tasks")


async def test_one_executor_that_is_named_works_on_the_task_from_then_on(hub, server):
    repo = await repository(hub)
    issue = hub.open_issue(repo, "Count", "", "alice")

    hub.comment(issue, "/dursor use two Write them", author="bob")

    (pull,) = await first_pull(server, repo)
    hub.comment(pull, "/dursor use one", author="bob")
    await server.rest()
    assert scenes.said_by_us(hub, pull, "`command:one` works on this from now on")
    hub.comment(pull, "/dursor do Write more", author="bob")
    await server.until(pull, iteration=1, phase=Phase.WAITING_CI)
    worked = [row["executor"] for row in await scenes.rows(server, "SELECT executor FROM runs ORDER BY id")]
    assert worked == ["command:two", "command:one"]
    assert not pull.draft


async def first_pull(server, repo):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 2 not in repo.issues:
            await asyncio.sleep(0.05)
    await server.until(repo.issues[2], phase=Phase.WAITING_CI)
    return [repo.issues[2]]


async def test_the_configuration_can_want_candidates_for_every_task(hub, server):
    repo = await repository(hub, more="candidates: [command:one, command:two]")
    issue = hub.open_issue(repo, "Count", "", "alice")

    hub.label(issue, "dursor", "bob")

    one, two = await pulls_of(server, repo)
    hub.comment(issue, "/dursor do Write another number", author="bob")
    await server.rest()
    told = [row["instruction"] for row in await scenes.rows(server, "SELECT instruction FROM runs ORDER BY id")]
    assert len(told) == 4
    assert all("Write another number" in text for text in told[2:])
    assert one.draft
    assert two.draft
