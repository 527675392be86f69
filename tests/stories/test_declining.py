"""People decline findings, by command or by resolving our threads: these do not count, and stay declined."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import eventually, scenes
from tests.stories.server import configuration

LEFT = {"a.py": "import os\nimport sys\n"}


async def found(hub, server, mode="interactive", **config):
    """A pull request with two errors that our reviewer found and showed; bob may write. Returns its remarks, too."""
    files = configuration(mode, reviewer="command:lint", **config)
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=LEFT)
    await server.until(pull, phase=Phase.WAITING_CI)
    hub.set_permission(repo, "bob", "write")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.FINDINGS)
    await eventually.until(lambda: len(pull.threads) == 2)
    await server.rest()
    return pull, [thread.root for thread in pull.threads]


async def states(server):
    rows = await scenes.rows(server, "SELECT * FROM findings ORDER BY number")
    return [row["status"] for row in rows]


def said_in(comment):
    thread = next(thread for thread in comment.pull.threads if thread.root is comment)
    return [said.body for said in thread.comments[1:] if said.user.login == scenes.BOT]


def is_resolved(comment):
    return next(thread for thread in comment.pull.threads if thread.root is comment).resolved_by is not None


async def test_findings_declined_by_command_do_not_count_and_the_run_goes_on(hub, server):
    pull, (first, second) = await found(hub, server)
    hub.comment(pull, "/dursor decline F1 it is needed for its side effects", "bob")
    await eventually.until(lambda: is_resolved(first))
    await server.rest()
    assert await states(server) == ["declined", "open"]
    assert (await server.run(pull)).wait is Wait.FINDINGS

    hub.reply(second, "/dursor decline so is this", "bob")
    await server.until(pull, wait=Wait.APPROVAL)
    await server.rest()

    assert await states(server) == ["declined", "declined"]
    (told,) = said_in(first)
    assert "F1 is declined by bob (it is needed for its side effects)" in told
    assert "F2 is declined by bob (so is this)" in said_in(second)[-1]
    assert len(said_in(second)) == 1
    assert is_resolved(second)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("decline", "Say which finding. Findings that can be declined: F1, F2."),
        ("decline it is fine", "Say which finding."),
        ("decline F9 it is fine", "There is no finding F9 here."),
        ("decline F1", "`/dursor decline F1 REASON`"),
    ],
)
async def test_a_decline_that_cannot_be_obeyed_is_refused_with_what_to_write(hub, server, said, answer):
    pull, _ = await found(hub, server)
    hub.comment(pull, f"/dursor {said}", "bob")
    await eventually.until(lambda: scenes.said_by_us(hub, pull, answer))
    await server.rest()
    assert await states(server) == ["open", "open"]


async def test_a_number_that_no_finding_has_declines_nothing_in_the_thread_of_another(hub, server):
    _, (first, _) = await found(hub, server)
    hub.reply(first, "/dursor decline F999999999999 it is fine", "bob")
    await eventually.until(lambda: said_in(first))
    await server.rest()
    assert "There is no finding F999999999999 here." in said_in(first)[0]
    assert await states(server) == ["open", "open"]


async def test_to_resolve_our_thread_declines_its_finding_and_to_open_it_again_takes_that_back(hub, server):
    pull, (first, second) = await found(hub, server)
    hub.reply(first, "No: it is needed. @octo/all", "bob")
    hub.resolve(first, "bob")
    hub.resolve(second, "bob")
    await server.until(pull, wait=Wait.APPROVAL)
    await eventually.until(lambda: said_in(first) and said_in(second))
    await server.rest()

    whys = [row["declined_why"] for row in await scenes.rows(server, "SELECT * FROM findings ORDER BY number")]
    assert whys == ["No: it is needed. @octo/all", "no reason given"]
    assert "@octo" not in said_in(first)[0]

    hub.resolve(first, "bob", resolved=False)
    await server.rest()
    assert await states(server) == ["open", "declined"]


async def test_strangers_and_bots_decline_nothing_by_resolving(hub, server):
    pull, (first, second) = await found(hub, server)
    hub.set_permission(pull.repository, "mallory", "read")
    hub.resolve(first, "mallory")
    hub.resolve(second, hub.other_app("tidy").bot.login)
    hub.reply(first, "/dursor decline because I say so", "mallory")
    await server.rest()
    assert await states(server) == ["open", "open"]
    assert (await server.run(pull)).wait is Wait.FINDINGS


async def test_a_lost_event_of_a_resolved_thread_is_made_up_for(hub, server):
    pull, (first, _) = await found(hub, server)
    async with scenes.held_back(hub):
        hub.resolve(first, "bob")
    await hub.review(pull, "COMMENTED", "Look again.", "bob")
    await server.rest()
    assert await states(server) == ["declined", "open"]


async def test_s85_where_the_app_may_not_resolve_the_answer_alone_is_given(hub, server):
    pull, (first, _) = await found(hub, server)
    told = {"data": {"resolveReviewThread": None}, "errors": [{"type": "FORBIDDEN", "message": "not accessible"}]}
    scenes.fault(hub, "POST", "graphql", asks="resolveReviewThread", times=9, status=200, body=told)
    before = len(hub.requests)
    hub.comment(pull, "/dursor decline F1 it is needed", "bob")
    await eventually.until(lambda: said_in(first))
    await server.rest()
    assert not is_resolved(first)
    assert await states(server) == ["declined", "open"]
    assert sum("resolveReviewThread" in str(request.body) for request in hub.requests[before:]) == 1
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_a_finding_that_a_fix_mended_is_answered_with_its_commit_and_its_thread_resolved(hub, server):
    pull, (first, second) = await found(hub, server)
    hub.comment(pull, "/dursor fix review", "bob")
    await server.until(pull, review_iterations=1, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")
    await eventually.until(lambda: is_resolved(first) and is_resolved(second))
    await server.rest()
    assert await states(server) == ["fixed", "fixed"]
    assert [said.splitlines()[-1] for said in said_in(first)] == [f"Fixed in {pull.head_sha[:10]}."]
    assert len(said_in(second)) == 1
    assert [thread.resolved_by.login for thread in pull.threads] == [scenes.BOT, scenes.BOT]


async def test_what_is_taken_back_after_a_later_review_counts_at_once(hub, server):
    pull, (first, second) = await found(hub, server)
    hub.resolve(first, "bob")
    hub.resolve(second, "bob")
    await server.until(pull, wait=Wait.APPROVAL)
    await server.rest()
    await hub.push(pull, {"b.py": "B = 1\n"})
    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()

    hub.resolve(second, "bob", resolved=False)
    await eventually.until(lambda: is_resolved(first))
    await server.rest()
    assert await states(server) == ["declined", "open"]
    await hub.review(pull, "APPROVED", "", "bob")
    await scenes.at_a_gate(server, pull, "review", "F2")
    (review,) = await scenes.rows(server, "SELECT overall_score FROM reviews ORDER BY id DESC LIMIT 1")
    assert review["overall_score"] == 0.75
    assert not hub.merges
