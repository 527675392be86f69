"""The picture of the lifecycle is the program's own, and the README shows it as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.lifecycle import diagram
from app.lifecycle.run import Phase

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture(scope="module")
def picture():
    return diagram.draw()


def edges(picture):
    return {
        (before, after): set(words.split(", "))
        for before, after, words in re.findall(r"^    (\w+) --> (\w+): (.+)$", picture, re.MULTILINE)
    }


def test_the_picture_has_every_phase_and_no_other(picture):
    drawn = {name for ends in edges(picture) for name in ends}
    told = set(re.findall(r"→ (\w+)$", picture, re.MULTILINE))

    assert set(Phase) <= drawn | told
    assert drawn <= set(Phase)


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("waiting_ci", "CI red", "fixing_ci"),
        ("waiting_ci", "CI green", "reviewing"),
        ("waiting_ci", "no CI", "awaiting_human"),
        ("waiting_ci", "CI red too often", "failed"),
        ("fixing_ci", "pushed", "waiting_ci"),
        ("reviewing", "review good", "merging"),
        ("reviewing", "review finds something", "fixing_review"),
        ("awaiting_human", "approved", "merging"),
        ("merging", "merge conflict", "fixing_ci"),
        ("merging", "gate unmet", "awaiting_human"),
        ("failed", "/retry", "waiting_ci"),
    ],
)
def test_the_picture_has_the_rows_of_the_table(picture, before, words, after):
    assert words in edges(picture)[before, after]


@pytest.mark.parametrize("line", ["a person pushes → waiting_ci", "merged → completed", "/cancel, closed → canceled"])
def test_what_can_happen_anywhere_is_told_once(picture, line):
    assert picture.count(f"        {line}\n") == 1


def test_nothing_leads_out_of_completed(picture):
    assert not [ends for ends in edges(picture) if ends[0] == "completed"]


def test_the_readme_shows_the_picture(picture):
    found = re.search(r"<!-- lifecycle:begin -->\n(.*?)<!-- lifecycle:end -->", README.read_text(), re.DOTALL)

    assert found, "README.md has lost the marks <!-- lifecycle:begin --> and <!-- lifecycle:end -->"
    assert found[1] == f"```mermaid\n{picture}```\n", "run tools/draw_lifecycle.py"
