"""Workflows run for real: jobs wait for each other, steps for their conditions, results are as of Actions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.localhub import ci
from tests.localhub.ci_project import Watch, load, one, run, said

CALC = "def add(a, b):\n    return a - b\n"
TEST = """\
import os
import unittest

import calc


class Sums(unittest.TestCase):
    def test_add(self):
        self.assertEqual(calc.add(1, 2), 3)
"""
PROJECT = """\
    lint:
      name: Lint
      steps:
        - uses: actions/checkout@v4
        - run: ruff check --isolated --no-cache --output-format github .
    test:
      steps:
        - name: Unit tests
          run: python -m unittest
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    directory = tmp_path / "checkout"
    directory.mkdir()
    (directory / "calc.py").write_text(CALC)
    (directory / "test_calc.py").write_text(TEST)
    return directory


def _conclusions(results: dict[str, ci.JobResult]) -> dict[str, str]:
    return {id_: result.conclusion for id_, result in results.items()}


async def test_a_project_is_linted_and_tested_with_annotations_and_logs(checkout: Path) -> None:
    results = await run(load(PROJECT), checkout)
    lint, test = results["lint"], results["test"]
    assert (lint.name, lint.conclusion, test.name, test.conclusion) == ("Lint", "failure", "test", "failure")
    finding, failure = lint.annotations
    assert (finding.path, finding.start_line, finding.annotation_level) == ("test_calc.py", 1, "failure")
    assert finding.message.startswith("test_calc.py:1:8: F401")
    assert (failure.path, failure.message) == (".github", "Process completed with exit code 1.")
    assert "AssertionError: -1 != 3" in said(test)
    assert "##[error]Process completed with exit code 1." in said(test)
    assert "##[group]Run python -m unittest" in said(test)


async def test_a_mended_project_is_green(checkout: Path) -> None:
    (checkout / "calc.py").write_text(CALC.replace("-", "+"))
    (checkout / "test_calc.py").write_text(TEST.replace("import os\n", ""))
    results = await run(load(PROJECT), checkout)
    assert _conclusions(results) == {"lint": "success", "test": "success"}


async def test_every_line_of_a_log_has_a_time_with_seven_digits(checkout: Path) -> None:
    (result,) = (await run(one("printf 'a\\r\\nb'"), checkout)).values()
    assert result.log.startswith("\ufeff")
    lines = result.log.removeprefix("\ufeff").split("\n")
    assert lines.pop() == ""
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ", line) for line in lines)
    assert said(result)[-3:-1] == ["a", "b"]
    assert "\r" not in result.log


async def test_steps_are_numbered_and_what_follows_a_failure_is_skipped_unless_it_asks(checkout: Path) -> None:
    workflow = load("""\
        build:
          steps:
            - uses: actions/setup-python@v5
            - {name: forgiven, run: exit 3, continue-on-error: true}
            - {name: fails, run: exit 4}
            - {name: after, run: "true"}
            - {name: always, if: "${{ always() }}", run: "true"}
            - {name: on failure, if: failure(), run: "true"}
    """)
    (result,) = (await run(workflow, checkout)).values()
    assert [(step.number, step.name, step.conclusion) for step in result.steps] == [
        (1, "Set up job", "success"),
        (2, "Run actions/setup-python@v5", "skipped"),
        (3, "forgiven", "success"),
        (4, "fails", "failure"),
        (5, "after", "skipped"),
        (6, "always", "success"),
        (7, "on failure", "success"),
        (8, "Complete job", "success"),
    ]
    assert all(step.started_at <= step.completed_at for step in result.steps)
    assert "This hub runs no actions: skipped." in said(result)


async def test_a_diamond_runs_in_order_and_a_failure_skips_what_needs_it(checkout: Path) -> None:
    workflow = load("""\
        bottom: {needs: [left, right], steps: [{run: "true"}]}
        gate: {needs: [bottom], if: always(), steps: [{run: "true"}]}
        alarm: {needs: bottom, if: failure(), steps: [{run: "true"}]}
        left: {needs: top, steps: [{run: "true"}]}
        right: {needs: top, steps: [{run: "false"}]}
        top: {steps: [{run: "true"}]}
    """)
    watch = Watch()
    results = await run(workflow, checkout, watch)
    assert _conclusions(results) == {
        "top": "success",
        "left": "success",
        "right": "failure",
        "bottom": "skipped",
        "gate": "success",
        "alarm": "success",
    }
    assert watch.finished == results
    assert "bottom" not in watch.started
    assert (results["bottom"].log, results["bottom"].steps) == ("", ())
    assert results["left"].started_at >= results["top"].completed_at


async def test_no_more_jobs_run_at_once_than_there_are_slots(checkout: Path) -> None:
    jobs = "".join(f"job{number}: {{steps: [{{run: 'true'}}]}}\n" for number in range(5))
    watch = Watch()
    await run(load(jobs), checkout, watch, slots=2)
    assert (len(watch.finished), watch.most) == (5, 2)


async def test_jobs_do_not_see_each_others_files(checkout: Path) -> None:
    workflow = load("""\
        first: {steps: [{run: touch made}]}
        second: {needs: first, steps: [{run: test ! -e made}]}
    """)
    assert _conclusions(await run(workflow, checkout)) == {"first": "success", "second": "success"}
    assert not (checkout / "made").exists()


async def test_the_environment_is_what_was_given_and_nothing_of_ours(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURS", "secret")
    (checkout / "sub").mkdir()
    workflow = ci.load(
        "ci.yml",
        "on: push\nenv: {A: w, B: w, C: w}\njobs: {build: {env: {B: j, C: j}, steps: [{env: {C: s, D: 1, E: true},"
        " working-directory: sub,"
        ' run: \'echo "$GREETING $A$B$C$D$E ${OURS-none} ${PWD##*/} $CI"; echo x >> "$GITHUB_STEP_SUMMARY"\'}]}}',
    )
    (result,) = (await run(workflow, checkout)).values()
    assert "hello wjs1true none sub true" in said(result)
    assert result.conclusion == "success"


async def test_a_rerun_keeps_successes_that_depend_on_nothing_that_runs_again(checkout: Path) -> None:
    workflow = load("""\
        good: {steps: [{run: "true"}]}
        bad: {steps: [{run: "false"}]}
        gate: {needs: [good, bad], if: always(), steps: [{run: "true"}]}
    """)
    first = await run(workflow, checkout)
    kept = {id_: result for id_, result in first.items() if result.conclusion == "success"}
    watch = Watch()
    second = await run(workflow, checkout, watch, kept=kept)
    assert sorted(watch.started) == sorted(watch.finished) == ["bad", "gate"]
    assert second["good"] is first["good"]
