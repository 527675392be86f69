"""No fact about a pull request that turns worse ever makes it merge."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle.ci_verdict import Answer
from app.lifecycle.merge_gate import Facts, unmet
from app.lifecycle.people_gates import People, ReviewDecision
from tests.lifecycle.test_merge_gate import AGREED, ANN, BLOCKS, BOB, GOOD, LINE, LOCK, SECRET, SIZE, UNKNOWN, WEAKER

# What makes each fact worse, whatever it was.
WORSE: dict[str, Any] = {
    "ci": Answer.RED, "none_is_green": False, "needs_approval": True, "human_approved": False, "review_wanted": True,
    "review_score": None, "min_score": 1.0, "is_draft": True, "has_conflict": True, "is_behind": True,
    "must_be_current": True, "is_fork": True, "is_stacked": True, "blocking": [BLOCKS],
    "guarded": [*SECRET["guarded"], *LOCK["guarded"], *SIZE["guarded"], *WEAKER["guarded"]],
}  # fmt: skip
WORSE_OF_PEOPLE: dict[str, Any] = {
    "changes_requested": (BOB,), "approvals": (), "by_others": (), "approvals_needed": 9,
    "decision": UNKNOWN, "needs_owner": True, "owners_asked": ("dora",), "needs_other_than_pusher": True,
    "needs_conversations": True, "conversations": None, "more_conversations": True,
}  # fmt: skip
SAYS_ONLY = {"ci_why", "ci_evidence", "others", "base", "people"}
SAYS_ONLY_OF_PEOPLE = {"uncounted", "approved_before", "pushers"}


def test_every_fact_has_something_worse():
    assert WORSE.keys() | SAYS_ONLY == {field.name for field in fields(Facts)}
    assert WORSE_OF_PEOPLE.keys() | SAYS_ONLY_OF_PEOPLE == {field.name for field in fields(People)}


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    flags: dict[str, Any] = {name: draw(st.booleans()) for name, worst in WORSE.items() if isinstance(worst, bool)}
    said: dict[str, Any] = {
        name: draw(st.booleans()) for name, worst in WORSE_OF_PEOPLE.items() if isinstance(worst, bool)
    }
    group = st.sampled_from([(), (ANN,), (ANN, BOB)])
    return replace(
        GOOD, **flags, ci=draw(st.sampled_from(Answer)), review_score=draw(st.sampled_from([None, 0.0, 0.75, 1.0])),
        blocking=draw(st.sampled_from([(), (BLOCKS,)])),
        guarded=draw(st.sampled_from([(), *(one["guarded"] for one in (SECRET, LOCK, SIZE, WEAKER))])),
        people=replace(
            AGREED, **said, approvals=draw(group), by_others=draw(group), changes_requested=draw(group),
            approvals_needed=draw(st.integers(0, 2)), decision=draw(st.sampled_from(ReviewDecision)),
            conversations=draw(st.sampled_from([None, (), (LINE,)])),
            owners_asked=draw(st.sampled_from([(), ("dora",)])),
        ),
    )  # fmt: skip


@given(any_facts(), st.sampled_from(sorted(WORSE)), st.sampled_from(sorted(WORSE_OF_PEOPLE)))
def test_nothing_merges_for_a_fact_that_turned_worse(facts, name, of_people):
    worse = replace(
        facts,
        **{name: WORSE[name]},
        people=replace(facts.people, **{of_people: WORSE_OF_PEOPLE[of_people]}),
    )
    if unmet(facts):
        assert unmet(worse)
