"""What the argument of a verb may be: a commit that is not clearly named is never taken for the head."""

from __future__ import annotations

import pytest

from app.commands import table

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize("rest", ["", ".", "!", SHA, SHA[:7], SHA[:12].upper(), f"{SHA[:9]}."])
def test_s73_an_approval_takes_nothing_or_a_commit(rest):
    assert table.wrong_argument("merge", rest) is None


@pytest.mark.parametrize("rest", [SHA[:6], "HEAD", "now", "main", f"{SHA}00000000000000000000000000", "#12", "0123g67"])
def test_s73_an_approval_of_something_else_is_refused(rest):
    assert table.wrong_argument("approve", rest) is not None
    assert table.commit_named("approve", rest) is None


def test_s73_the_commit_that_is_named_is_read_in_lower_case_and_without_punctuation():
    assert table.commit_named("merge", f"{SHA[:10].upper()}.") == SHA[:10]
    assert table.commit_named("fix", SHA) is None


@pytest.mark.parametrize(
    ("rest", "dollars"),
    [("+5", 5), ("+0.5", 0.5), ("+2.50", 2.5), ("+$3", 3), ("+1000", 1000), ("+5.", 5), ("+ 5", 5)],
)
def test_the_dollars_that_a_budget_adds(rest, dollars):
    assert table.dollars_of(rest) == dollars
    assert table.wrong_argument("budget", rest) is None


WRONG_DOLLARS = ["", "5", "+", "+0", "+0.00", "+-1", "-5", "+1e9", "+NaN", "+inf", "+1000.01", "+1.001", "+٣", "+5 +5"]


@pytest.mark.parametrize("rest", [*WRONG_DOLLARS, "+5 please", "+99999999999999999999", "+0x10", "+1_0"])
def test_what_is_no_number_of_dollars_adds_none(rest):
    assert table.dollars_of(rest) is None
    assert "`+2.50`" in (table.wrong_argument("budget", rest) or "")


@pytest.mark.parametrize("rest", ["2", "#2", "2.", "2!", "2 please", "2, it is shorter"])
def test_the_number_of_a_candidate_or_a_part_stands_first(rest):
    assert table.number_of(rest) == 2
    assert table.wrong_argument("pick", rest) is table.wrong_argument("promote", rest) is None


@pytest.mark.parametrize("rest", ["", "#", "##2", "0", "02", "two", "٢", "100000", "-2"])
def test_what_is_no_number_names_nothing(rest):
    assert table.number_of(rest) is None
    assert table.wrong_argument("pick", rest)
    assert table.wrong_argument("promote", rest)


@pytest.mark.parametrize("rest", ["", "`codex`", '"codex"', ",codex", "…"])
def test_what_names_no_executor_is_refused_before_anybody_works(rest):
    assert "needs an executor" in (table.wrong_argument("use", rest) or "")
