"""Candidates: which one is taken, and what their runs and the run that waits for them do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle import signals
from app.lifecycle.candidates import Standing, choose, is_settled
from app.lifecycle.decide import decide
from app.lifecycle.run import Phase, Run, Wait, Work
from tests.lifecycle.making import (
    ASKED,
    EVERY_BUSY_PHASE,
    EVERY_LIVE_PHASE,
    FULL,
    GREEN,
    HEAD,
    INTERACTIVE,
    NO_REVIEW,
    POLICY,
    RED,
    SEMI,
    a_run,
    check,
    reviewed,
    row,
    waits,
)

CANDIDATE = replace(NO_REVIEW, is_candidate=True)
PICKED = signals.Picked()
DROPPED = signals.Dropped(why="Another was taken.")
LEADER = replace(waits(Wait.CANDIDATES), came_from=None, head_sha=None, pr_number=None)

ROWS = [
    row("green waits to be taken", a_run(Phase.WAITING_CI, FULL), GREEN, Wait.CANDIDATE, policy=CANDIDATE),
    row("approved, it still waits", waits(Wait.CANDIDATE), signals.Approved(sha=HEAD, by="ann"), Wait.CANDIDATE, "",
        policy=CANDIDATE),
    row("red is fixed as the mode says", a_run(Phase.WAITING_CI), RED, Phase.FIXING_CI, "StartWork", policy=CANDIDATE),
    row("red waits for a word", a_run(Phase.WAITING_CI, INTERACTIVE), RED, Wait.CI_RED, policy=CANDIDATE),
    row("it may turn red late", waits(Wait.CANDIDATE), RED, Phase.FIXING_CI, "StartWork", policy=CANDIDATE),
    row("a good review does not merge", a_run(Phase.REVIEWING, FULL), reviewed(1), Wait.CANDIDATE, "ReadCi Say",
        policy=replace(CANDIDATE, reviews=True)),
    row("taken in full_auto", waits(Wait.CANDIDATE, FULL), PICKED, Phase.MERGING, "Merge", policy=NO_REVIEW),
    row("taken in semi_auto", waits(Wait.CANDIDATE, SEMI), PICKED, Wait.APPROVAL, policy=NO_REVIEW),
    row("taken while CI runs", a_run(Phase.WAITING_CI), PICKED, Phase.WAITING_CI, policy=NO_REVIEW),
    row("taken at the second try", waits(Wait.BROKEN), PICKED, Phase.WAITING_CI, "ReadCi", policy=NO_REVIEW),
    row("one for a pull request goes nowhere", waits(Wait.CANDIDATE, FULL), PICKED, Wait.CANDIDATE, "",
        policy=CANDIDATE),
    row("could not be taken", waits(Wait.CANDIDATE), signals.EffectFailed(effect="TakeCandidate", error="no"),
        Wait.BROKEN, policy=CANDIDATE),
    row("canceled, its draft is closed", waits(Wait.CANDIDATE), signals.Canceled(by="ann"), Phase.CANCELED,
        "DropCandidate", policy=CANDIDATE),
    row("taken, it is canceled as any", waits(Wait.APPROVAL), signals.Canceled(by="ann"), Phase.CANCELED, "",
        policy=NO_REVIEW),
    row("who waits ends when one is taken", LEADER, signals.CandidateTaken(number=2), Phase.CANCELED, ""),
    row("who does not wait goes on", a_run(Phase.WAITING_CI), signals.CandidateTaken(number=2), Phase.WAITING_CI),
    row("asked for twice", LEADER, signals.CandidatesAsked(by="ann"), Wait.CANDIDATES, ""),
    row("a retry is theirs", LEADER, signals.RetryAsked(by="ann"), Wait.CANDIDATES, "CompareCandidates"),
    row("nothing is reviewed meanwhile", waits(Wait.CANDIDATES), signals.ReviewAsked(by="ann"), Wait.CANDIDATES, "",
        policy=POLICY),
    row("what a person asks for then begins nothing", waits(Wait.CANDIDATES), ASKED, Wait.CANDIDATES, "", asked=True,
        work=Work.PEOPLE),
    row("in interactive mode neither", waits(Wait.CANDIDATES, INTERACTIVE), ASKED, Wait.CANDIDATES, "", asked=False),
    row("what a review asked for comes after the candidate that was taken", waits(Wait.CANDIDATES, asked=True,
        work=Work.PEOPLE), signals.HeadMoved(sha="c" * 40), Phase.WAITING_CI, "ReadCi", asked=True, work=Work.PEOPLE),
    row("a push ends the waiting", waits(Wait.CANDIDATES), signals.HeadMoved(sha="c" * 40), Phase.WAITING_CI, "ReadCi"),
]  # fmt: skip


@pytest.mark.parametrize("told", ROWS, ids=[one.says for one in ROWS])
def test_what_candidates_and_who_waits_for_them_do(told):
    check(told)


@pytest.mark.parametrize("phase", EVERY_LIVE_PHASE)
def test_candidates_stop_whoever_works_alone_and_a_dropped_one_ends_in_every_phase(phase):
    waiting, asks = decide(a_run(phase), signals.CandidatesAsked(by="ann"), NO_REVIEW)
    assert (waiting.phase, waiting.wait) == (Phase.AWAITING_HUMAN, Wait.CANDIDATES)
    assert ("StopWork" in [type(one).__name__ for one in asks]) is (phase in EVERY_BUSY_PHASE)

    ended, asks = decide(a_run(phase), DROPPED, CANDIDATE)
    assert (ended.phase, ended.note) == (Phase.CANCELED, "Another was taken.")
    names = [type(one).__name__ for one in asks]
    assert "DropCandidate" in names
    assert names[-1] == "Release"


def test_a_candidate_is_settled_once_nobody_but_a_person_moves_it_on():
    assert all(is_settled(a_run(phase)) for phase in (Phase.AWAITING_HUMAN, Phase.FAILED, Phase.CANCELED))
    assert not any(is_settled(a_run(phase)) for phase in EVERY_LIVE_PHASE if phase is not Phase.AWAITING_HUMAN)
    assert not is_settled(Run("run", SEMI, Phase.AWAITING_HUMAN, paused=True))


GOOD = Standing(2, green=True, blocking=0, score=0.9, lines=10, cost_usd=0.5)

RANKED = [
    ("red never, whatever else", [replace(GOOD, number=1, green=False, score=1.0, lines=1, cost_usd=0.0), GOOD]),
    ("without blocking findings first", [replace(GOOD, number=1, blocking=1, score=1.0), GOOD]),
    ("the better review", [replace(GOOD, number=1, score=0.8, lines=1), GOOD]),
    ("a review before none", [replace(GOOD, number=1, score=None, lines=1), GOOD]),
    ("fewer lines", [replace(GOOD, number=1, lines=11, cost_usd=0.0), GOOD]),
    ("lines that were counted", [replace(GOOD, number=1, lines=None), GOOD]),
    ("the smaller cost", [replace(GOOD, number=1, cost_usd=0.6), GOOD]),
    ("the lower number", [GOOD, replace(GOOD, number=3)]),
]


@pytest.mark.parametrize("found", [found for _, found in RANKED], ids=[says for says, _ in RANKED])
def test_the_best_candidate_is_chosen_by_one_thing_after_another(found):
    assert choose(found) == choose(reversed(found)) == 2


def test_nobody_is_chosen_where_ci_is_green_for_none():
    assert choose([]) is None
    assert choose([replace(GOOD, green=False)]) is None


STANDINGS = st.lists(
    st.builds(
        Standing, number=st.integers(1, 9), green=st.booleans(), blocking=st.integers(0, 2),
        score=st.none() | st.floats(0, 1), lines=st.none() | st.integers(0, 99), cost_usd=st.none() | st.floats(0, 9),
    ),
    unique_by=lambda one: one.number, max_size=6,
)  # fmt: skip


@given(STANDINGS, st.randoms(use_true_random=False))
def test_the_choice_is_one_of_the_green_and_does_not_depend_on_who_came_first(found, random):
    shuffled = random.sample(found, len(found))
    chosen = choose(found)
    assert choose(shuffled) == chosen
    assert (chosen is None) is not any(one.green for one in found)
    assert chosen is None or chosen in {one.number for one in found if one.green}
