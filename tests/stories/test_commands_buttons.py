"""Buttons of the check run and boxes of the status comment: what the same person could have written, and no more."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from app.localhub.actions import checks
from app.words import STATUS_MARKER
from tests.stories import scenes

FIX = "<!-- /dursor fix ci -->"


async def waiting_with_red_ci(hub, server, autofix=scenes.SLOW):
    """A pull request that waits for somebody to say `fix ci`, and all that is shown is shown."""
    pull = await scenes.working_on(hub, server, "interactive", files=scenes.LINT_ERROR, autofix=autofix)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, wait=Wait.CI_RED)
    await server.rest()
    return pull


def our_check(hub, pull):
    (ours,) = [run for run in hub.check_runs(pull.head_sha) if run.suite.app is hub.app and run.name == "dursor"]
    return ours


def our_comment(hub, pull):
    (ours,) = [one for one in hub.comments(pull) if one.user.login == scenes.BOT and STATUS_MARKER in one.body]
    return ours


def tick(hub, pull, who, command="fix ci"):
    """Tick a box as a browser does: the whole text comes back with one mark changed."""
    comment = our_comment(hub, pull)
    lines = comment.body.split("\n")
    hidden = f"<!-- /dursor {command} -->"
    ticked = [line.replace("- [ ]", "- [x]") if hidden in line else line for line in lines]
    assert ticked != lines
    hub.edit_comment(comment, "\n".join(ticked), author=who)
    return comment


async def test_s71_a_double_click_is_one_fix_and_the_second_is_told_so(hub, server):
    pull = await waiting_with_red_ci(hub, server)
    ours = our_check(hub, pull)

    hub.set_permission(pull.repository, "bob", "write")
    for who in ("alice", "alice", "bob"):  # GitHub tells of a second click in the very same words
        hub.press_button(ours, "fix ci", who=who)
    await server.until(pull, phase=Phase.FIXING_CI, iteration=1)
    await server.rest()

    assert len(await scenes.rows(server, "SELECT id FROM runs")) == 1
    assert len(scenes.said_by_us(hub, pull, "bob", "changes nothing", "already")) == 1


async def test_s78_a_button_pressed_by_somebody_who_may_not_write_is_refused_in_one_note(hub, server):
    pull = await waiting_with_red_ci(hub, server)
    ours = our_check(hub, pull)

    for _ in range(3):
        hub.press_button(ours, "fix ci", who="mallory")
    hub.rerequest_check(ours, who="mallory")
    await server.rest()

    run = await server.run(pull)
    assert (run.wait, run.iteration) == (Wait.CI_RED, 0)
    assert len(scenes.said_by_us(hub, pull, "needs write permission", "mallory")) == 1


async def test_s78_a_box_ticked_by_somebody_who_may_not_write_is_refused_and_drawn_again(hub, server):
    pull = await waiting_with_red_ci(hub, server)

    comment = tick(hub, pull, "mallory")
    await server.rest()

    assert (await server.run(pull)).iteration == 0
    assert len(scenes.said_by_us(hub, pull, "needs write permission", "mallory")) == 1
    assert f"[x] Fix CI {FIX}" not in comment.body
    assert f"[ ] Fix CI {FIX}" in comment.body


async def test_a_box_ticked_by_somebody_who_may_write_is_obeyed_and_drawn_again(hub, server):
    pull = await waiting_with_red_ci(hub, server, "ruff, check, --no-cache, --fix, .")

    comment = tick(hub, pull, "alice")

    await server.until(pull, ci_iterations=1, is_working=False)
    await server.rest()
    assert "[x]" not in comment.body


@pytest.mark.parametrize("identifier", ["merge", "do rm -rf", "fix ci\n/dursor cancel", "take full_auto", ""])
async def test_a_button_that_was_never_offered_does_nothing(hub, server, identifier):
    pull = await waiting_with_red_ci(hub, server)

    hub.press_button(our_check(hub, pull), identifier, who="alice")
    await server.rest()

    assert (await server.run(pull)).wait is Wait.CI_RED
    assert not await scenes.rows(server, "SELECT id FROM jobs WHERE kind = 'ObeyComment'")


async def test_a_button_of_a_check_that_copies_ours_does_nothing(hub, server):
    """Another app can give its check our name and the number of our run."""
    pull = await waiting_with_red_ci(hub, server)
    run = await server.run(pull)
    change = checks.Change(name="dursor", external_id=run.id, status="in_progress")
    evil = hub.other_app("evil")
    copy = await checks.create(hub.world, pull.repository, evil, pull.head_sha, change, evil.bot)
    shown = {"action": "requested_action", "requested_action": {"identifier": "cancel"}}
    template = next(item for item in hub.deliveries.list(1000)[0] if item["event"] == "check_run")
    payload = hub.deliveries.get(template["id"])["request"]["payload"]
    payload = payload | shown | {"sender": payload["sender"] | {"login": "alice", "type": "User"}}
    payload["check_run"] = payload["check_run"] | {"external_id": run.id, "app": {"id": evil.id}, "id": copy.id}

    status, _ = await scenes.post(server, hub, "check_run", payload)
    await server.rest()

    assert status == 202
    assert not (await server.run(pull)).is_terminal


async def test_a_command_that_a_person_writes_into_our_comment_is_none(hub, server):
    """Neither a box that comes ticked, nor one that was never offered, whoever writes it."""
    pull = await waiting_with_red_ci(hub, server)
    comment = our_comment(hub, pull)
    before = comment.body

    hub.edit_comment(comment, f"{before}\n- [x] Harmless <!-- /dursor cancel -->x\n/dursor cancel", author="mallory")
    hub.edit_comment(comment, f"{before}\n- [ ] Harmless <!-- /dursor take full_auto -->", author="mallory")
    hub.edit_comment(comment, f"{before}\n- [x] Harmless <!-- /dursor take full_auto -->", author="alice")
    await server.rest()

    assert (await server.run(pull)).wait is Wait.CI_RED
    assert not await scenes.rows(server, "SELECT id FROM jobs WHERE kind = 'ObeyComment'")
    assert "Harmless" not in comment.body


async def test_our_own_edits_of_the_status_comment_press_nothing(hub, server):
    pull = await waiting_with_red_ci(hub, server)

    comment = tick(hub, pull, scenes.BOT)
    await server.rest()

    assert "[x]" in comment.body
    assert not await scenes.rows(server, "SELECT id FROM jobs WHERE kind = 'ObeyComment'")


async def test_s72_a_button_that_approves_is_about_the_commit_it_stands_at(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    await server.rest()
    ours = our_check(hub, pull)
    await hub.push(pull, {"evil.py": "EVIL = True\n"}, author="mallory")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL, head_sha=pull.head_sha)

    hub.press_button(ours, "approve", who="alice")
    await server.rest()

    assert not hub.merges
    assert scenes.said_by_us(hub, pull, "alice", "is not the head of the branch")
