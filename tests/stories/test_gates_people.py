"""What a branch demands of people: who counts, for which commit, and what GitHub's own decision adds to it."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes

REMARK = [{"path": "a.py", "line": 1, "body": "Why?"}]


async def guarded(hub, server, **rules):
    """A pull request in full automatic mode, into a branch with these rules; bob, carol and dora may write."""
    pull = await scenes.working_on(hub, server, "full_auto")
    for who in ("bob", "carol", "dora"):
        hub.set_permission(pull.repository, who, "write")
    hub.protect(pull.repository, **rules)
    return pull


async def test_a_code_owner_is_waited_for_by_name(hub, server):
    pull = await guarded(hub, server, approvals=1, code_owners=True, owners=["dora"])
    await hub.review(pull, "APPROVED", author="bob")
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "a code owner has to approve: dora")
    await server.rest()
    assert not hub.merges
    assert "Acts next: **dora**" in scenes.sticky(hub, pull)

    await hub.review(pull, "APPROVED", author="dora")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_the_last_push_is_approved_by_somebody_else_than_who_pushed_it(hub, server):
    pull = await guarded(hub, server, approvals=1, last_push=True)
    await hub.push(pull, {"b.py": "B = 1\n"}, author="bob")
    await server.until(pull, head_sha=pull.head_sha)
    await hub.review(pull, "APPROVED", author="bob")
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "by somebody other than who pushed it, bob")
    await server.rest()
    assert not hub.merges

    await hub.review(pull, "APPROVED", author="carol")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_after_our_own_push_any_persons_approval_is_one_of_somebody_else(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto", files=scenes.LINT_ERROR)
    hub.set_permission(pull.repository, "bob", "write")
    hub.protect(pull.repository, approvals=1, last_push=True)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "success")
    await scenes.at_a_gate(server, pull, "demands 1 approval of this commit and has 0")

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_open_conversations_are_waited_for_where_the_branch_demands_that(hub, server):
    pull = await guarded(hub, server, threads=True)
    await hub.review(pull, "COMMENTED", "", "stranger", REMARK)
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "1 is open")
    await server.rest()
    assert "stranger on a.py" in scenes.sticky(hub, pull)
    assert not hub.merges

    (remark,) = pull.review_comments
    hub.resolve(remark, "alice")
    await scenes.swept(server)

    await server.until(pull, phase=Phase.COMPLETED)


async def test_s82_an_approval_that_github_counts_is_none_for_the_commit_after_it(hub, server):
    """The branch does not dismiss stale approvals, so GitHub would merge."""
    pull = await guarded(hub, server, approvals=1)
    review = await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    old = review.commit_id
    await hub.push(pull, {"b.py": "B = 1\n"})
    await server.until(pull, head_sha=pull.head_sha)
    await hub.finish_check(pull, "test", "success")

    await scenes.at_a_gate(server, pull, "demands 1 approval of this commit and has 0")
    await server.rest()

    assert not hub.merges
    assert f"bob at {old[:10]}" in scenes.sticky(hub, pull)


async def test_s81_an_approval_that_a_push_dismissed_is_none_and_the_push_is_named(hub, server):
    pull = await guarded(hub, server, approvals=1, dismiss_stale=True)
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    await hub.push(pull, {"b.py": "B = 1\n"})
    await server.until(pull, head_sha=pull.head_sha, human_approved=False)
    await hub.finish_check(pull, "test", "success")

    await scenes.at_a_gate(server, pull, "has 0")
    await server.rest()
    assert not hub.merges


async def test_s83_a_request_for_changes_by_an_account_that_is_gone_holds_nothing_up(hub, server):
    pull = await guarded(hub, server, approvals=1)
    hub.set_permission(pull.repository, "erin", "write")
    await hub.review(pull, "APPROVED", author="erin")
    hub.delete_account("erin")
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "demands 1 approval of this commit and has 0")
    await hub.review(pull, "CHANGES_REQUESTED", "No.", author="frank")
    hub.delete_account("frank")

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_what_somebody_who_may_write_no_more_said_does_not_count(hub, server):
    pull = await guarded(hub, server, approvals=1)
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    hub.set_permission(pull.repository, "bob", "read")
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "demands 1 approval of this commit and has 0")

    hub.set_permission(pull.repository, "bob", "write")
    await scenes.swept(server)

    await server.until(pull, phase=Phase.COMPLETED)


async def test_a_comment_clears_no_opinion_and_a_name_in_another_case_is_the_same_person(hub, server):
    pull = await scenes.waiting_for_approval(hub, server, autofix="'true'")
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    await hub.review(pull, "CHANGES_REQUESTED", "No.", author="bob")
    await server.until(pull, wait=Wait.NO_CHANGE)
    hub.user("bob").login = "Bob"
    await hub.review(pull, "COMMENTED", "Hm.", author="bob")
    await hub.review(pull, "APPROVED", author="carol")
    await scenes.at_a_gate(server, pull, "requested changes")
    await server.rest()
    assert not hub.merges

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_what_github_demands_and_dursor_cannot_explain_is_a_gate_of_its_own(hub, server):
    """The light form of classic protection keeps the number of approvals to itself."""
    pull = await guarded(hub, server, approvals=1, source="classic")
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "GitHub demands a review that dursor's own count does not explain")
    await server.rest()
    assert not [request for request in hub.requests if request.path.endswith("/merge")]

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_without_githubs_decision_nothing_merges(hub, server):
    pull = await guarded(hub, server)
    hub.faults.bad_gateway("POST", "graphql", times=10_000)
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "what GitHub makes of the reviews could not be read")
    assert not hub.merges

    hub.faults.waiting.clear()
    await scenes.swept(server)

    await server.until(pull, phase=Phase.COMPLETED)


async def test_an_old_commits_approval_is_none_where_the_branch_does_not_tell_how_many_it_demands(hub, server):
    """Classic protection keeps its number to itself, and GitHub's decision counts approvals of older commits."""
    pull = await guarded(hub, server, approvals=1, source="classic")
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    await hub.push(pull, {"b.py": "B = 1\n"})
    await server.until(pull, head_sha=pull.head_sha)

    await hub.finish_check(pull, "test", "success")

    await scenes.at_a_gate(server, pull, "demands 1 approval of this commit and has 0")
    await server.rest()
    assert not hub.merges
