"""A finding is one finding across pushes: known by file, words and code, and never raised twice or again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle import identities, ledger
from app.lifecycle.identities import Found, Identity, Known, Place
from tests.lifecycle.ledgers import PATH, Book, Line


def book(*texts):
    return Book([Line(text) for text in texts])


def test_the_same_report_again_is_nothing_new():
    one = book("import os", "x = 1")
    one.review(one.found("F401", 1))
    judged = one.review(one.found("F401", 1))
    assert (judged.new, judged.again) == ({}, {0: "id0"})


def test_a_finding_moves_with_its_lines():
    one = book("import os", "x = 1")
    one.review(one.found("F401", 1))
    one.lines[:0] = [Line("# new"), Line("# newer")]
    judged = one.review(one.found("F401", 3))
    assert (judged.new, judged.fixed) == ({}, [])


def test_what_a_tool_does_not_report_any_more_is_fixed_and_found_again_when_it_comes_back():
    one = book("import os")
    one.review(one.found("F401", 1))
    assert one.review().fixed == ["id0"]
    judged = one.review(one.found("F401", 1))
    assert (judged.reopened, judged.new) == ({0: "id0"}, {})


def test_what_an_agent_does_not_mention_stays_open_while_its_lines_do():
    one = book("x = y", "z")
    one.review(one.found("y is not there", 1, by_rule=False), is_whole=False)
    assert one.review(is_whole=False).carried == ["id0"]
    assert one.status() == {1: "open"}
    one.lines[0] = Line("x = 1")
    assert one.review(is_whole=False).fixed == ["id0"]


def test_what_an_agent_calls_resolved_is_fixed_though_its_lines_are_as_they_were():
    one = book("x = y")
    one.review(one.found("y is not there", 1, by_rule=False), is_whole=False)
    assert one.review(is_whole=False, resolved=(1,)).fixed == ["id0"]


def test_no_silence_of_a_linter_mends_what_an_agent_found():
    one = book("x = y")
    one.review(one.found("y is not there", 1, by_rule=False), is_whole=False)
    assert one.review(is_whole=True).carried == ["id0"]


def test_other_words_of_an_agent_for_the_same_code_are_the_same_finding():
    one = book("x = y")
    one.review(one.found("y is not there", 1, by_rule=False), is_whole=False)
    judged = one.review(one.found("Undefined name", 1, by_rule=False), is_whole=False)
    assert (judged.again, judged.new) == ({0: "id0"}, {})


def test_two_things_an_agent_says_of_one_line_keep_their_numbers():
    one = book("x = y / 0")
    first, second = (one.found(words, 1, by_rule=False) for words in ("y is not there", "Division by zero"))
    one.review(first, second, is_whole=False)
    judged = one.review(second, is_whole=False)
    assert (judged.again, judged.carried) == ({0: "id1"}, ["id0"])


def test_an_agent_names_a_finding_whose_lines_were_changed():
    one = book("x = y")
    one.review(one.found("y is not there", 1, by_rule=False), is_whole=False)
    one.lines[0] = Line("x = y + 1")
    judged = one.review(one.found("Still not there", 1, by_rule=False, names=1), is_whole=False)
    assert (judged.again, judged.fixed) == ({0: "id0"}, [])
    assert one.rows["id0"].identity.code == identities.of_code("x = y + 1")


@pytest.mark.parametrize("names", [2, 99, -1, 0])
def test_a_number_that_no_open_finding_has_names_none(names):
    one = book("x = y", "z = w")
    one.review(one.found("a", 1, by_rule=False), one.found("b", 2, by_rule=False), is_whole=False)
    one.decline(2)
    one.lines.append(Line("other"))
    judged = one.review(one.found("c", 3, by_rule=False, names=names), is_whole=False)
    assert list(judged.new) == [0]


def test_a_finding_of_another_file_is_not_the_one_that_is_named():
    one = book("x = y")
    one.review(one.found("a", 1, by_rule=False), is_whole=False)
    elsewhere = replace(one.found("b", 1, by_rule=False, names=1), place=Place("b.py", 1, 1))
    assert list(one.review(elsewhere, is_whole=False).new) == [0]


def test_what_was_declined_is_dropped_in_other_words_too_but_for_what_is_worse():
    one = book("x = y")
    one.review(one.found("y is not there", 1, by_rule=False), is_whole=False)
    one.decline(1)
    again, reworded = one.found("y is not there", 1, by_rule=False), one.found("Other", 1, by_rule=False)
    assert one.review(again, is_whole=False).dropped == [0]
    assert one.review(reworded, is_whole=False).dropped == [0]
    judged = one.review(replace(reworded, severity="critical"), is_whole=False)
    assert (judged.dropped, list(judged.new)) == ([], [0])


def test_of_two_equal_findings_the_one_whose_line_is_gone_is_fixed():
    one = book("import os", "x", "import os")
    one.review(one.found("F811", 1), one.found("F811", 3))
    del one.lines[0]
    judged = one.review(one.found("F811", 2))
    assert (judged.fixed, judged.again) == (["id0"], {0: "id1"})


def test_of_two_equal_findings_one_of_them_declined_the_other_counts_wherever_both_have_gone():
    one = book("import os", "import os")
    one.review(one.found("F811", 1), one.found("F811", 2))
    one.decline(1)
    one.lines = [Line("# forced"), Line("import os")]
    assert one.review(one.found("F811", 2)).again == {0: "id1"}


def test_a_rule_broken_in_the_lines_that_were_put_there_instead_is_the_same_finding():
    known = Known(
        "id0", 1, "open", Identity(PATH, "rule:S608", "old"), "bug", "error", Place(PATH, 4, 5), is_same=False
    )
    found = Found(Place(PATH, 5, 5), "rule:S608", "bug", "error", "new")
    judged = ledger.judge([known], ledger.Report([found], is_whole=True))
    assert (judged.again, judged.moved) == ({0: "id0"}, {"id0": Identity(PATH, "rule:S608", "new")})
    far = replace(found, place=Place(PATH, 9, 9))
    judged = ledger.judge([known], ledger.Report([far], is_whole=True))
    assert (list(judged.new), judged.fixed) == ([0], ["id0"])


def test_a_finding_follows_its_file_to_another_name():
    known = Known("id0", 1, "open", Identity("old.py", "rule:F401", "c"), "bug", "error", Place("new.py", 1, 1))
    found = Found(Place("new.py", 1, 1), "rule:F401", "bug", "error", "c")
    judged = ledger.judge([known], ledger.Report([found], is_whole=True))
    assert (judged.again, judged.moved) == ({0: "id0"}, {"id0": Identity("new.py", "rule:F401", "c")})


def test_what_was_not_looked_at_is_not_fixed_unless_its_file_is_gone():
    known = Known("id0", 1, "open", Identity("a.js", "rule:x", "c"), "bug", "error", Place("a.js", 1, 1), is_same=False)
    report = ledger.Report([], is_whole=True, looked_at=lambda path: path.endswith(".py"))
    assert ledger.judge([known], report).carried == ["id0"]
    assert ledger.judge([replace(known, place=None)], report).fixed == ["id0"]


MEANT = [("a", "F1", 1), ("b", "F2", 1)]


@pytest.mark.parametrize(
    ("meant", "left", "told"),
    [
        (MEANT, {"a", "b", "new"}, ("F1", "F2")),
        (MEANT, {"b"}, ()),
        ([("a", "F1", 1), ("b", "F2", 2)], {"b"}, ("F2",)),
        ([], {"new"}, ()),
        (MEANT, set(), ()),
    ],
)
def test_a_fix_is_stuck_when_it_left_all_it_was_meant_for_or_when_one_outlives_two(meant, left, told):
    assert ledger.stuck(meant, left) == told


def test_numbers_spaces_and_case_of_words_and_indentation_of_code_do_not_tell_findings_apart():
    assert identities.of_words("bug", "Line 12:  X unused") == identities.of_words("bug", "line 9: x unused")
    assert identities.of_code("  if x:\n\n      y()") == identities.of_code("if x:\n  y()\n")
    assert identities.of_code(None) == identities.of_code(" \n") == ""


TEXTS, RULES = st.sampled_from(["a", "b", "c"]), st.sampled_from(["R1", "R2"])
STEPS = st.one_of(
    st.tuples(st.just("insert"), st.integers(0, 5), TEXTS),
    st.tuples(st.just("delete"), st.integers(0, 5), TEXTS),
    st.tuples(st.just("change"), st.integers(0, 5), TEXTS),
    st.tuples(st.just("decline"), st.integers(1, 5), TEXTS),
    st.tuples(st.just("review"), st.booleans(), st.lists(st.tuples(RULES, st.integers(1, 6)), max_size=5)),
)


@given(st.lists(STEPS, max_size=25))
def test_whatever_happens_what_is_open_is_in_the_latest_review_and_what_was_declined_stays_so(steps):
    one = book("a", "b", "a")
    for kind, at, more in steps:
        if kind == "insert":
            one.lines.insert(at, Line(more))
        elif kind == "delete" and at < len(one.lines):
            del one.lines[at]
        elif kind == "change" and at < len(one.lines):
            one.lines[at] = Line(more)
        elif kind == "decline" and at in one.status():
            one.decline(at)
        elif kind == "review":
            declined = {number for number, status in one.status().items() if status == "declined"}
            found = [one.found(rule, line, by_rule=at) for rule, line in more if line <= len(one.lines)]
            one.review(*found, is_whole=at)
            _holds(one, declined)
            before, shown = one.status(), set(one.shown)
            again = one.review(*found, is_whole=at)
            _holds(one, declined)
            assert not again.new
            assert not again.reopened
            assert (one.status(), one.shown) == (before, shown)


def _holds(one, declined):
    one.check()
    assert sorted(one.latest) == sorted(row.id for row in one.rows.values() if row.status == "open")
    assert all(one.status()[number] == "declined" for number in declined)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.lists(st.tuples(RULES, st.integers(1, 6)), max_size=6),
       st.integers(1, 9), st.booleans())  # fmt: skip
def test_a_shift_of_all_lines_changes_nothing(texts, told, shift, by_rule):
    one = book(*texts)
    places = [(rule, line) for rule, line in told if line <= len(texts)]
    one.review(*(one.found(rule, line, by_rule=by_rule) for rule, line in places), is_whole=by_rule)
    before = {row.id: (row.identity, row.status) for row in one.rows.values()}
    one.lines[:0] = [Line("new") for _ in range(shift)]
    judged = one.review(*(one.found(rule, line + shift, by_rule=by_rule) for rule, line in places), is_whole=by_rule)
    assert (judged.new, judged.fixed, judged.reopened, judged.moved) == ({}, [], {}, {})
    assert {row.id: (row.identity, row.status) for row in one.rows.values()} == before
