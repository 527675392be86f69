"""The order, repetition and loss of events do not change where a run ends."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st

from app.lifecycle import moves
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run
from tests.lifecycle.histories import sha
from tests.lifecycle.truth import Dursor, Truth

POLICIES = [Policy(reviews=False), Policy(reviews=True), Policy(reviews=True, may_merge_alone=False)]
REPORTS = ["red", "cancelled", "conflict", None]

early = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.integers(2, 5)),
        st.tuples(st.just("ci"), st.sampled_from(REPORTS)),
        st.tuples(st.just("request"), st.none()),
        st.tuples(st.just("approve"), st.none()),
    ),
    max_size=5,
)
"""What happens while nothing can be merged yet: a merge ends the story, and not when it is heard of."""

endings = st.tuples(
    st.sampled_from(["red", "cancelled", "conflict", "green", "green", "green"]), st.booleans(),
    st.sampled_from(["", "", "", "closed", "merged"]),
)  # fmt: skip
"""What CI says of the last commit, whether that is approved, and whether a person closes or merges."""


def tell(truth: Truth, what: str, value: Any) -> str:
    """Change the truth; returns the event that GitHub would send."""
    match what:
        case "push":
            truth.head = sha(value)
            return "pull"
        case "ci":  # what failed is not run again: an executor may be at work on it
            if truth.answers.get(truth.head) not in {"red", "conflict"}:
                truth.answers[truth.head] = value
            return "check"
        case "request":
            truth.requests += 1
            return "review"
        case "approve":
            truth.approved.add(truth.head)
            return "review"
        case _:
            truth.state = what
            return "pull"


def story(early, ending):
    answer, approved, end = ending
    last = [("ci", answer), *([("approve", None)] if approved else []), *([(end, None)] if end else [])]
    return [*early, *last] if not end else [*early, last[-1]]


def heard_in_order(mode, policy, happenings):
    truth = Truth()
    dursor = Dursor.adopt(truth, mode, policy)
    for what, value in happenings:
        dursor.wake(tell(truth, what, value))
    dursor.reconcile()
    return dursor.run


def heard_badly(mode, policy, happenings, chance):
    """Events come late, out of order, twice, or never; at the end everything is looked at."""
    truth, waiting = Truth(), []
    dursor = Dursor.adopt(truth, mode, policy)
    for what, value in happenings:
        waiting += [tell(truth, what, value)] * chance.choice([0, 1, 1, 2])
        chance.shuffle(waiting)
        while waiting and chance.random() < 0.5:
            dursor.wake(waiting.pop())
    for event in waiting:
        dursor.wake(event)
    dursor.reconcile()
    return dursor.run


def hold(examples):
    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Stage.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.sampled_from(Mode), st.sampled_from(POLICIES), early, endings, st.integers(0, 2**32))
    def whatever_the_order(mode, policy, early, ending, seed):
        happenings = story(early, ending)
        ideal = heard_in_order(mode, policy, happenings)
        real = heard_badly(mode, policy, happenings, random.Random(seed))
        assert real.phase is ideal.phase

    whatever_the_order()


def test_badly_delivered_events_lead_where_the_ideal_order_leads():
    hold(300)


def test_a_program_deaf_to_ci_once_it_waits_for_a_person_would_be_noticed(monkeypatch):
    monkeypatch.setattr(Run, "awaits_ci", property(lambda run: run.phase is Phase.WAITING_CI))
    with pytest.raises(AssertionError):
        hold(3000)


def test_a_program_that_forgets_requests_at_a_push_would_be_noticed(monkeypatch):
    wait_for_ci = moves.wait_for_ci
    monkeypatch.setattr(moves, "wait_for_ci", lambda run, **how: wait_for_ci(replace(run, asked=False), **how))
    with pytest.raises(AssertionError):
        hold(3000)


@pytest.mark.parametrize(
    ("happenings", "phase"),
    [
        ([("ci", "green")], Phase.AWAITING_HUMAN),
        ([("ci", "green"), ("approve", None)], Phase.COMPLETED),
        ([("approve", None), ("push", 2), ("ci", "green")], Phase.AWAITING_HUMAN),
        ([("ci", "red")], Phase.AWAITING_HUMAN),
        ([("ci", "conflict"), ("approve", None)], Phase.AWAITING_HUMAN),
        ([("ci", "red"), ("push", 2), ("ci", "green"), ("approve", None)], Phase.COMPLETED),
        ([("request", None), ("ci", "green"), ("approve", None)], Phase.AWAITING_HUMAN),
        ([("push", 2), ("closed", None)], Phase.CANCELED),
        ([("push", 2), ("merged", None)], Phase.COMPLETED),
    ],
)
def test_the_model_ends_where_the_table_says(happenings, phase):
    assert heard_in_order(Mode.SEMI_AUTO, POLICIES[1], happenings).phase is phase


def test_the_model_reads_nothing_of_a_run_that_ended():
    truth = Truth(state="closed")
    dursor = Dursor.adopt(truth, Mode.FULL_AUTO, POLICIES[0])
    dursor.reconcile()
    ended = replace(dursor.run)
    truth.state = "open"
    dursor.reconcile()

    assert dursor.run == ended
