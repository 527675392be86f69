"""A review's words: bounded, harmless, complete, and a suggestion exactly as it will be applied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import words
from app.github import outgoing
from tests.test_words import DOES_SOMETHING, HOSTILE

FOUND = words.Finding("01F", 3, "error", "bug", "It breaks", "Look here.", None, "a.py", 4, 6)
REVIEW = words.Review("01R", "a" * 40, "command:lint", 0.75, 0.75, ["error"], 1, [FOUND])


def hostile(text):
    finding = replace(FOUND, title=text, description=f"{text}\n{text}", suggestion=text, path=text)
    return replace(REVIEW, executor=text, notes=[text] * 30, findings=[finding])


@pytest.mark.parametrize("text", HOSTILE)
def test_s87_hostile_words_do_nothing_in_a_review(text):
    review = hostile(text)
    for written in (words.review_body(review, ()), words.remark(review.findings[0], one_click=False)):
        assert not DOES_SOMETHING.search(written), written
        assert outgoing.closing(written) == ""


def test_a_review_counts_what_it_found_and_says_where_it_is():
    second = replace(FOUND, id="02F", number=4, severity="warning", category="style", start=9, end=None, old=True)
    body = words.review_body(replace(REVIEW, total=5, findings=[FOUND, second], notes=["2 more"]), {"01F"})

    for said in (
        "**2 new findings** at `aaaaaaaaaa`, beside 3 that were shown before", "score **0.75**, where 0.75 is enough",
        "error findings block a merge", "| error | 1 | 1 bug | 1 |", "| warning | 1 | 1 style | 0 |",
        "**F4 · warning · style:** It breaks\n`a.py`, line 9 before the change", "- 2 more",
    ):  # fmt: skip
        assert said in body
    assert "F3 ·" not in body


def test_s87_what_has_no_room_is_counted_and_not_half_shown():
    many = [replace(FOUND, id=f"{n}F", number=n, description="\U0001f600 ```\n" * 2_000) for n in range(500)]
    body = words.review_body(replace(REVIEW, findings=many, total=500, notes=["\U0001f600" * 5_000] * 50), ())

    assert len(body.encode("utf-16-le")) // 2 <= 64_000
    listed = body.count("<!-- dursor:finding:")
    assert f"**{500 - listed} more** do not fit ({500 - listed} error)" in body
    assert outgoing.body(body) == body


@pytest.mark.parametrize(
    ("suggestion", "block"),
    [
        ("a = 1", "```suggestion\na = 1\n```"),
        ("a = 1\n", "```suggestion\na = 1\n```"),
        ("", "```suggestion\n```"),
        ("  @property\n  <b> &amp; ![x](y)", "```suggestion\n  @property\n  <b> &amp; ![x](y)\n```"),
        ("````\n```", "`````suggestion\n````\n```\n`````"),
    ],
)
def test_a_suggestion_is_shown_as_it_is_applied(suggestion, block):
    finding = replace(FOUND, suggestion=suggestion)
    assert words.may_be_applied(suggestion)
    assert block in outgoing.body(words.remark(finding, one_click=True))
    assert "suggestion\n" not in words.remark(finding, one_click=False)


@pytest.mark.parametrize(
    "suggestion",
    [
        "a\u202eb",
        "a\u200bb",
        "a\r\nb",
        "x = 1\n  /merge",
        "/LGTM",
        "x" * 5_000,
        f"token = 'ghp_{'a1B2' * 9}'",
        "\ud800",
    ],
)
def test_what_hides_something_or_commands_is_never_applied_by_a_click(suggestion):
    assert not words.may_be_applied(suggestion)


def test_suggestions_of_blank_lines_are_looked_through_once():
    """In quadratic time a review's worth of these would take a minute."""
    assert all(words.may_be_applied("\n" * 4_000) for _ in range(500))


@pytest.mark.parametrize(
    ("path", "start", "end", "place"),
    [
        ("", None, None, "(about no file)"), ("a.py", None, None, "`a.py`"), ("a.py", 2, 2, "`a.py`, line 2"),
        ("a.py", 2, 5, "`a.py`, lines 2 to 5"),
    ],
)  # fmt: skip
def test_what_no_line_carries_says_its_place(path, start, end, place):
    body = words.review_body(replace(REVIEW, findings=[replace(FOUND, path=path, start=start, end=end)]), ())
    assert f"It breaks\n{place}\n" in body


def test_what_the_title_says_is_not_said_twice():
    assert "> " not in words.remark(replace(FOUND, description="It breaks"), one_click=False)
    assert "It breaks\n\n> Because." in words.remark(replace(FOUND, description="It breaks\nBecause."), one_click=False)
