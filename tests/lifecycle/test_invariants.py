"""What holds in every history of a run, and that each rule notices when the program breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stage

from app.lifecycle import effects, late, merge_answers, moves, signals
from app.lifecycle.decide import Decision, decide
from app.lifecycle.run import TERMINAL, Mode, Phase, Wait, Work
from tests.lifecycle.histories import Moment, beginnings, history, policies, steps

BEGINS = effects.StartWork | effects.StartReview
HARMLESS = effects.ReadPull | effects.ReadCi | effects.ShowStatus | effects.Push | effects.SetAside


def one_at_a_time(moment: Moment) -> None:
    """I1: whoever begins, nobody else is at work; when a run ends or pauses, nobody is."""
    outcome = {moment.signal.attempt} if isinstance(moment.signal, signals.AboutAttempt) else set()
    stopped = {effect.attempt for effect in moment.effects if isinstance(effect, effects.StopWork)}
    left = moment.at_work - outcome - stopped
    begun = [effect for effect in moment.effects if isinstance(effect, BEGINS)]
    assert len(begun) <= 1
    assert not (begun and left)
    assert not (left and (moment.after.is_terminal or moment.after.paused))
    assert all(effect.attempt == moment.after.attempt for effect in begun)


def nothing_unasked(moment: Moment) -> None:
    """I2: a merge needs full_auto or an approval of that very commit; interactive fixes when told."""
    after = moment.after
    if after.human_approved and not after.is_terminal:
        assert after.head_sha in moment.approved
    for effect in moment.effects:
        if isinstance(effect, effects.Merge):
            assert effect.sha == after.head_sha
            alone = after.mode is Mode.FULL_AUTO and moment.policy.may_merge_alone
            assert alone or effect.sha in moment.approved
        if isinstance(effect, effects.StartWork) and after.mode is Mode.INTERACTIVE:
            told = signals.FixAsked | signals.RetryAsked | signals.Resumed | signals.WorkFailed
            told |= signals.BudgetRaised | signals.UpdateAsked | signals.UpdateConflicted | signals.UndoAsked
            assert moment.before.asked or isinstance(moment.signal, told)
        assert not (isinstance(effect, BEGINS | effects.Merge | effects.Push) and after.paused)


def within_limits(moment: Moment) -> None:
    """I3: no counter passes its limit, and each counts one at a time."""
    after, before, policy = moment.after, moment.before, moment.policy
    assert after.ci_iterations <= policy.max_ci_fixes
    assert after.review_iterations <= policy.max_review_fixes
    assert after.iteration <= policy.max_iterations
    assert after.failures < policy.executor_tries
    assert after.iteration - before.iteration <= 1
    assert after.ci_iterations + after.review_iterations <= after.iteration


def older_says_nothing(moment: Moment) -> None:
    """I4: what is about another commit or attempt changes nothing."""
    signal, before = moment.signal, moment.before
    other_commit = isinstance(signal, signals.AboutCommit) and signal.sha != before.head_sha
    other_attempt = isinstance(signal, signals.AboutAttempt) and signal.attempt != before.attempt
    if other_commit or other_attempt:
        assert moment.after == before
        assert all(isinstance(effect, effects.SetAside) for effect in moment.effects)


def twice_is_once(moment: Moment) -> None:
    """I5: the same again changes nothing. Of two requests in people's words, the second waits for its turn."""
    again = decide(moment.after, moment.signal, moment.policy)
    said = isinstance(moment.signal, signals.ChangesRequested) or (
        isinstance(moment.signal, signals.FixAsked) and moment.signal.work is Work.PEOPLE
    )
    assert again.run == (replace(moment.after, asked=again.run.asked) if said else moment.after)
    assert all(isinstance(effect, HARMLESS) for effect in again.effects)


def well_formed(moment: Moment) -> None:
    """What the phases mean: a wait has its reason, an end is one until a retry, every move is shown."""
    after, before = moment.after, moment.before
    assert (after.wait is not None) == (after.phase is Phase.AWAITING_HUMAN)
    assert not (before.is_terminal and after != before and not isinstance(moment.signal, signals.RetryAsked))
    assert before.phase is not Phase.COMPLETED or after == before
    assert after.phase is before.phase or any(isinstance(effect, effects.ShowStatus) for effect in moment.effects)
    assert not (after.phase in TERMINAL and (after.paused or after.asked))
    assert after.attempt >= before.attempt


def a_fight_ends(moment: Moment) -> None:
    """Where programs fight, nobody works and nothing is pushed or merged; what they do then begins nothing."""
    signal, before, after = moment.signal, moment.before, moment.after
    is_told = isinstance(signal, signals.ProgramsFought) and signal.sha == before.head_sha
    if is_told and not before.is_terminal and not before.paused:
        stopped = {effect.attempt for effect in moment.effects if isinstance(effect, effects.StopWork)}
        assert after.wait is Wait.LOOP
        assert not moment.at_work - stopped
    is_theirs = isinstance(signal, signals.ProgramsFought) or (
        isinstance(signal, signals.HeadMoved) and not signal.by_person
    )
    if before.wait is Wait.LOOP and is_theirs:
        assert after.wait is Wait.LOOP
        told = {f"voided:{before.head_sha}"} if before.human_approved else set()
        said = {effect.key for effect in moment.effects if isinstance(effect, effects.Say)}
        assert said <= told
        assert all(isinstance(effect, effects.ShowStatus | effects.Say) for effect in moment.effects)


def nothing_left_behind(moment: Moment) -> None:
    """I6: what ends a merge that GitHub was asked for, and is not the merge, calls it off before anything else."""
    after = moment.after
    ended = moment.before.is_merging and not after.is_merging and after.phase is not Phase.COMPLETED
    first = moment.effects[0] if moment.effects else None
    assert isinstance(first, effects.CallOffMerge) == (ended and moment.before.merge_way is not None)
    assert not any(isinstance(effect, effects.CallOffMerge) for effect in moment.effects[1:])
    assert after.merge_way is None or after.phase is not Phase.COMPLETED


Rule = Callable[[Moment], None]
RULES = [
    one_at_a_time,
    nothing_unasked,
    within_limits,
    older_says_nothing,
    twice_is_once,
    well_formed,
    a_fight_ends,
    nothing_left_behind,
]


def hold(rule: Rule, examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Stage.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(beginnings, steps, policies)
    def in_every_history(run, happenings, policy):
        for moment in history(run, happenings, policy):
            rule(moment)

    in_every_history()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_holds_in_every_history(rule):
    hold(rule, 200)


def stops_nobody(_run):
    return ()


def is_never_late(_run, _signal):
    return False


def merges_alone(run, policy):
    merging = replace(run, phase=Phase.MERGING, wait=None, note=None)
    return Decision(merging, (effects.Merge(run.id, run.head_sha or ""), moves.show(run)))


def fixes_without_counting(run, work, policy):
    return moves.start_work(replace(run, iteration=run.iteration + 1, ci_iterations=run.ci_iterations + 1), work)


def waits_anew(run, wait, note):
    waiting = replace(run, phase=Phase.AWAITING_HUMAN, wait=wait, attempt=run.attempt + 1)
    return Decision(waiting, (effects.Say(run.id, str(wait)), moves.show(run)))


def leaves_it_to_github(_before, decision):
    return decision


def never_waits(run, wait, note):
    return Decision(replace(run, phase=Phase.AWAITING_HUMAN))


def leaves_at_work(run):
    return run, ()


@pytest.mark.parametrize(
    ("rule", "where", "name", "broken"),
    [
        (one_at_a_time, moves, "stop", stops_nobody),
        (nothing_unasked, moves, "to_gates", merges_alone),
        (within_limits, moves, "fix", fixes_without_counting),
        (older_says_nothing, late, "is_late", is_never_late),
        (twice_is_once, moves, "await_person", waits_anew),
        (well_formed, moves, "await_person", never_waits),
        (nothing_left_behind, merge_answers, "called_off", leaves_it_to_github),
        (a_fight_ends, moves, "interrupt", leaves_at_work),
    ],
)
def test_a_rule_notices_when_it_is_broken(monkeypatch, rule, where, name, broken):
    monkeypatch.setattr(where, name, broken)
    with pytest.raises(AssertionError):
        hold(rule, 300)
