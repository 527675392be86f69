"""Text is cut where GitHub would refuse it, and never cut badly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import redact
from app.github import outgoing


def units(text):
    return len(text.encode("utf-16-le")) // 2


@given(st.text(max_size=400))
def test_what_fits_is_sent_as_it_is(text):
    assert outgoing.body(text, 800) == text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


MARKDOWN = st.lists(
    st.sampled_from(["```\n", "````python\n", "~~~\n", "<!-- ", " -->", "😀", "text ", "\n", "`", "   ```\n"]),
    max_size=800,
)


@given(MARKDOWN, st.integers(300, 1000))
def test_what_is_cut_fits_and_leaves_nothing_open(parts, limit):
    text = "".join(parts)
    cut = outgoing.body(text, limit)

    assert units(cut) <= limit
    if cut != text:
        assert cut.endswith(outgoing.CUT)
        assert outgoing.closing(cut.removesuffix(outgoing.CUT)) == ""


def test_a_fence_left_open_by_the_cut_is_closed_with_its_own_marks():
    cut = outgoing.body("````python\n```\n" + "x" * 2000, 1000)

    assert "x\n````\n\n(cut" in cut


def test_a_comment_left_open_by_the_cut_hides_nothing_after_it():
    assert "x\n-->\n\n(cut" in outgoing.body("<!-- " + "x" * 2000, 1000)


def test_a_character_of_two_units_is_never_halved():
    cut = outgoing.body("😀" * 40_000)

    assert units(cut) <= outgoing.MAX_BODY
    assert set(cut.removesuffix(outgoing.CUT)) == {"😀"}


def test_secrets_are_taken_out_before_the_cut_could_halve_them():
    secret = redact.register("secret-" + "s" * 50)

    for length in range(830, 900):
        assert "secret-s" not in outgoing.body("x" * length + secret + "y" * 500, 1000)


@pytest.mark.parametrize(("text", "line"), [("a\n b\t c", "a b c"), ("x" * 30, "x" * 19 + "…"), ("", "")])
def test_a_line_is_one_line_and_short(text, line):
    assert outgoing.line(text, 20) == line
