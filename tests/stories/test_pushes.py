"""What dursor may not push: refused by GitHub's rules or by its own, said in words, and not tried again."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration

CI = scenes.WORKFLOW
WRITES_A_WORKFLOW = "sh, -c, 'mkdir -p .github/workflows; echo \"on: push\" > .github/workflows/ci.yml'"

REFUSED = {
    "classic protection": ({"approvals": 1, "source": "classic"}, ["GH006"]),
    "a ruleset": ({"approvals": 1, "source": "ruleset"}, ["GH013", "pull request"]),
    "signed commits": ({"signatures": True, "source": "ruleset"}, ["GH013", "signatures"]),
    "a path": ({"paths": ["a.py"], "source": "ruleset"}, ["GH013", "a.py"]),
}


@pytest.mark.parametrize(("rules", "words"), REFUSED.values(), ids=REFUSED.keys())
async def test_s92_a_push_that_a_rule_refuses_is_explained_and_not_tried_again(hub, server, rules, words):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    hub.protect(pull.repository, pull.head_ref, **rules)
    await hub.finish_check(pull, "lint", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
    await server.rest()

    assert [word for word in words if word not in (run.note or "")] == [], run.note
    assert words[0] in scenes.sticky(hub, pull)
    assert scenes.pushed_by_us(hub) == []
    assert (await server.run(pull)).attempt == run.attempt == 1
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_s97_a_workflow_file_is_not_pushed_without_the_permission_and_it_is_said_what_to_grant(hub, server):
    pull = await scenes.working_on(
        hub, server, files=scenes.LINT_ERROR, autofix=WRITES_A_WORKFLOW, more="protect: [CODEOWNERS]"
    )
    await hub.finish_check(pull, "lint", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
    await server.rest()
    assert CI in (run.note or "")
    assert "Workflows: read and write" in scenes.sticky(hub, pull)
    assert "refusing to allow" not in (run.note or "")

    hub.accept_permissions(hub.installation(pull.repository), workflows="write")
    hub.comment(pull, "/dursor retry", author="alice")

    await server.until(pull, attempt=2, phase=Phase.WAITING_CI)
    assert await hub.read(pull.repository, CI, pull.head_ref) == "on: push\n"


async def test_s97_a_workflow_that_the_base_brings_in_is_no_change_of_ours(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.protect(pull.repository, required=["test"], strict=True)
    await hub.push_branch(pull.repository, "main", {CI: "on: workflow_dispatch\n"}, "carol")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, iteration=1, is_working=False)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)


TRICKS = {
    "a link": ("ln -s /etc/passwd there", "there"),
    "a nested repository": ("git init -q sub; printf x > sub/y", "sub"),
}


@pytest.mark.parametrize(("script", "name"), TRICKS.values(), ids=TRICKS.keys())
async def test_s98_what_the_tree_policy_forbids_is_never_pushed(hub, server, script, name):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR, autofix=f"sh, -c, '{script}'")
    await hub.finish_check(pull, "lint", "failure")

    await server.until(pull, is_working=False, ci_iterations=1)
    await server.rest()

    run = await server.run(pull)
    assert (run.phase, run.wait) == (Phase.AWAITING_HUMAN, Wait.REFUSED), run
    assert name in (run.note or "")
    assert scenes.pushed_by_us(hub) == []


FRUITLESS = {"nothing": "true", "its own undoing": 'printf "import os\\n" > a.py'}


@pytest.mark.parametrize("script", FRUITLESS.values(), ids=FRUITLESS.keys())
async def test_s99_a_change_of_nothing_is_no_fix(hub, server, script):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR, autofix=f"sh, -c, '{script}'")
    await hub.finish_check(pull, "lint", "failure")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_CHANGE)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []


async def test_s99_a_fix_that_takes_a_test_away_is_not_merged_without_a_person(hub, server):
    kept = configuration(autofix="rm, test_a.py") | {"test_a.py": "def test_one(): pass\n"}
    repo = await hub.create_repository("octo/widgets", kept)
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    await hub.finish_check(pull, "lint", "success")

    await scenes.at_a_gate(server, pull, "weakens what checks it")
    assert not hub.merges


async def test_s95_a_word_for_a_fork_is_of_the_commit_it_had_and_of_no_later_one(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration(reviewer="command:lint"))
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="mallory", fork=True)
    hub.set_permission(repo, "carol", "write")
    hub.comment(pull, "/dursor take", author="carol")
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.push(pull, {"conftest.py": "print('hello')\n"})
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, head_sha=pull.head_sha, paused=True)
    await server.rest()
    assert not await scenes.rows(server, "SELECT id FROM reviews")
    assert "works on when somebody trusted says `/dursor resume`" in scenes.sticky(hub, pull)

    hub.comment(pull, "/dursor resume", author="carol")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, paused=False)
    assert await scenes.rows(server, "SELECT id FROM reviews")


@pytest.mark.parametrize("gone", [False, True], ids=["a fork", "a fork that is gone"])
async def test_s95_a_fork_is_read_and_never_pushed_to(hub, server, gone):
    repo = await hub.create_repository("octo/widgets", configuration())
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR, author="mallory", fork=True)
    hub.set_permission(repo, "carol", "write")
    hub.comment(pull, "/dursor take", author="carol")
    await server.until(pull, phase=Phase.WAITING_CI)
    if gone:
        hub.delete_repository(pull.head_repository, "mallory")

    await hub.finish_check(pull, "lint", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN)
    await server.rest()
    assert "fork" in (run.note or "")
    assert scenes.pushed_by_us(hub) == []
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")
