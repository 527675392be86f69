"""What is merged, what is not, and what GitHub's refusals lead to."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from app.localhub.state import issues, repository
from tests.stories import scenes
from tests.stories.server import configuration


async def test_s81_an_approval_that_was_dismissed_is_none(hub, server):
    """It waits for CI while the approval comes and goes."""
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    review = await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)

    hub.dismiss(review)
    await server.until(pull, human_approved=False)
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.AWAITING_HUMAN)
    await server.rest()
    assert not (await server.run(pull)).human_approved
    assert not hub.merges


async def test_s82_an_approval_of_an_older_commit_does_not_count_for_the_head(hub, server):
    """It is submitted after the push, for the commit before it."""
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    old = pull.head_sha
    await hub.push(pull, {"b.py": "B = 2\n"})
    await server.until(pull, head_sha=pull.head_sha)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL, head_sha=pull.head_sha)

    review = await hub.review(pull, "APPROVED", author="bob")
    review.commit_id = old
    await server.rest()

    assert not (await server.run(pull)).human_approved
    assert not hub.merges


async def test_s83_a_review_by_an_account_that_is_gone_neither_counts_nor_breaks_anything(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    reviews = [{"id": 7, "user": None, "state": "APPROVED", "commit_id": pull.head_sha, "body": None,
                "submitted_at": "2026-01-01T00:00:00Z"}]  # fmt: skip
    scenes.fault(hub, "GET", rf"/pulls/{pull.number}/reviews", status=200, body=reviews)
    scenes.fault(hub, "GET", rf"/pulls/{pull.number}/reviews", status=200, body=reviews)

    await hub.review(pull, "COMMENTED", "Hm.", author="carol")
    await server.rest()

    assert (await server.run(pull)).wait is Wait.APPROVAL
    assert not hub.merges
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


@pytest.mark.parametrize(
    ("allowed", "wanted"),
    [
        (repository.Settings(allow_squash_merge=False), "merge"),
        (repository.Settings(allow_squash_merge=False, allow_merge_commit=False), "rebase"),
    ],
)
async def test_s89_a_method_that_is_not_allowed_gives_way_to_one_that_is(hub, server, allowed, wanted):
    repo = await hub.create_repository("octo/widgets", configuration())
    repo.settings = allowed
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull)
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)

    assert [merge.method for merge in hub.merges] == [wanted]


RULES = {
    "a straight history": ({"linear": True}, "merge", "squash"),
    "signed commits": ({"signatures": True}, "rebase", "squash"),
    "a method": ({"methods": ["rebase"], "approvals": 1}, "squash", "rebase"),
}


@pytest.mark.parametrize(("rules", "configured", "used"), RULES.values(), ids=RULES.keys())
async def test_s89_a_rule_about_how_is_kept_whatever_the_configuration_prefers(hub, server, rules, configured, used):
    pull = await scenes.working_on(hub, server, "full_auto", more=f"merge: {{method: {configured}}}")
    hub.protect(pull.repository, source="ruleset", **rules)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.review(pull, "APPROVED", author="bob")

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    tried = [request.body["merge_method"] for request in hub.requests if request.path.endswith("/merge")]
    assert tried == [used]


async def test_s89_a_branch_that_allows_no_method_of_the_repository_is_left_to_a_person(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    pull.repository.settings = repository.Settings(allow_squash_merge=False, allow_rebase_merge=False)
    hub.protect(pull.repository, linear=True, source="ruleset")

    await hub.finish_check(pull, "test", "success")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
    assert "merge method" in (run.note or "")
    assert not hub.merges


async def test_s91_what_nothing_holds_up_is_merged_directly_and_at_its_commit(hub, server):
    """Auto-merge that a person enabled would be refused by GitHub in this state; dursor leaves it alone."""
    pull = await scenes.working_on(hub, server, "full_auto")
    pull.repository.settings.allow_auto_merge = True
    hub.set_auto_merge(pull, "squash")

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    (merge,) = [request for request in hub.requests if request.path.endswith("/merge")]
    assert merge.body["sha"] == hub.merges[0].head_sha


async def test_semi_automatic_mode_merges_the_approved_commit_and_never_what_was_pushed_after_it(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    approved = pull.head_sha
    scenes.fault(hub, "PUT", "/merge$", status=502)
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, phase=Phase.MERGING, human_approved=True)

    pushed = await hub.push(pull, {"late.py": "LATE = True\n"})
    await server.rest()

    assert [merge.head_sha for merge in hub.merges] in ([], [approved])
    if not hub.merges:
        run = await server.until(pull, head_sha=pushed)
        assert not run.human_approved


async def test_s60_a_pull_request_that_becomes_part_of_a_stack_is_left_to_a_person(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    pull.stack = issues.Stack(3, 2, 1, pull.base_ref, pull.base_sha)

    hub.comment(pull, "/dursor approve", author="alice")

    await scenes.at_a_gate(server, pull, "stack")
    assert not hub.merges
