"""What a command does, and what it no longer does: late, twice, taken back, about another commit, in another place."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from app.localhub import faults
from tests.stories import scenes
from tests.stories.server import configuration


async def test_s70_a_command_that_was_taken_back_before_it_was_read_is_not_obeyed(hub, server):
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub) as told:
        comment = hub.comment(pull, "/dursor cancel", author="alice")
        await hub.quiet()
        hub.delete_comment(comment)

    await scenes.let_go(hub, told)
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status IN ('failed', 'queued')")


async def test_an_edit_of_a_comment_commands_nothing(hub, server):
    """The words may be another's, and nobody could react to them."""
    pull = await scenes.working_on(hub, server)
    comment = hub.comment(pull, "Nice work.", author="alice")

    hub.edit_comment(comment, "/dursor cancel", author="mallory")
    await server.rest()

    assert not (await server.run(pull)).is_terminal


async def test_s71_the_same_command_twice_is_one_piece_of_work_and_is_told_so(hub, server):
    pull = await scenes.working_on(hub, server, "interactive", files=scenes.LINT_ERROR, autofix=scenes.SLOW)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, wait=Wait.CI_RED)

    comments = [hub.comment(pull, "/dursor fix", author="alice") for _ in range(3)]
    await server.until(pull, phase=Phase.FIXING_CI)
    while not all("rocket" in scenes.reactions(comment) for comment in comments):
        await server.until(pull, phase=Phase.FIXING_CI, iteration=1)

    assert len(await scenes.rows(server, "SELECT id FROM runs")) == 1
    assert len(scenes.said_by_us(hub, pull, "changes nothing", "already")) == 1
    hub.comment(pull, "/dursor cancel", author="alice")
    await server.until(pull, phase=Phase.CANCELED, iteration=1)


async def test_s72_an_approval_is_about_the_head_that_its_writer_saw(hub, server):
    """The attacker's push is there before the command is read."""
    pull = await scenes.waiting_for_approval(hub, server)
    async with scenes.held_back(hub) as told:
        comment = hub.comment(pull, "/dursor merge", author="alice")
    await hub.push(pull, {"evil.py": "EVIL = True\n"}, author="mallory")
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL, head_sha=pull.head_sha)

    await scenes.let_go(hub, told)
    await server.rest()

    assert not hub.merges
    assert not (await server.run(pull)).human_approved
    assert scenes.reactions(comment) == {"eyes", "confused"}


async def test_s72_a_push_between_the_approval_and_the_merge_stops_the_merge(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    scenes.fault(hub, "GET", rf"/pulls/{pull.number}/files", delay=0.7)
    hub.comment(pull, "/dursor merge", author="alice")
    await server.until(pull, phase=Phase.MERGING)

    async with scenes.held_back(hub) as told:
        await hub.push(pull, {"evil.py": "EVIL = True\n"}, author="mallory")
        await server.until(pull, head_sha=pull.head_sha, human_approved=False)
    await scenes.let_go(hub, told)
    await server.rest()

    assert not hub.merges


async def test_s73_an_approval_that_names_another_commit_is_refused(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)

    wrong = hub.comment(pull, f"/dursor merge {'0123abc' if pull.head_sha[:1] != '0' else '1234abc'}", author="alice")
    await server.rest()
    assert scenes.reactions(wrong) == {"eyes", "confused"}
    assert not hub.merges

    hub.comment(pull, f"/dursor merge {pull.head_sha[:8]}", author="alice")
    await server.until(pull, phase=Phase.COMPLETED)


async def test_s74_a_command_on_an_issue_is_refused_politely(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    hub.set_permission(repo, "alice", "write")
    issue = hub.open_issue(repo, "It is broken")

    comment = hub.comment(issue, "/dursor merge", author="alice")
    await server.rest()

    assert scenes.reactions(comment) == {"eyes", "confused"}
    assert len(scenes.said_by_us(hub, issue, "works on pull requests")) == 1


async def test_s77_cancelling_ends_the_executor_and_cancelling_again_changes_nothing(hub, server):
    pull = await scenes.fixing(hub, server)
    hub.comment(pull, "/dursor cancel", author="alice")
    await server.until(pull, phase=Phase.CANCELED)

    hub.comment(pull, "/dursor cancel", author="alice")
    await server.rest()

    assert scenes.pushed_by_us(hub) == []
    (row,) = await scenes.rows(server, "SELECT status FROM runs")
    assert row["status"] == "canceled"
    hub.comment(pull, "/dursor retry", author="alice")
    await server.until(pull, is_terminal=False)


async def test_an_unknown_verb_is_answered_with_what_may_be_meant(hub, server):
    pull = await scenes.working_on(hub, server)

    comment = hub.comment(pull, "/dursor canc3l\n/dursor cancle", author="alice")
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert "confused" in scenes.reactions(comment)
    assert scenes.said_by_us(hub, pull, "Did you mean `cancel`?")


async def test_s57_a_command_in_a_locked_conversation_is_obeyed_without_a_word(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.faults.add(faults.Fault("POST", "/reactions$", times=9, status=403, body={"message": "Resource is locked"}))

    hub.comment(pull, "/dursor pause", author="alice")

    await server.until(pull, paused=True)
