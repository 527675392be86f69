"""The merge gate: each condition met and unmet, and what people are told about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.lifecycle.ci_verdict import Answer
from app.lifecycle.diff_guards import ChangedFile
from app.lifecycle.merge_gate import Facts, Gate, unmet

GOOD = Facts(
    ci=Answer.GREEN, ci_why="2 checks passed", none_is_green=False, needs_approval=False, human_approved=False,
    review_wanted=True, review_score=0.75, min_score=0.75, blocking_findings=0, changes_requested_by=(), approvals=1,
    approvals_needed=1, is_draft=False, has_conflict=False, is_behind=False, must_be_current=True, is_fork=False,
    is_stacked=False, needs_queue=False, files=[ChangedFile("a.py", "modified", 3, 2, "+x\n-y")], max_files=1,
    max_lines=5, protected=(), secrets_in=(),
)  # fmt: skip
WEAKER = [ChangedFile("tests/test_a.py", "modified", 1, 0, "+@pytest.mark.skip")]

UNMET: list[tuple[str, dict[str, Any], Gate, str]] = [
    (f"CI that is {answer} does not merge", {"ci": answer, "ci_why": "so it is"}, Gate.CI, f"CI is {answer}: so it is")
    for answer in Answer
    if answer is not Answer.GREEN
] + [
    ("a low score", {"review_score": 0.7}, Gate.REVIEW, "the review scored 0.70 of 0.75"),
    ("no review", {"review_score": None}, Gate.REVIEW, "this commit was not reviewed"),
    ("a finding", {"blocking_findings": 2}, Gate.REVIEW, "the review has 2 findings that block"),
    ("requested changes", {"changes_requested_by": ["ann", "b"]}, Gate.CHANGES_REQUESTED, "ann, b requested changes"),
    ("no approval", {"needs_approval": True}, Gate.APPROVAL, "nobody with write permission approved this commit"),
    ("too few approvals", {"approvals_needed": 2}, Gate.APPROVALS, "the branch demands 2 approvals and has 1"),
    ("a draft", {"is_draft": True}, Gate.DRAFT, "it is a draft"),
    ("a conflict", {"has_conflict": True}, Gate.CONFLICT, "it conflicts with its base branch"),
    ("behind", {"is_behind": True}, Gate.BEHIND, "the branch demands that it holds the newest base"),
    ("a fork", {"is_fork": True}, Gate.FORK, "it comes from a fork and no maintainer approved this commit"),
    ("a stack", {"is_stacked": True}, Gate.STACK, "it is part of a stack, which GitHub merges as a whole"),
    ("a queue", {"needs_queue": True}, Gate.QUEUE, "the branch merges through a merge queue"),
    ("a secret", {"secrets_in": ["a.py"]}, Gate.SECRET, "it adds what looks like a secret: a.py"),
    ("too many files", {"max_files": 0}, Gate.SIZE, "1 files and 5 lines are over the limits (0, 5)"),
    ("too many lines", {"max_lines": 4}, Gate.SIZE, "1 files and 5 lines are over the limits (1, 4)"),
    ("a protected path", {"protected": [".github/x"]}, Gate.PROTECTED, "it touches protected paths: .github/x"),
    ("weaker tests", {"files": WEAKER}, Gate.GAMING, "it weakens what checks it: tests/test_a.py skips tests"),
]  # fmt: skip


def test_a_pull_request_that_meets_every_condition_merges():
    assert unmet(GOOD) == ()


@pytest.mark.parametrize(("facts", "gate", "why"), [row[1:] for row in UNMET], ids=[row[0] for row in UNMET])
def test_one_condition_that_does_not_hold_is_named_alone(facts, gate, why):
    [only] = unmet(replace(GOOD, **facts))

    assert (only.gate, only.why) == (gate, why)
    assert only.actor


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"ci": Answer.NONE, "none_is_green": True}, id="no CI, where the configuration says so"),
        pytest.param({"review_wanted": False, "review_score": None}, id="no review, where none is wanted"),
        pytest.param({"is_behind": True, "must_be_current": False}, id="behind, where the branch does not mind"),
        pytest.param({"needs_approval": True, "human_approved": True}, id="approved by a person"),
        pytest.param({"is_fork": True, "human_approved": True}, id="a fork, approved"),
        pytest.param({"protected": ["CODEOWNERS"], "human_approved": True}, id="a protected path, approved"),
        pytest.param({"files": WEAKER, "human_approved": True}, id="weaker tests, approved"),
        pytest.param({"approvals_needed": 0, "approvals": 0}, id="no approvals, where none are demanded"),
    ],
)
def test_a_condition_holds_where_it_does_not_apply_or_a_person_vouched(facts):
    assert unmet(replace(GOOD, **facts)) == ()


@pytest.mark.parametrize("gate", [Gate.CI, Gate.REVIEW, Gate.CHANGES_REQUESTED, Gate.DRAFT, Gate.CONFLICT, Gate.SECRET])
def test_an_approval_opens_no_other_gate(gate):
    facts = next(facts for _, facts, unmet_gate, _ in UNMET if unmet_gate is gate)

    assert [found.gate for found in unmet(replace(GOOD, human_approved=True, **facts))] == [gate]


def test_every_gate_is_in_the_table():
    assert {gate for _, _, gate, _ in UNMET} == set(Gate)


def test_everything_that_does_not_hold_is_named():
    found = unmet(
        replace(GOOD, is_draft=True, has_conflict=True, ci=Answer.RED, secrets_in=[f"{n}.py" for n in range(7)])
    )

    assert [one.gate for one in found] == [Gate.DRAFT, Gate.CONFLICT, Gate.CI, Gate.SECRET]
    assert found[-1].why.endswith("4.py and 2 more")
