"""What failed is told to the executor: all of it, bounded and clean, and once."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes

SEVERAL = """\
on: [pull_request]
jobs:
  first: {steps: [{run: "echo error: the first is broken; exit 1"}]}
  second: {steps: [{run: "echo error: the second is broken; exit 1"}]}
  third: {steps: [{run: "sleep 0.5; echo fine"}]}
"""


async def test_several_failures_of_one_push_are_one_fix_that_is_told_of_all(hub, server):
    """S16"""
    pull = await scenes.with_workflow(hub, server, SEVERAL, files=scenes.LINT_ERROR)

    told = await scenes.first_instruction(server, pull)

    assert "the first is broken" in told
    assert "the second is broken" in told
    assert (await server.run(pull)).ci_iterations == 1


async def test_a_workflow_that_cannot_start_is_red_and_ends_with_a_person(hub, server):
    """S25: dursor may not mend what is protected."""
    mend = "sh, -c, 'echo on: push > .github/workflows/ci.yml'"
    pull = await scenes.with_workflow(hub, server, "on: [pull_request]\njobs: 12\n", autofix=mend)

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, ci_iterations=1)
    await server.rest()

    assert not hub.merges
    assert scenes.WORKFLOW in (run.note or "")


ANNOTATED = """\
on: [pull_request]
jobs:
  lint: {steps: [{run: "echo '::error file=a.py,line=1::os is imported and unused'; exit 1"}]}
"""


GONE = {
    "not there": {"status": 404, "body": {"message": "Not Found"}},
    "expired": {"status": 410, "body": {"message": "Gone"}},
}


@pytest.mark.parametrize("answer", GONE.values(), ids=GONE.keys())
async def test_a_log_that_is_gone_leaves_the_annotations(hub, server, answer):
    """S42"""
    scenes.fault(hub, "GET", r"/actions/jobs/\d+/logs", times=50, **answer)

    pull = await scenes.with_workflow(hub, server, ANNOTATED, files=scenes.LINT_ERROR)

    assert "os is imported and unused" in await scenes.first_instruction(server, pull)


ENDLESS = """\
on: [pull_request]
jobs:
  noisy:
    steps:
      - run: |
          python3 - <<'END'
          print("\\x1b[31mbegin\\x1b[0m")
          for number in range(12000): print("noise", number, "-" * 80)
          print("token ghs_0123456789abcdefghijABCDEFGHIJ012345")
          print("error: the needle")
          print("x" * 300_000)
          END
          exit 1
"""


async def test_a_huge_log_with_colours_and_a_token_becomes_a_bounded_clean_excerpt(hub, server):
    """S42"""
    pull = await scenes.with_workflow(hub, server, ENDLESS, files=scenes.LINT_ERROR)

    told = await scenes.first_instruction(server, pull)
    assert "the needle" in told
    assert len(told) <= 60_000
    assert "ghs_0123456789" not in told
    assert "\x1b" not in told


async def test_a_fix_that_leaves_the_same_failure_is_not_tried_again(hub, server):
    """S44"""
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)

    await hub.finish_check(pull, "lint", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_PROGRESS)
    await server.rest()
    assert run.ci_iterations == 1
    assert len(scenes.pushed_by_us(hub)) == 1
    assert scenes.said_by_us(hub, pull, "Another fix would not get further", "lint")
