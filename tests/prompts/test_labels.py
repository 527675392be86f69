"""Lines about labels are found however a model writes them, and in nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.prompts import labels

LABELS = st.builds(lambda kind, number: f"{kind}{number}", st.sampled_from("RF"), st.integers(1, 999_999))
WORDS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=50)
BEFORE = st.sampled_from(["", "1. ", "12) ", "- ", "* ", "  + ", "> ", "### ", "• "])
AROUND = st.sampled_from(
    [("", ": "), ("**", ":** "), ("**", "**: "), ("`", "`: "), ("[", "]: "), ("", " - "), ("", " — ")]
)


@given(st.dictionaries(LABELS, st.tuples(BEFORE, AROUND, WORDS), max_size=20), st.text(max_size=200))
def test_each_label_is_found_with_its_words_whatever_stands_around_it(told, prose):
    lines = [f"{before}{left}{label}{right}{words}" for label, (before, (left, right), words) in told.items()]
    found = labels.said("\n".join([prose, "", *lines]))
    assert {label: found.get(label) for label in told} == {label: words for label, (_, _, words) in told.items()}


@given(st.text())
def test_no_text_breaks_it_or_gives_more_than_its_bounds(text):
    for label, words in labels.said(text).items():
        assert label[0] in "RF"
        assert 0 < len(words) <= 600


@pytest.mark.parametrize(
    "line", ["R1", "R1:", "R1:   ", "PR1: done", "R0: done", "see R1: it is done", "R1234567: done", "R1-done", "F: x"]
)
def test_what_is_no_line_about_a_label_says_nothing(line):
    assert labels.said(line) == {}


def test_of_two_lines_about_one_label_the_last_counts():
    assert labels.said("R1: first try\nmore\nr1: renamed\nF12: **not a bug**") == {"R1": "renamed", "F12": "not a bug"}


def test_a_huge_answer_is_read_from_its_end():
    assert labels.said("*" * 5_000_000 + "\nR1: done") == {"R1": "done"}
    assert len(labels.said("R1: " + "x" * 10_000)["R1"]) == 600


@pytest.mark.parametrize(
    ("said", "done", "words"),
    [
        (None, None, None),
        ("done", True, ""),
        ("Done, renamed it", True, "renamed it"),
        ("fixed — the loop ends now", True, "the loop ends now"),
        ("not done, because it is right", False, "because it is right"),
        ("NOT DONE: no", False, "no"),
        ("renamed it", None, "renamed it"),
        ("abandoned", None, "abandoned"),
        ("donec", None, "donec"),
    ],
)
def test_a_line_says_whether_it_was_done_or_neither(said, done, words):
    assert labels.verdict(said) == (done, words)
