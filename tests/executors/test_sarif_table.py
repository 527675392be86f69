"""The page on reviews says how bad each SARIF level is and what a finding is about, as the code has it."""

from __future__ import annotations

import re
from pathlib import Path

from app.executors import sarif_classes

PAGE = (Path(__file__).parents[2] / "docs/reviews.md").read_text()
NOTHING = "maintainability"


def table(heading: str) -> list[list[str]]:
    """The rows of the table that begins with this heading."""
    lines = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in [lines[0], *lines[2:]]]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_severity_of_each_level_is_the_pages():
    for cell, severity in table("`level` in SARIF")[1:]:
        (level,) = words(cell)
        assert sarif_classes.severity(level, None, {}) == severity


def test_the_category_of_each_tag_tool_and_rule_is_the_pages():
    (_, *categories), _, tags, tools, *rules = table("what says so")
    for category, tagged, named in zip(categories, tags[1:], tools[1:], strict=True):
        for tag in words(tagged):
            assert sarif_classes.category([tag], "a tool", "X", None) == category, tag
        for tool in words(named):
            assert sarif_classes.category([], tool, "X", None) == category, tool
    for row in rules:
        for category, named in zip(categories, row[1:], strict=True):
            for rule in words(named):
                whole = rule if "-" in rule or rule.islower() else f"{rule}10"
                assert sarif_classes.category([], "a tool", whole, None) == category, rule
    assert sarif_classes.category([], "a tool", "X", 0.0) == "security"
    assert sarif_classes.category([], "a tool", "X", None) == NOTHING


def test_the_page_names_all_that_the_code_knows():
    (_, *_), _, tags, tools, *_rules = table("what says so")
    told = {word for row in (tags, tools) for cell in row[1:] for word in words(cell)}
    assert told == {word for word, _ in (*sarif_classes._TAGS, *sarif_classes._TOOLS)}
