"""Workflow files are read as GitHub reads them, and refused where a run would not mean what they say."""

from __future__ import annotations

import pytest

from app.localhub import ci, ci_trigger, ci_workflow

WORKFLOW = """\
name: CI
on:
  push: {branches: [main, "releases/**"]}
  pull_request:
permissions: {contents: read}
concurrency: {group: "${{ github.ref }}"}
env: {A: 1}
defaults: {run: {working-directory: src}}
jobs:
  test:
    name: Unit tests
    runs-on: ubuntu-latest
    needs: [lint]
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@v4
        with: {ref: "${{ github.sha }}"}
      - run: |
          python -m unittest
          true
  lint:
    if: ${{ always() }}
    steps:
      - {name: Ruff, run: ruff check, working-directory: ., env: {B: true}}
"""


def test_a_workflow_is_read_with_its_defaults() -> None:
    workflow = ci.load(".github/workflows/ci.yml", WORKFLOW)
    lint, test = workflow.jobs
    assert (workflow.name, test.id, test.name, test.needs, test.timeout) == (
        "CI",
        "test",
        "Unit tests",
        ("lint",),
        5,
    )
    assert (lint.name, lint.condition, lint.timeout) == ("lint", "always()", 360)
    checkout, unit = test.steps
    assert (checkout.name, checkout.uses, checkout.run) == (
        "Run actions/checkout@v4",
        "actions/checkout@v4",
        None,
    )
    assert (unit.name, unit.run, unit.directory) == (
        "Run python -m unittest",
        "python -m unittest\ntrue\n",
        "src",
    )
    assert (lint.env, lint.steps[0].env, lint.steps[0].directory) == ({"A": "1"}, {"B": "true"}, ".")


def test_a_workflow_without_a_name_is_called_by_its_path() -> None:
    assert ci.load("a/b.yml", "on: push\njobs: {x: {steps: [{run: 'true'}]}}").name == "a/b.yml"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "no YAML"),
        ("[" * 5000, "no YAML"),
        ("a: 1\na: 2", "no YAML"),
        ("just text", "not a mapping"),
        ("jobs: {x: {steps: [{run: a}]}}", "on: no event is named"),
        ("on: {push: {branches: 'v[12]'}}\njobs: {x: {steps: [{run: a}]}}", "on: the pattern 'v[12]'"),
        ("on: push", "jobs: not a mapping"),
        ("on: push\njobs: {}", "jobs: there is none"),
        ("on: push\njobs: {x: {}}", "jobs.x.steps: not a list"),
        ("on: push\njobs: {x: {steps: [a]}}", "jobs.x.steps: not a mapping"),
        ("on: push\njobs: {x: {steps: [{name: a}]}}", "a step has either run or uses"),
        ("on: push\njobs: {x: {steps: [{run: a, shell: pwsh}]}}", "only bash"),
        ("on: push\njobs: {x: {steps: [{run: 'echo ${{ github.sha }}'}]}}", "expressions are not supported"),
        ("on: push\njobs: {x: {steps: [], timeout-minutes: soon}}", "not a number of minutes"),
        ("on: push\njobs: {x: {steps: [], if: github.actor == 'me'}}", "jobs.x.if: only"),
        ("on: push\njobs: {x: {steps: [], strategy: {matrix: {v: [1]}}}}", "jobs.x.strategy is not supported"),
        ("on: push\njobs: {x: {steps: [], needs: y}}", "there is no job y"),
        ("on: push\njobs: {x: {steps: [], needs: y}, y: {steps: [], needs: x}}", "in a circle"),
    ],
)
def test_what_cannot_be_run_as_it_says_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ci_workflow.InvalidWorkflow, match=reason.replace("[", r"\[").replace("]", r"\]")):
        ci.load("ci.yml", text)


@pytest.mark.parametrize(
    ("on", "event", "action", "branch", "paths", "expected"),
    [
        ("push", "push", None, "main", ["a"], True),
        ("push", "pull_request", "opened", "main", ["a"], False),
        (["push", "pull_request"], "pull_request", "synchronize", "main", ["a"], True),
        ("pull_request", "pull_request", "labeled", "main", ["a"], False),
        ({"pull_request": {"types": ["labeled"]}}, "pull_request", "labeled", "main", ["a"], True),
        ({"push": {"branches": ["releases/**"]}}, "push", None, "releases/1/2", ["a"], True),
        ({"push": {"branches": ["*"]}}, "push", None, "feature/x", ["a"], False),
        ({"push": {"branches": ["**", "!wip"]}}, "push", None, "wip", ["a"], False),
        ({"push": {"branches-ignore": "wip"}}, "push", None, "wip", ["a"], False),
        ({"push": {"paths": ["**.py"]}}, "push", None, "main", ["docs/a.md"], False),
        ({"push": {"paths": ["**.py"]}}, "push", None, "main", ["docs/a.md", "x/a.py"], True),
        ({"push": {"paths-ignore": ["docs/**"]}}, "push", None, "main", ["docs/a.md"], False),
        ({"push": {"paths-ignore": ["docs/**"]}}, "push", None, "main", ["docs/a.md", "b"], True),
        ({"push": {"paths-ignore": ["docs/**"]}}, "push", None, "main", [], True),
        ({"schedule": [{"cron": "0 0 * * *"}]}, "push", None, "main", ["a"], False),
    ],
)
def test_an_event_starts_what_listens_to_it(
    on: object, event: str, action: str | None, branch: str, paths: list[str], expected: bool
) -> None:
    assert ci_trigger.matches(ci_trigger.read(on), event, action, branch, paths) is expected
