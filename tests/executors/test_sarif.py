"""Findings out of SARIF: from real ruff, from what other tools write, how bad they are and what they say."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.executors import sarif
from app.executors.reported import Finding
from tests.executors import sarif_samples as samples


def ruff(tree: Path) -> str:
    command = ["check", "--isolated", "--no-cache", "--select", "F401,S101,B006", "--output-format", "sarif", "."]
    return subprocess.run(
        [sys.executable, "-m", "ruff", *command], cwd=tree, capture_output=True, text=True, check=False
    ).stdout


def test_ruffs_own_output_is_read(tree: Path) -> None:
    report = sarif.parse(ruff(tree), tree)

    assert report.tools == ("ruff",)
    assert [(f.path, f.rule, f.line_start, f.line_end, f.category) for f in report.findings] == [
        ("pkg/a b.py", "F401", 1, 1, "bug"),
        ("pkg/a b.py", "B006", 4, 4, "bug"),
        ("pkg/a b.py", "S101", 5, 5, "security"),
    ]
    unused = report.findings[0]
    assert unused.title == "`os` imported but unused"
    assert unused.severity == "error"
    assert unused.snippet == "import os"
    assert unused.suggestion == ""


def test_the_repositorys_levels_win_over_the_tools(tree: Path) -> None:
    report = sarif.parse(ruff(tree), tree, {"error": "warning"})

    assert {finding.severity for finding in report.findings} == {"warning"}


def test_a_finding_of_bandit_is_read(tree: Path) -> None:
    rule = {
        "id": "B101",
        "name": "assert_used",
        "properties": {"tags": ["security", "external/cwe/cwe-703"], "precision": "high"},
        "helpUri": "https://bandit.readthedocs.io/en/1.9.0/plugins/b101_assert_used.html",
    }
    region = {"startLine": 5, "endLine": 5, "startColumn": 5, "snippet": {"text": "    assert item\n"}}
    finding = samples.one(tree, samples.log(samples.result(region=region, ruleIndex=0, level="note"), rules=[rule]))

    assert finding == Finding(
        path="pkg/a b.py",
        line_start=5,
        line_end=5,
        severity="info",
        category="security",
        rule="B101",
        title="Use of assert detected.",
        description="Use of assert detected.",
        snippet="    assert item\n",
    )


@pytest.mark.parametrize(
    ("fields", "rule", "severity"),
    [
        ({}, {}, "warning"),
        ({"level": "error"}, {}, "error"),
        ({"level": "none"}, {}, "info"),
        ({}, {"defaultConfiguration": {"level": "error"}}, "error"),
        ({"level": "note"}, {"defaultConfiguration": {"level": "error"}}, "info"),
        ({"kind": "review"}, {"defaultConfiguration": {"level": "error"}}, "info"),
        ({"level": "note"}, {"properties": {"security-severity": "9.8"}}, "critical"),
        ({"level": "note"}, {"properties": {"security-severity": 7.0}}, "error"),
        ({"level": "error"}, {"properties": {"security-severity": "2"}}, "error"),
        ({"level": "error"}, {"properties": {"security-severity": "high"}}, "error"),
    ],
)
def test_the_severity_is_the_results_then_the_rules(
    tree: Path, fields: dict[str, Any], rule: dict[str, Any], severity: str
) -> None:
    data = samples.log(samples.result(**fields), rules=[{"id": "other"}, {"id": "B101", **rule}])

    assert samples.one(tree, data).severity == severity


def test_a_rule_is_found_by_its_index_by_its_id_and_by_the_front_of_its_id(tree: Path) -> None:
    rules = [{"id": "A", "shortDescription": {"text": "about A"}}, {"id": "B", "shortDescription": {"text": "about B"}}]
    results = [
        samples.result(ruleIndex=1, ruleId="B"),
        samples.result(ruleId="A"),
        samples.result(ruleId="B/2"),
        samples.result(ruleId="C"),
    ]

    found = sarif.parse(json.dumps(samples.log(*results, rules=rules)), tree).findings

    assert [finding.description.rpartition("\n")[2] for finding in found] == [
        "about B",
        "about A",
        "about B",
        "Use of assert detected.",
    ]


def test_arguments_are_put_into_messages(tree: Path) -> None:
    rule = {"id": "B101", "messageStrings": {"default": {"text": "{0} in {{braces}} is {1}, not {7}"}}}
    by_id = samples.result(message={"id": "default", "arguments": ["this", "that"]})
    without = samples.result(message={"text": "f-string {0} without {{placeholders}}"})

    found = sarif.parse(json.dumps(samples.log(by_id, without, rules=[rule])), tree).findings

    assert found[0].title == "this in {braces} is that, not {7}"
    assert found[1].title == "f-string {0} without {{placeholders}}"


def test_what_is_suppressed_passed_or_gone_is_left_out(tree: Path) -> None:
    results = [
        samples.result(suppressions=[{"kind": "inSource"}]),
        samples.result(suppressions=[{"kind": "external", "status": "accepted"}]),
        samples.result(kind="pass"),
        samples.result(kind="notApplicable"),
        samples.result(baselineState="absent"),
        samples.result(suppressions=[{"kind": "external", "status": "underReview"}], ruleId="kept"),
    ]

    assert [f.rule for f in sarif.parse(json.dumps(samples.log(*results)), tree).findings] == ["kept"]


def test_several_tools_may_write_into_one_file(tree: Path) -> None:
    data = samples.log(samples.result())
    second = copy.deepcopy(data["runs"][0])
    second["tool"]["driver"]["name"] = "mypy"
    second["invocations"] = [{"executionSuccessful": False}]
    data["runs"].append(second)

    report = sarif.parse(json.dumps(data), tree)

    assert report.tools == ("Bandit", "mypy")
    assert [finding.category for finding in report.findings] == ["security", "bug"]
    assert report.notes == ("mypy says that it did not finish its work.",)
