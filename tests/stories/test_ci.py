"""CI goes red, and green again."""

from __future__ import annotations

from app.lifecycle.run import Mode, Phase, Wait
from tests.stories.server import configuration

LINT_ERROR = {"a.py": "import os\n"}


async def test_a_red_check_starts_one_fix_however_often_github_says_so(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    pull = await hub.open_pull_request(repo, files=LINT_ERROR)
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.finish_check(pull, "lint", "failure", times=3)

    await server.until(pull, ci_iterations=1, is_working=False)
    await server.rest()
    assert len([push for push in hub.pushes if push.who == "dursor[bot]"]) == 1
    assert (await hub.commits(pull))[-1].author[0] == "dursor[bot]"


async def test_green_after_a_fix_is_merged_with_exactly_the_commit_that_was_checked(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration(reviewer="command:lint"))
    pull = await hub.open_pull_request(repo, files=LINT_ERROR)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")
    fixed = await server.until(pull, ci_iterations=1, is_working=False)

    await hub.finish_check(pull, "lint", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    assert [merge.head_sha for merge in hub.merges] == [fixed.head_sha]


async def test_interactive_mode_fixes_only_when_told(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("interactive"))
    pull = await hub.open_pull_request(repo, files=LINT_ERROR)
    await server.until(pull, phase=Phase.WAITING_CI, mode=Mode.INTERACTIVE)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_RED)

    hub.comment(pull, "/dursor fix ci", author="alice")

    await server.until(pull, ci_iterations=1, is_working=False)
