"""Where a finding of a SARIF file is: addresses, lines, quoted code and suggested code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.executors import sarif_samples as samples


@pytest.mark.parametrize(
    "uri",
    [
        "pkg/a%20b.py",
        "pkg/a b.py",
        "./pkg/../pkg/a%20b.py",
        "file://{tree}/pkg/a%20b.py",
        "file://localhost{tree}/pkg/a%20b.py",
        "{tree}/pkg/a%20b.py",
    ],
)
def test_every_way_to_name_a_file_of_the_tree_is_understood(tree: Path, uri: str) -> None:
    assert samples.one(tree, samples.log(samples.result(uri.format(tree=tree)))).path == "pkg/a b.py"


@pytest.mark.parametrize(
    "uri",
    [
        "../outside.py",
        "pkg/../../outside.py",
        "%2e%2e/outside.py",
        "/etc/passwd",
        "file:///etc/passwd",
        "file://{tree}x/a.py",
        "file://elsewhere{tree}/pkg/a%20b.py",
        "//elsewhere/a.py",
        "https://example.com/pkg/a.py",
        "C:\\a.py",
        ".git/config",
        "pkg/.GIT/config",
        "pkg/a\u202eb.py",
        "pkg/a%00b.py",
        "http://[",
        "",
        "x/" * 2000 + "a.py",
    ],
)
def test_a_finding_outside_the_tree_is_kept_without_a_place(tree: Path, uri: str) -> None:
    finding = samples.one(tree, samples.log(samples.result(uri.format(tree=tree), region={"startLine": 1})))

    assert (finding.path, finding.line_start, finding.snippet) == (None, None, None)
    assert finding.title == "Use of assert detected."


def test_base_ids_are_followed_and_a_circle_of_them_ends(tree: Path) -> None:
    bases = {
        "ROOT": {"uri": f"file://{tree}/"},
        "PKG": {"uri": "pkg/", "uriBaseId": "ROOT"},
        "LOOP": {"uri": "x/", "uriBaseId": "LOOP"},
        "SAID": {"description": {"text": "only said to exist"}},
    }

    def found(base: str, uri: str) -> str | None:
        where = {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": base}}}
        return samples.one(tree, samples.log(samples.result(locations=[where]), originalUriBaseIds=bases)).path

    assert found("PKG", "a%20b.py") == "pkg/a b.py"
    assert found("SAID", "pkg/c.py") == "pkg/c.py"
    assert found("%SRCROOT%", "pkg/c.py") == "pkg/c.py"
    assert found("LOOP", "c.py") is None


def test_a_file_may_be_named_by_its_index(tree: Path) -> None:
    where = {"physicalLocation": {"artifactLocation": {"index": 1}, "region": {"startLine": 1}}}
    artifacts = [{"location": {"uri": "x.py"}}, {"location": {"uri": "pkg/a%20b.py"}}]

    assert samples.one(tree, samples.log(samples.result(locations=[where]), artifacts=artifacts)).path == "pkg/a b.py"


@pytest.mark.parametrize(
    ("region", "lines"),
    [
        ({"startLine": 2, "endLine": 3}, (2, 3)),
        ({"startLine": 2}, (2, 2)),
        ({"startLine": 0, "endLine": -4}, (1, 1)),
        ({"startLine": 5, "endLine": 2}, (5, 5)),
        ({"startLine": 2, "endLine": 4, "endColumn": 1}, (2, 3)),
        ({"startLine": 10**30}, (10_000_000, 10_000_000)),
        ({"charOffset": 3}, (None, None)),
        (None, (None, None)),
    ],
)
def test_lines_count_from_one_and_run_forward(tree: Path, region: Any, lines: tuple[int | None, int | None]) -> None:
    finding = samples.one(tree, samples.log(samples.result(region=region)))

    assert (finding.line_start, finding.line_end) == lines


@pytest.mark.parametrize(
    ("lines", "fixes", "suggestion"),
    [
        ((5, 5), samples.fix((5, 5), (5, 16), "check(item)"), "    check(item)"),
        ((5, 5), samples.fix((5, None), (5, None), "    pass"), "    pass"),
        ((5, 5), samples.fix((5, 1), (6, 1), None), ""),
        ((5, 5), samples.fix((5, 1), (6, 1), "    one\n    two\n"), "    one\n    two"),
        ((4, 6), samples.fix((5, 1), (6, 1), None), "def add(item, items=[]):\n    return items"),
        ((4, 5), samples.fix((4, 15), (4, 23), "items"), "def add(item, items):\n    assert item"),
        ((1, 1), samples.fix((5, 5), (5, 16), "x"), None),
        ((5, 5), samples.fix((5, 5), (6, 9), "x"), None),
        ((5, 5), samples.fix((5, 1), (99, 1), None), None),
        ((5, 5), samples.fix((5, 5), (5, 16), "x", uri="pkg/other.py"), None),
        ((5, 5), samples.fix((5, 5), (5, 16), "x" * 5000), None),
        ((5, 5), samples.fix((5, 5), (5, 16), "a\u202eb"), None),
        ((5, 5), samples.fix((5, 5), (5, 16), "x") * 2, None),
        ((5, 5), samples.fix((5, 5), (5, 5), "token = 'ghp_" + "a" * 36 + "'"), None),
        ((5, 5), [None], None),
    ],
)
def test_a_fix_becomes_a_suggestion_only_when_it_replaces_these_very_lines(
    tree: Path, lines: tuple[int, int], fixes: Any, suggestion: str | None
) -> None:
    finding = samples.one(
        tree, samples.log(samples.result(region={"startLine": lines[0], "endLine": lines[1]}, fixes=fixes))
    )

    assert finding.suggestion == suggestion


@pytest.mark.parametrize("kind", ["file", "directory", "fifo", "binary", "large", "git"])
def test_a_snippet_is_never_read_from_outside_or_from_what_is_not_text(tree: Path, tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "inner.py").write_text("outside\n")
    (tree / ".git").mkdir()
    (tree / ".git/config").write_text("outside\n")
    victim = tree / "victim.py"
    match kind:
        case "file":
            victim.symlink_to(secret / "inner.py")
        case "directory":
            (tree / "link").symlink_to(secret)
            victim = tree / "link/inner.py"
        case "fifo":
            os.mkfifo(victim)
        case "binary":
            victim.write_bytes(b"\xff\xfe\x00outside")
        case "large":
            victim.write_text("outside\n" * 200_000)
        case "git":
            victim.symlink_to(".git/config")
    finding = samples.one(tree, samples.log(samples.result(str(victim.relative_to(tree)), region={"startLine": 1})))

    assert finding.path == str(victim.relative_to(tree))
    assert finding.snippet is None
