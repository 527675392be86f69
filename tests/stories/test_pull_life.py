"""A pull request lives on while dursor works: closed, pushed over, edited, drafted, locked, renamed, taken away."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration


async def test_closing_ends_the_work_and_nothing_is_pushed_or_announced(hub, server):
    """S46"""
    pull = await scenes.fixing(hub, server)

    hub.close(pull)

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert len(scenes.said_by_us(hub, pull)) == 1
    assert "canceled" in scenes.sticky(hub, pull)
    assert not await scenes.rows(server, "SELECT id FROM runs WHERE status IN ('queued', 'running')")


async def test_a_person_who_merges_while_the_executor_works_completes_the_run(hub, server):
    """S46"""
    pull = await scenes.fixing(hub, server)

    await hub.push_branch(pull.repository, "main", {}, "carol", base=pull.head_ref)

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []


async def test_a_branch_that_was_deleted_meanwhile_is_not_made_again(hub, server):
    """S47: its event comes after the push was tried."""
    pull = await scenes.fixing(hub, server, autofix="sh, -c, 'sleep 0.7; ruff check --no-cache --fix .'")
    async with scenes.held_back(hub) as told:
        await hub.delete_branch(pull.repository, pull.head_ref)
        await server.until(pull, is_terminal=True)

    await scenes.let_go(hub, told)
    await server.rest()

    assert (await server.run(pull)).phase is Phase.CANCELED
    assert await hub.read(pull.repository, "a.py", pull.head_ref) is None
    assert scenes.pushed_by_us(hub) == []


async def test_a_push_in_the_same_moment_as_ours_wins_and_our_work_is_kept_beside(hub, server):
    """S48: the event of the person's push is late, so that only the push itself can tell."""
    pull = await scenes.fixing(hub, server, autofix="sh, -c, 'sleep 0.7; ruff check --no-cache --fix .'")
    async with scenes.held_back(hub) as told:
        theirs = await hub.push(pull, {"b.py": "B = 2\n"})
        await server.until(pull, head_sha=theirs, is_working=False)

    await scenes.let_go(hub, told)
    await server.rest()

    assert pull.head_sha == theirs
    assert all(ref.startswith("refs/heads/dursor/aside/") for ref in scenes.pushed_by_us(hub))
    assert len(scenes.pushed_by_us(hub)) == 1


async def test_a_rewritten_history_starts_over_at_its_new_head_and_keeps_the_counters(hub, server):
    """S49"""
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


async def test_a_base_that_moved_is_brought_in_once_where_the_branch_demands_it(hub, server):
    """S50"""
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


async def test_a_base_that_moved_without_such_a_demand_holds_nothing_up(hub, server):
    """S50"""
    pull = await scenes.working_on(hub, server, "full_auto")
    await hub.push_branch(pull.repository, "main", {"c.py": "C = 3\n"}, "carol")

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED, iteration=0)


async def test_another_title_or_description_starts_nothing_over(hub, server):
    """S52"""
    pull = await scenes.fixing(hub, server, autofix="sh, -c, 'sleep 0.7; ruff check --no-cache --fix .'")

    await hub.edit(pull, title="Another title", body="/dursor cancel")

    await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1, attempt=1)
    await server.rest()
    assert not (await server.run(pull)).is_terminal
    (row,) = await scenes.rows(server, "SELECT title FROM prs")
    assert row["title"] == "Another title"


async def test_a_draft_is_not_merged_until_it_is_ready(hub, server):
    """S53"""
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.set_draft(pull, draft=True)
    await hub.finish_check(pull, "test", "success")
    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.GATE)
    assert "draft" in run.note
    assert not hub.merges

    hub.set_draft(pull, draft=False)

    await server.until(pull, phase=Phase.COMPLETED)


async def test_a_pull_request_that_is_opened_again_is_worked_on_afresh(hub, server):
    """S54"""
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


async def test_two_labels_that_each_start_a_run_start_one(hub, server):
    """S56"""
    files = configuration()
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("authors: [alice]", "labels: [dursor, bot]")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, labels=["dursor", "bot"])

    await server.until(pull, phase=Phase.WAITING_CI)
    await server.rest()

    assert len(await scenes.rows(server, "SELECT id FROM agentic_runs")) == 1
    assert scenes.sticky(hub, pull)


async def test_a_locked_conversation_stops_the_talking_and_not_the_work(hub, server):
    """S57"""
    repo = await hub.create_repository("octo/widgets", configuration("full_auto"))
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    pull.locked = True
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    assert scenes.said_by_us(hub, pull) == []
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


@pytest.mark.parametrize("deed", ["archive_repository", "delete_repository"])
async def test_a_repository_that_is_closed_down_ends_its_runs_without_a_dead_letter(hub, server, deed):
    """S57"""
    pull = await scenes.fixing(hub, server)

    getattr(hub, deed)(pull.repository)

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status IN ('failed', 'queued')")


async def test_a_bots_pull_request_is_left_to_the_bot(hub, server):
    """S58"""
    repo = await hub.create_repository("octo/widgets", configuration())
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR, author="renovate[bot]")
    await hub.finish_check(pull, "lint", "failure")

    await server.rest()

    assert await server.run(pull) is None
    assert scenes.said_by_us(hub, pull) == []


async def test_a_bots_pull_request_that_the_configuration_names_is_taken(hub, server):
    """S58"""
    files = configuration()
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("[alice]", '["renovate[bot]"]')
    repo = await hub.create_repository("octo/widgets", files)

    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="renovate[bot]")

    await server.until(pull, phase=Phase.WAITING_CI)


async def test_a_pull_request_of_dursors_own_waits_for_a_person(hub, server):
    """S59"""
    files = configuration("semi_auto")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("[alice]", '["dursor[bot]"]')
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR, author=scenes.BOT)
    hub.comment(pull, "/dursor take", author="octo")
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)

    await hub.finish_check(pull, "lint", "success")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()
    assert not hub.merges
    assert not [request for request in hub.requests if request.path.endswith("/reviews") and request.method == "POST"]


async def test_a_pull_request_that_changes_nothing_breaks_nothing(hub, server):
    """S61"""
    files = configuration("full_auto")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files={"README.md": files["README.md"]})
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.finish_check(pull, "test", "success")

    run = await server.until(pull, is_busy=False, awaits_ci=False)
    await server.rest()
    assert (await server.run(pull)).phase in {Phase.COMPLETED, Phase.AWAITING_HUMAN}, run
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


@pytest.mark.parametrize("deed", ["uninstall", "suspend"])
async def test_an_installation_that_is_gone_or_asleep_ends_its_runs_without_a_dead_letter(hub, server, deed):
    """S106"""
    pull = await scenes.fixing(hub, server)

    getattr(hub, deed)(hub.installation(pull.repository))

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert await server.history(pull)
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_an_installation_that_wakes_up_again_is_worked_for_again(hub, server):
    """S106"""
    pull = await scenes.working_on(hub, server)
    installation = hub.installation(pull.repository)
    hub.suspend(installation)
    await server.until(pull, phase=Phase.CANCELED)

    hub.suspend(installation, suspended=False)
    await hub.quiet()
    hub.comment(pull, "/dursor retry", author="alice")

    await server.until(pull, is_terminal=False)


async def test_repositories_that_are_taken_from_the_app_end_their_runs_and_the_others_go_on(hub, server):
    """S106"""
    kept, taken = await _two(hub, server)
    installation = hub.installation(kept.repository)
    installation.repositories = {kept.repository.id, taken.repository.id}

    hub.select_repositories(installation, [kept.repository])

    await server.until(taken, phase=Phase.CANCELED)
    await hub.finish_check(kept, "test", "success")
    await server.until(kept, wait=Wait.APPROVAL)


async def test_a_selection_that_names_no_removed_repository_is_looked_through(hub, server):
    """S107: GitHub lists none when the selection changes from all to some."""
    kept, taken = await _two(hub, server)

    hub.select_repositories(hub.installation(kept.repository), [kept.repository])

    await server.until(taken, phase=Phase.CANCELED)
    assert not (await server.run(kept)).is_terminal


async def test_a_renamed_repository_is_the_same_repository(hub, server):
    """S108"""
    pull = await scenes.working_on(hub, server, "full_auto", files=scenes.LINT_ERROR)
    hub.rename_repository(pull.repository, "gadgets")
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    await hub.finish_check(pull, "lint", "success")

    await server.until(pull, phase=Phase.COMPLETED)

    (row,) = await scenes.rows(server, "SELECT full_name FROM repos")
    assert row["full_name"] == "octo/gadgets"


async def test_a_rename_that_nobody_told_of_is_followed(hub, server):
    """S108: reads follow the redirect, writes find the repository by its id."""
    pull = await scenes.working_on(hub, server, "full_auto")
    async with scenes.held_back(hub):
        hub.rename_repository(pull.repository, "gadgets")

    hub.comment(pull, "/dursor status", author="alice")
    await server.rest()
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    assert len(scenes.said_by_us(hub, pull, "waiting for CI")) == 1


async def _two(hub, server):
    pulls = []
    for name in ("kept", "taken"):
        repo = await hub.create_repository(f"octo/{name}", configuration("semi_auto"))
        pulls.append(await hub.open_pull_request(repo, files=scenes.CLEAN))
        await server.until(pulls[-1], phase=Phase.WAITING_CI)
    return pulls
