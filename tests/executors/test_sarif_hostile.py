"""SARIF that is too large, odd, or nothing of the kind."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import errors, redact
from app.executors import sarif
from app.executors.reported import Report
from tests.executors import sarif_samples as samples


def test_texts_are_bounded_redacted_and_show_what_they_are(tree: Path) -> None:
    secret = redact.register("a very secret value of a test")
    finding = samples.one(
        tree, samples.log(samples.result(message={"text": f"hi\u202e\x1b[31m\ud800 {secret} " + "x" * 10_000}))
    )
    redact.forget(secret)

    assert finding.title.startswith("hi [redacted] xxx")
    assert len(finding.title) == 255
    assert len(finding.description) == 4_000


def test_more_than_a_thousand_findings_end_in_a_note(tree: Path) -> None:
    report = sarif.parse(json.dumps(samples.log(*[samples.result()] * 1_234)), tree)

    assert len(report.findings) == 1_000
    assert report.notes == ("Bandit: 234 more results were left out.",)


def test_an_odd_result_costs_only_itself(tree: Path) -> None:
    report = sarif.parse(
        json.dumps(
            samples.log(samples.result(), {"message": 5}, "x", samples.result(locations=[{"physicalLocation": 1}]))
        ),
        tree,
    )

    assert len(report.findings) == 1
    assert report.notes == ("Bandit: 3 results could not be read.",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "wrote nothing"),
        ("All checks passed!", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("9" * 10_000, "not JSON"),
        ("[]", "not SARIF"),
        ('{"version": "2.1.0"}', "runs"),
        ('{"version": "2.1.0", "runs": [{"results": []}]}', "runs.0.tool"),
        ('{"version": "1.0.0", "runs": []}', "1.0.0"),
        (" " * 10_500_000, "larger than 10 MB"),
    ],
)
def test_what_is_not_sarif_is_refused_in_words(tree: Path, text: str, says: str) -> None:
    with pytest.raises(sarif.NotSarif, match=says) as refusal:
        sarif.parse(text, tree)
    assert isinstance(refusal.value, errors.UserError)


def test_a_byte_order_mark_is_no_trouble(tree: Path) -> None:
    assert sarif.parse("\ufeff" + json.dumps(samples.log(samples.result())), tree).findings


TEXT = st.text(st.characters(exclude_categories=()), max_size=8)  # lone surrogates too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
PLACES_TO_SPOIL = [
    "version",
    "runs",
    "tool",
    "driver",
    "name",
    "rules",
    "results",
    "message",
    "text",
    "locations",
    "physicalLocation",
    "artifactLocation",
    "uri",
    "region",
    "startLine",
    "endLine",
    "endColumn",
    "fixes",
    "artifactChanges",
    "replacements",
    "deletedRegion",
    "properties",
    "tags",
    "level",
    "originalUriBaseIds",
]


def spoiled(value: Any, key: str, by: Any) -> Any:
    if isinstance(value, dict):
        return {name: by if name == key else spoiled(inner, key, by) for name, inner in value.items()}
    return [spoiled(inner, key, by) for inner in value] if isinstance(value, list) else value


@given(key=st.sampled_from(PLACES_TO_SPOIL), by=JSON)
@settings(deadline=None)
def test_whatever_stands_in_the_json_only_notsarif_is_raised(key: str, by: Any) -> None:
    rule = {"id": "B101", "properties": {"tags": ["security"], "security-severity": "5"}}
    fields = {
        "level": "error",
        "fixes": samples.fix((5, 5), (5, 16), "x"),
        "region": {"startLine": 1, "endLine": 2, "endColumn": 1},
    }
    whole = samples.log(samples.result(**fields), rules=[rule], originalUriBaseIds={"ROOT": {"uri": "pkg/"}})

    try:
        report = sarif.parse(json.dumps(spoiled(whole, key, by)), Path(__file__).parent)
    except sarif.NotSarif as error:
        assert str(error)  # noqa: PT017
    else:
        json.dumps([dataclasses.asdict(finding) for finding in report.findings], ensure_ascii=False).encode()


@given(JSON)
@settings(deadline=None)
def test_any_json_at_all_is_refused_or_read(value: Any) -> None:
    with pytest.raises(sarif.NotSarif):
        sarif.parse(json.dumps(value), Path("/"))


def vast(tree: Path, **run: Any) -> Report:
    """The report of a log with a thousand results in a file of the tree, and one thing in it of many megabytes."""
    located, name = run.pop("artifactLocation", {"uri": "pkg/a%20b.py"}), run.pop("name", "x")
    where = {"physicalLocation": {"artifactLocation": located, "region": {"startLine": 1}}}
    log = samples.log(*[samples.result(locations=[where], ruleIndex=0)] * 1_000, **run)
    log["runs"][0]["tool"]["driver"]["name"] = name
    return sarif.parse(json.dumps(log), tree)


VAST: dict[str, dict[str, Any]] = {
    "a rule of a million tags": {"rules": [{"id": "R", "properties": {"tags": ["q"] * 1_000_000}}]},
    "the name of the tool": {"name": "n" * 8_000_000},
    "the address of a base": {
        "originalUriBaseIds": {"B": {"uri": "%41" * 2_000_000}}, "artifactLocation": {"uri": "a", "uriBaseId": "B"},
    },
    "the address of a file": {
        "artifacts": [{"location": {"uri": "%41" * 2_000_000}}], "artifactLocation": {"index": 0},
    },
}  # fmt: skip


@pytest.mark.parametrize("run", VAST.values(), ids=VAST)
def test_what_is_said_once_and_holds_for_a_thousand_results_is_not_read_a_thousand_times(
    tree: Path, run: dict[str, Any]
) -> None:
    report = vast(tree, **run)
    assert len(report.findings) == 1_000
    assert {one.path for one in report.findings} == {None if "artifactLocation" in run else "pkg/a b.py"}


def test_a_log_of_more_runs_than_there_are_tools_is_refused(tree: Path) -> None:
    run = {"tool": {"driver": {"name": "x"}}}
    with pytest.raises(sarif.NotSarif, match="more than 200 runs"):
        sarif.parse(json.dumps({"version": "2.1.0", "runs": [run] * 100_000}), tree)
