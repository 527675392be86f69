"""Several candidates for one task: what happens to the run that waits for them, and to a candidate's own."""

from __future__ import annotations

from dataclasses import replace

from app.lifecycle import effects, moves, signals
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import Phase, Run, Wait

Told = signals.CandidatesAsked | signals.CandidateTaken | signals.Picked | signals.Dropped


def told(run: Run, what: Told, policy: Policy) -> Decision:
    """Return the run after a word about candidates; one that is not meant for it changes nothing."""
    match what:
        case signals.CandidatesAsked() if run.wait is not Wait.CANDIDATES:
            held, stop = moves.interrupt(run)
            came_from = run.phase if run.phase is not Phase.AWAITING_HUMAN else run.came_from
            waits = replace(
                held, phase=Phase.AWAITING_HUMAN, wait=Wait.CANDIDATES, note=None, came_from=came_from, asked=False
            )
            return Decision(waits, (*stop, moves.show(run)))
        case signals.CandidateTaken(number=number) if run.wait is Wait.CANDIDATES:
            return moves.end(run, Phase.CANCELED, f"Candidate {number} was taken and goes on by itself.")
        case signals.Picked() if not policy.is_candidate and run.wait in {Wait.CANDIDATE, Wait.GATE}:
            return Decision(run, (moves.show(run),)) if run.paused else moves.to_gates(run, policy)
        case signals.Picked() if not policy.is_candidate and run.wait is Wait.BROKEN and not run.paused:
            return moves.wait_for_ci(run)  # it could not be taken before: what CI says of it is asked anew
        case signals.Dropped(why=why):
            return moves.end(run, Phase.CANCELED, why, effects.DropCandidate(run.id))
        case _:
            return Decision(run)


def dropped(run: Run, policy: Policy) -> tuple[effects.Effect, ...]:
    """What the end of a candidate asks for beside its end: nobody needs its pull request any more."""
    return (effects.DropCandidate(run.id),) if policy.is_candidate else ()
