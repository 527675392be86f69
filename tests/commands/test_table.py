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
