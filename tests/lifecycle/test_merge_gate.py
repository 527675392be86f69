"""The merge gate: each condition met and unmet, and what people are told about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.lifecycle.ci_verdict import Answer
from app.lifecycle.gate import Evidence, Gate
from app.lifecycle.guards import Found, Kind
from app.lifecycle.merge_gate import Facts, Finding, unmet
from app.lifecycle.people_gates import People, ReviewDecision

ANN, BOB = Evidence("ann", "https://github.example/r/1"), Evidence("bob", "https://github.example/r/2")
AGREED = People(
    approvals=(ANN,), by_others=(ANN,), approvals_needed=1, decision=ReviewDecision.APPROVED, needs_owner=True,
    needs_other_than_pusher=True, pushers=("alice",), needs_conversations=True, conversations=(),
)  # fmt: skip
GOOD = Facts(
    ci=Answer.GREEN, ci_why="2 checks passed", none_is_green=False, needs_approval=False, human_approved=False,
    review_wanted=True, review_score=0.75, min_score=0.75, is_draft=False, has_conflict=False, is_behind=False,
    must_be_current=True, is_fork=False, is_stacked=False, guarded=(), people=AGREED,
    base="main",
)  # fmt: skip


def found(kind: Kind, phrase: str) -> dict[str, Any]:
    return {"guarded": [Found(kind, "a.py", phrase)]}


WEAKER = found(Kind.SKIPPED, "tests/test_a.py skips tests")
SECRET = found(Kind.SECRET, "a.py in line 3")
LOCK = found(Kind.LOCK_FILE, "uv.lock (a lock file) changed")
SIZE = found(Kind.SIZE, "9 files and 5 lines are over the limits (1, 5)")
BLOCKS = Finding("F3", "error", "a.py:7", "it divides by zero", "https://github.example/d/3")
LINE = Evidence("carol on a.py")
UNKNOWN, REQUIRED = ReviewDecision.UNKNOWN, ReviewDecision.REVIEW_REQUIRED


def people(**changed: Any) -> dict[str, Any]:
    return {"people": replace(AGREED, **changed)}


UNMET: list[tuple[str, dict[str, Any], Gate, str]] = [
    (f"CI that is {answer} does not merge", {"ci": answer, "ci_why": "so it is"}, Gate.CI,
     f"CI is {answer.replace('_', ' ')}: so it is")
    for answer in Answer
    if answer not in {Answer.GREEN, Answer.NONE}
] + [
    ("a commit without CI", {"ci": Answer.NONE, "ci_why": "so it is"}, Gate.CI, "there is no CI: so it is"),
    ("a low score", {"review_score": 0.7}, Gate.REVIEW, "the review scored 0.70 of 0.75"),
    ("no review", {"review_score": None}, Gate.REVIEW, "this commit was not reviewed"),
    ("a finding", {"blocking": [BLOCKS]}, Gate.REVIEW, "the review has 1 finding that blocks: F3"),
    ("findings", {"blocking": [BLOCKS, replace(BLOCKS, name="F4")]}, Gate.REVIEW,
     "the review has 2 findings that block: F3, F4"),
    ("requested changes", people(changes_requested=(ANN, BOB)), Gate.CHANGES_REQUESTED, "ann, bob requested changes"),
    ("no approval", {"needs_approval": True}, Gate.APPROVAL, "nobody with write permission approved this commit"),
    ("too few approvals", people(approvals_needed=2), Gate.APPROVALS,
     "the branch demands 2 approvals of this commit and has 1 (ann)"),
    ("no approval at all", people(approvals=(), approved_before=(BOB,)), Gate.APPROVALS,
     "the branch demands 1 approval of this commit and has 0"),
    ("a code owner is asked", people(decision=REQUIRED, owners_asked=("dora", "octo/core")), Gate.CODE_OWNERS,
     "a code owner has to approve: dora, octo/core"),
    ("a code owner is wanted", people(decision=REQUIRED), Gate.CODE_OWNERS, "a code owner has to approve"),
    ("the pusher alone approved", people(by_others=()), Gate.LAST_PUSH,
     "the branch demands an approval of the last push by somebody other than who pushed it, alice"),
    ("GitHub counts a request of somebody else",
     people(decision=ReviewDecision.CHANGES_REQUESTED, uncounted=(Evidence("a-bot[bot]"),)), Gate.REVIEW_DECISION,
     "GitHub counts a request for changes by a-bot[bot]; dismissing that review takes it away"),
    ("GitHub demands what nothing explains", people(decision=REQUIRED, needs_owner=False), Gate.REVIEW_DECISION,
     "GitHub demands a review that dursor's own count does not explain"),
    ("GitHub's decision is unknown", people(decision=UNKNOWN, needs_owner=False), Gate.REVIEW_DECISION,
     "what GitHub makes of the reviews could not be read"),
    ("an open conversation", people(conversations=(LINE,)), Gate.CONVERSATIONS,
     "the branch demands resolved conversations, and 1 is open"),
    ("more conversations than were read", people(conversations=(LINE, LINE), more_conversations=True),
     Gate.CONVERSATIONS, "the branch demands resolved conversations, and at least 2 are open"),
    ("conversations that were not told", people(conversations=None), Gate.CONVERSATIONS,
     "the branch demands resolved conversations, and not all could be read"),
    ("conversations that were told in part", people(more_conversations=True), Gate.CONVERSATIONS,
     "the branch demands resolved conversations, and not all could be read"),
    ("a draft", {"is_draft": True}, Gate.DRAFT, "it is a draft"),
    ("a conflict", {"has_conflict": True}, Gate.CONFLICT, "it conflicts with its base branch"),
    ("behind", {"is_behind": True}, Gate.BEHIND, "the branch demands that it holds the newest base"),
    ("a fork", {"is_fork": True}, Gate.FORK, "it comes from a fork and no maintainer approved this commit"),
    ("a stack", {"is_stacked": True}, Gate.STACK, "it is part of a stack, which GitHub merges as a whole"),
    ("a secret", SECRET, Gate.SECRET,
     "it adds what looks like a secret: a.py in line 3; take it out, and revoke it"),
    ("too large a change", SIZE, Gate.SIZE, "9 files and 5 lines are over the limits (1, 5)"),
    ("a binary file", found(Kind.UNREADABLE, "a.bin is binary"), Gate.UNREADABLE,
     "not all of it can be looked into: a.bin is binary"),
    ("a protected path", LOCK, Gate.PROTECTED, "it touches protected paths: uv.lock (a lock file) changed"),
    ("weaker tests", WEAKER, Gate.GAMING, "it weakens what checks it: tests/test_a.py skips tests"),
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
        pytest.param({"others": [BLOCKS]}, id="findings that do not block"),
        pytest.param({"is_behind": True, "must_be_current": False}, id="behind, where the branch does not mind"),
        pytest.param({"needs_approval": True, "human_approved": True}, id="approved by a person"),
        pytest.param({"is_fork": True, "human_approved": True}, id="a fork, approved"),
        pytest.param({**LOCK, "human_approved": True}, id="a protected path, approved"),
        pytest.param({**SIZE, "human_approved": True}, id="too large a change, approved"),
        pytest.param({**WEAKER, "human_approved": True}, id="weaker tests, approved"),
        pytest.param(people(approvals_needed=0, approvals=()), id="no approvals, where none are demanded"),
        pytest.param(people(decision=ReviewDecision.NONE), id="nothing demanded by GitHub"),
        pytest.param(people(conversations=(LINE,), needs_conversations=False), id="conversations that nobody minds"),
        pytest.param(people(conversations=None, needs_conversations=False), id="conversations that nobody asked for"),
        pytest.param(people(by_others=(), needs_other_than_pusher=False), id="the pusher's own approval"),
        pytest.param(people(uncounted=(ANN,)), id="a request for changes that GitHub does not count either"),
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
        replace(
            GOOD,
            is_draft=True,
            has_conflict=True,
            ci=Answer.RED,
            guarded=[Found(Kind.SECRET, f"{n}.py", f"{n}.py in line 1") for n in range(7)],
        )
    )

    assert [one.gate for one in found] == [Gate.DRAFT, Gate.CONFLICT, Gate.CI, Gate.SECRET]
    assert found[-1].why.endswith("4.py in line 1 and 2 more; take it out, and revoke it")


def test_where_nobody_can_know_a_code_owner_nobody_is_taken_for_one():
    found = unmet(replace(GOOD, **people(decision=UNKNOWN)))

    assert [one.gate for one in found] == [Gate.CODE_OWNERS, Gate.REVIEW_DECISION]


EVIDENCE: list[tuple[dict[str, Any], list[Evidence]]] = [
    ({"ci": Answer.RED, "ci_evidence": [Evidence("test", "https://x")]}, [Evidence("test", "https://x")]),
    ({"blocking": [BLOCKS]}, [Evidence("F3 (error, a.py:7)", BLOCKS.url)]),
    ({"review_score": 0.5, "others": [replace(BLOCKS, severity="warning")]},
     [Evidence("F3 (warning, a.py:7)", BLOCKS.url)]),
    (people(changes_requested=(BOB,)), [BOB]),
    (people(approvals_needed=2, approved_before=(BOB,)), [ANN, BOB]),
    (people(conversations=(LINE,)), [LINE]),
    ({"needs_approval": True} | people(approved_before=(BOB,)), [BOB]),
    (SECRET, [Evidence("a.py in line 3")]),
    ({"guarded": [Found(Kind.OWNERS, "a", str(n)) for n in range(99)]}, [Evidence(str(n)) for n in range(20)]),
    ({"has_conflict": True}, [Evidence("main")]),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "evidence"), EVIDENCE)
def test_what_is_unmet_shows_what_it_rests_on(facts, evidence):
    [only] = unmet(replace(GOOD, **facts))
    assert list(only.evidence) == evidence
