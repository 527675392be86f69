"""What real linters write about seeded defects, alone, merged into one log, and one after another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.executors import reported, sarif
from tests.executors import sarif_tools as tools

RUFF = [
    ("src/run.py", 1, "F401", "error", "bug"),
    ("src/run.py", 5, "B006", "error", "bug"),
    ("src/run.py", 6, "S602", "error", "security"),
]
BANDIT = [
    ("src/run.py", 2, "B404", "info", "security"),
    ("src/run.py", 6, "B602", "error", "security"),
]
ESLINT = [
    ("src/page.js", 2, "no-unused-vars", "warning", "maintainability"),
    ("src/page.js", 3, "eqeqeq", "warning", "bug"),
    ("src/page.js", 3, "no-undef", "error", "bug"),
    ("src/page.js", 4, "no-eval", "error", "security"),
]
SEMGREP = [("src/run.py", 6, "no-shell", "error", "security")]
TOOLS = {
    "ruff": (tools.RUFF, RUFF),
    "Bandit": (tools.BANDIT, BANDIT),
    "ESLint": (tools.eslint(), ESLINT),
    "Semgrep OSS": (tools.SEMGREP, SEMGREP),
}
ALL = [*RUFF, *BANDIT, *ESLINT, *SEMGREP]


def told(report: reported.Report) -> list[tuple[str | None, int | None, str, str, str]]:
    return [(one.path, one.line_start, one.rule, one.severity, one.category) for one in report.findings]


@pytest.mark.parametrize(("tool", "command", "found"), [(name, *one) for name, one in TOOLS.items()], ids=TOOLS.keys())
def test_a_tools_own_output_is_right_and_read(
    tmp_path: Path, tool: str, command: tuple[str, ...], found: object
) -> None:
    tree = tools.seed(tmp_path)
    written = tools.run(tree, command)
    report = sarif.parse(written, tree)

    assert tools.faults(json.loads(written)) == []
    assert told(report) == found
    assert report.tools == (tool,)
    assert all(one.snippet and one.line_end == one.line_start for one in report.findings)


def test_the_runs_of_several_tools_in_one_log_are_read(tmp_path: Path) -> None:
    tree = tools.seed(tmp_path)
    logs = [json.loads(tools.run(tree, command)) for command, _ in TOOLS.values()]
    merged = {"version": "2.1.0", "runs": [run for log in logs for run in log["runs"]]}

    report = sarif.parse(json.dumps(merged), tree)

    assert tools.faults(merged) == []
    assert told(report) == ALL
    assert report.tools == tuple(TOOLS)


def test_the_logs_of_several_tools_one_after_another_are_read(tmp_path: Path) -> None:
    tree = tools.seed(tmp_path)
    report = sarif.parse("\n".join(tools.run(tree, command) for command, _ in TOOLS.values()), tree)

    assert told(report) == ALL
    assert report.tools == tuple(TOOLS)


@pytest.mark.parametrize("broken", ["{}", "oops", '{"version": "2.1.0"', "[]"])
def test_one_log_among_several_that_is_none_is_told(tmp_path: Path, broken: str) -> None:
    tree = tools.seed(tmp_path)
    with pytest.raises(sarif.NotSarif):
        sarif.parse(tools.run(tree, tools.SEMGREP) + broken, tree)


def test_logs_without_end_are_refused(tmp_path: Path) -> None:
    one = json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}]})
    with pytest.raises(sarif.NotSarif, match="more than 50"):
        sarif.parse(one * 1000, tmp_path)


def test_the_schema_finds_faults() -> None:
    assert tools.faults({"version": "2.1.0", "runs": [{"results": [{"message": {}}]}]})
