"""What people see on GitHub: one status comment and one check run, that say where it stands and who acts next."""

from __future__ import annotations

import re

from app.lifecycle.run import Phase, Wait
from app.words import STATUS_MARKER
from tests.stories import scenes


def ours(hub, pull):
    """Our check run at the head."""
    (only,) = [run for run in hub.check_runs(pull.head_sha) if run.suite.app is hub.app and run.name == "dursor"]
    return only


def written(hub, method, path):
    """How often we asked for this."""
    return len([one for one in hub.requests if one.method == method and re.search(path, one.path)])


async def test_what_waits_for_an_approval_says_so_with_gates_boxes_and_buttons(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    await server.rest()

    shown, check = scenes.sticky(hub, pull), ours(hub, pull)
    assert "- ✅ CI: green" in shown
    assert "- ⬜ Merge gates: 1 not met" in shown
    assert "❌ A person approved this commit" in shown
    assert "- [ ] Approve <!-- /dursor approve -->" in shown
    assert "Acts next: **a maintainer**" in shown
    assert check.conclusion == "neutral"
    assert check.title == "Waiting for a person"
    assert "❌ A person approved this commit" in check.summary
    assert [button["identifier"] for button in check.actions] == ["approve", "cancel"]


async def test_a_merged_pull_request_is_shown_as_merged_and_offers_nothing(hub, server):
    pull = await scenes.green(hub, server)
    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()

    shown, check = scenes.sticky(hub, pull), ours(hub, pull)
    assert "- ✅ Merged" in shown
    assert "- [ ]" not in shown
    assert check.conclusion == "success"
    assert check.actions == []


async def test_a_red_check_is_named_in_the_comment_and_its_fix_is_counted(hub, server):
    pull = await scenes.fixing(hub, server, autofix="ruff, check, --no-cache, --fix, .")
    await server.until(pull, ci_iterations=1, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.AWAITING_HUMAN)
    await server.rest()

    shown = scenes.sticky(hub, pull)
    assert "❌ CI: red (`lint`)" in shown
    assert "1 of 10 fixes (CI 1 of 5, review 0 of 3)" in shown
    assert "ci with `command:autofix`: succeeded" in shown


async def test_a_gate_that_does_not_hold_is_shown_with_its_reason_and_who_can_change_that(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto", files=scenes.CLEAN | {"CODEOWNERS": "* @alice\n"})
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "protected paths")
    await server.rest()

    told = "❌ It touches no protected path, or a person approved that: it touches protected paths: CODEOWNERS"
    (shown,) = [line for line in scenes.sticky(hub, pull).splitlines() if told in line]
    assert "Next: a maintainer." in shown
    assert told in ours(hub, pull).summary
    assert "✅ It adds no secret" in ours(hub, pull).summary


async def test_nothing_is_written_or_looked_for_where_nothing_changed(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    await server.rest()
    assert written(hub, "POST", "/check-runs$") == 1
    assert written(hub, "GET", r"/commits/[^/]+/check-runs\?.*app_id=") == 0
    assert written(hub, "GET", rf"/issues/{pull.number}/comments") == 0
    before = len(hub.requests)

    hub.comment(pull, "/dursor pause", author="alice")
    await server.until(pull, paused=True)
    await server.rest()
    paused = len(hub.requests)
    hub.comment(pull, "/dursor pause", author="alice")
    await server.rest()

    assert paused > before
    later = [one for one in hub.requests[paused:] if one.method == "PATCH"]
    assert later == []


async def test_many_changes_at_once_are_written_once(hub, server):
    pull = await scenes.working_on(hub, server)
    await server.rest()
    before = written(hub, "PATCH", r"/issues/comments/\d+$")

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)
    hub.comment(pull, "/dursor mode full_auto", author="alice")
    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()

    assert written(hub, "PATCH", r"/issues/comments/\d+$") - before <= 2
    assert "- ✅ Merged" in scenes.sticky(hub, pull)


async def test_s117_a_status_comment_that_a_person_deletes_comes_back_once_and_then_never(hub, server):
    pull = await scenes.working_on(hub, server)
    await server.rest()

    delete_status(hub, pull)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)
    await server.rest()
    assert "A person approved this commit" in scenes.sticky(hub, pull)

    delete_status(hub, pull)
    for text in ("/dursor pause", "/dursor resume"):
        hub.comment(pull, text, author="alice")
        await server.rest()
    await hub.push(pull, {"b.py": "B = 2\n"})
    await server.until(pull, head_sha=pull.head_sha)
    await server.rest()

    assert scenes.said_by_us(hub, pull, STATUS_MARKER) == []
    assert ours(hub, pull).title.startswith("Waiting for")


def delete_status(hub, pull):
    (comment,) = [one for one in hub.comments(pull) if STATUS_MARKER in one.body]
    hub.delete_comment(comment, author="alice")


HOSTILE = "ping @alice, fixes #1, see ![x](https://evil.example/x.png) <img src=x> | `a` &commat;bob\u202e"


async def test_hostile_names_of_checks_do_nothing_in_what_we_write(hub, server):
    pull = await scenes.working_on(hub, server, "interactive")
    await scenes.check_on(hub, pull.repository, pull.head_sha, HOSTILE, "failure")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_RED)
    await server.rest()

    for text in [*scenes.said_by_us(hub, pull), ours(hub, pull).summary]:
        assert not re.search(r"@alice|fixes #\d|!\[|<img|&commat;|\u202e", text), text
    assert "ping" in scenes.sticky(hub, pull)
