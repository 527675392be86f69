"""A pull request lives on while dursor works: closed, pushed over, edited, drafted, locked, opened again."""

from __future__ import annotations

import asyncio

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration


async def test_s46_closing_ends_the_work_and_nothing_is_pushed_or_announced(hub, server, tmp_path):
    beating = "sh, -c, '(while :; do date +%N > beats; sleep 0.05; done) & wait'"
    pull = await scenes.fixing(hub, server, autofix=beating)
    await scenes.executor_at_work(server)
    while not (found := [*(tmp_path / "data" / "worktrees").glob("*/beats")]):
        await asyncio.sleep(0.02)
    (beats,) = found

    hub.close(pull)

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert len(scenes.said_by_us(hub, pull)) == 1
    assert "canceled" in scenes.sticky(hub, pull)
    assert not await scenes.rows(server, "SELECT id FROM runs WHERE status IN ('queued', 'running')")
    last = beats.read_text()
    await asyncio.sleep(0.3)
    assert beats.read_text() == last, "what the executor started lives on"


async def test_s46_a_person_who_merges_while_the_executor_works_completes_the_run(hub, server):
    pull = await scenes.fixing(hub, server)

    await hub.push_branch(pull.repository, "main", {}, "carol", base=pull.head_ref)

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []


async def test_s47_a_branch_that_was_deleted_meanwhile_is_not_made_again(hub, server):
    """Its event comes after the push was tried."""
    pull = await scenes.fixing(hub, server, autofix="sh, -c, 'sleep 0.7; ruff check --no-cache --fix .'")
    async with scenes.held_back(hub) as told:
        await hub.delete_branch(pull.repository, pull.head_ref)
        await server.until(pull, is_terminal=True)

    await scenes.let_go(hub, told)
    await server.rest()

    assert (await server.run(pull)).phase is Phase.CANCELED
    assert await hub.read(pull.repository, "a.py", pull.head_ref) is None
    assert scenes.pushed_by_us(hub) == []


async def test_s48_a_push_in_the_same_moment_as_ours_wins_and_our_work_is_kept_beside(hub, server):
    """The event of the person's push is late, so that only the push itself can tell."""
    pull = await scenes.fixing(hub, server, autofix="sh, -c, 'sleep 0.7; ruff check --no-cache --fix .'")
    async with scenes.held_back(hub) as told:
        theirs = await hub.push(pull, {"b.py": "B = 2\n"})
        await server.until(pull, head_sha=theirs, is_working=False)

    await scenes.let_go(hub, told)
    await server.rest()

    assert pull.head_sha == theirs
    assert all(ref.startswith("refs/heads/dursor/aside/") for ref in scenes.pushed_by_us(hub))
    assert len(scenes.pushed_by_us(hub)) == 1


async def test_s49_a_rewritten_history_starts_over_at_its_new_head_and_keeps_the_counters(hub, server):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)

    theirs = await hub.push(pull, {"a.py": "import sys\n"}, force=True)
    await server.until(pull, head_sha=theirs, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")

    await server.until(pull, ci_iterations=2, is_working=False)
    await server.rest()
    ours = [push for push in hub.pushes if push.who == scenes.BOT]
    assert len(ours) == 2
    assert (await hub.commits(pull))[-2].sha == theirs


async def test_s50_a_base_that_moved_is_brought_in_once_where_the_branch_demands_it(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.protect(pull.repository, required=["test"], strict=True)
    await hub.push_branch(pull.repository, "main", {"c.py": "C = 3\n"}, "carol")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, iteration=1, is_working=False)
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()

    assert scenes.pushed_by_us(hub) == [f"refs/heads/{pull.head_ref}"]
    assert len(hub.merges) == 1


async def test_s50_a_base_that_moved_without_such_a_demand_holds_nothing_up(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    await hub.push_branch(pull.repository, "main", {"c.py": "C = 3\n"}, "carol")

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED, iteration=0)


async def test_s52_another_title_or_description_starts_nothing_over(hub, server):
    pull = await scenes.fixing(hub, server, autofix="sh, -c, 'sleep 0.7; ruff check --no-cache --fix .'")

    await hub.edit(pull, title="Another title", body="/dursor cancel")

    await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1, attempt=1)
    await server.rest()
    assert not (await server.run(pull)).is_terminal
    (row,) = await scenes.rows(server, "SELECT title FROM prs")
    assert row["title"] == "Another title"


async def test_s53_a_draft_is_not_merged_until_it_is_ready(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.set_draft(pull, draft=True)
    await hub.finish_check(pull, "test", "success")
    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.GATE)
    assert "draft" in run.note
    assert not hub.merges

    hub.set_draft(pull, draft=False)

    await server.until(pull, phase=Phase.COMPLETED)


async def test_s53_a_draft_is_not_worked_on_unasked_and_goes_on_when_it_is_ready(hub, server):
    slow_once = "sh, -c, 'sleep 1.5; ruff check --no-cache --fix .'"
    pull = await scenes.fixing(hub, server, autofix=slow_once)
    await scenes.executor_at_work(server)
    hub.set_draft(pull, draft=True)

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_RED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []

    hub.set_draft(pull, draft=False)

    await server.until(pull, ci_iterations=2, phase=Phase.WAITING_CI)
    await server.rest()
    assert len(scenes.pushed_by_us(hub)) == 1


async def test_s53_a_person_may_ask_for_a_fix_of_a_draft(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR, draft=True)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_RED)

    hub.comment(pull, "/dursor fix ci", author="alice")

    await server.until(pull, ci_iterations=1, phase=Phase.WAITING_CI)
    assert scenes.pushed_by_us(hub) == [f"refs/heads/{pull.head_ref}"]


async def test_s54_a_pull_request_that_is_opened_again_is_worked_on_afresh(hub, server):
    pull = await scenes.fixing(hub, server)
    hub.close(pull)
    await server.until(pull, phase=Phase.CANCELED)

    await hub.reopen(pull)
    run = await server.until(pull, phase=Phase.WAITING_CI, iteration=0)
    await hub.finish_check(pull, "lint", "success")

    await server.until(pull, id=run.id, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert scenes.sticky(hub, pull)


async def test_s57_a_locked_conversation_stops_the_talking_and_not_the_work(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("full_auto"))
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    pull.locked = True
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    assert scenes.said_by_us(hub, pull) == []
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_s61_a_pull_request_that_changes_nothing_breaks_nothing(hub, server):
    files = configuration("full_auto")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files={"README.md": files["README.md"]})
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.finish_check(pull, "test", "success")

    run = await server.until(pull, is_busy=False, awaits_ci=False)
    await server.rest()
    assert (await server.run(pull)).phase in {Phase.COMPLETED, Phase.AWAITING_HUMAN}, run
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_s62_a_draft_that_a_person_set_to_merge_by_itself_is_left_to_that_person(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.set_draft(pull, draft=True)
    hub.set_auto_merge(pull, "squash", "carol")

    await hub.finish_check(pull, "test", "success")

    await scenes.at_a_gate(server, pull, "draft")
    await server.rest()
    assert pull.draft
    assert pull.auto_merge is not None
    assert pull.auto_merge.enabled_by.login == "carol"
    assert not [request for request in hub.requests if request.path.endswith("/merge")]
