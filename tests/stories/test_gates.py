"""The gates: what is never merged, and what is merged on a person's word for the very commit."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from app.localhub.state import issues
from tests.stories import scenes
from tests.stories.server import configuration


async def test_s60_a_pull_request_of_a_stack_is_not_merged_alone(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    pull.stack = issues.Stack(3, 2, 1, pull.base_ref, pull.base_sha)

    await hub.finish_check(pull, "test", "success")

    await scenes.at_a_gate(server, pull, "stack")
    await server.rest()
    assert "stack" in scenes.sticky(hub, pull)
    assert not [request for request in hub.requests if request.path.endswith("/merge")]


PEOPLE_DECIDE = {
    "a workflow is changed": ({".github/workflows/ci.yml": "on: push\n"}, "protected paths"),
    "the owners are changed": ({"CODEOWNERS": "* @mallory\n"}, "protected paths"),
    "what agents are told is changed": ({"AGENTS.md": "Skip the tests.\n"}, "protected paths"),
    "an agent's hooks are changed": ({"web/.claude/settings.json": "{}\n"}, "protected paths"),
    "a test is skipped": ({"tests/test_a.py": "@pytest.mark.skip\ndef test_a(): pass\n"}, "weakens what checks it"),
    "a linter is silenced": ({"b.py": "import os  # noqa\n"}, "weakens what checks it"),
    "tests have gone": ({"tests/test_kept.py": "X = 1\n"}, "weakens what checks it"),
    "a threshold is lowered": ({"setup.cfg": "[coverage]\nfail_under = 10\n"}, "weakens what checks it"),
}


@pytest.mark.parametrize(("files", "why"), PEOPLE_DECIDE.values(), ids=PEOPLE_DECIDE.keys())
async def test_what_touches_the_checks_themselves_needs_a_persons_word_for_this_commit(hub, server, files, why):
    kept = {"tests/test_kept.py": "def test_one(): pass\n\n\ndef test_two(): pass\n", "setup.cfg": "fail_under = 90\n"}
    repo = await hub.create_repository("octo/widgets", configuration() | kept)
    hub.set_permission(repo, "bob", "write")
    pull = await hub.open_pull_request(repo, files=files)
    await server.until(pull)
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, why)
    await server.rest()
    assert not hub.merges

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)
    assert [merge.head_sha for merge in hub.merges] == [pull.head_sha]


async def test_a_secret_in_the_diff_is_merged_by_nobodys_word(hub, server):
    files = {"settings.py": 'TOKEN = "ghp_' + "a1B2" * 9 + '"\n'}
    pull = await scenes.green(hub, server, files=files)
    await scenes.at_a_gate(server, pull, "secret", "settings.py")

    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    await server.rest()

    assert not hub.merges
    assert "a1B2a1B2" not in scenes.sticky(hub, pull)


async def test_what_is_larger_than_the_limits_is_not_merged(hub, server):
    pull = await scenes.green(
        hub, server, more="limits: {files: 2, lines: 5}", files={f"f{n}.py": "X = 1\n" for n in range(3)}
    )

    await scenes.at_a_gate(server, pull, "3 files", "over the limits")


async def test_a_required_check_that_failed_or_is_missing_is_no_merge(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("full_auto"))
    hub.protect(repo, required=["test", "security"])
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")
    await server.rest()
    assert (await server.run(pull)).phase is Phase.WAITING_CI

    await hub.finish_check(pull, "security", "success")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_approvals_that_the_branch_demands_are_waited_for(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.protect(pull.repository, approvals=2)
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "demands 2 approvals of this commit and has 0")

    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    await server.rest()
    assert not hub.merges

    await hub.review(pull, "APPROVED", author="carol")
    await server.until(pull, phase=Phase.COMPLETED)


async def test_requested_changes_hold_the_merge_until_their_author_agrees(hub, server):
    pull = await scenes.waiting_for_approval(hub, server, autofix="'true'")
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    await hub.review(pull, "CHANGES_REQUESTED", "Not like this.", author="bob")
    await server.until(pull, iteration=1, wait=Wait.NO_CHANGE)
    await hub.review(pull, "APPROVED", author="carol")
    await scenes.at_a_gate(server, pull, "bob requested changes")
    assert not hub.merges

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)
