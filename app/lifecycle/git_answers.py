"""What git does to a branch by itself when a person asks: bring the base in, take dursor's last commit back.

Neither is a fix, so none of the limits counts it. Only where the base conflicts an executor is needed, and that is one.
"""

from __future__ import annotations

from dataclasses import replace

from app.lifecycle import moves, signals
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import BY_GIT, Phase, Run, Wait, Work


def asked(run: Run, work: Work) -> Decision:
    """Begin what git can do, and stop who works; what people had asked of it is asked still.

    The base is not brought in under an executor's hands, and what is at work by git already is not begun twice.
    """
    has_hands = run.is_working and (run.work in BY_GIT or work is Work.UPDATE)
    if has_hands or run.head_sha is None or run.wait is Wait.CANDIDATES:
        return Decision(run)
    started = moves.start_work(run, work)
    return moves.after(moves.stop(run), Decision(replace(started.run, asked=run.owes_people), started.effects))


def conflicted(run: Run, found: signals.UpdateConflicted, policy: Policy) -> Decision:
    """The base does not come in by itself: an executor resolves it, where the limits have a fix left."""
    if not run.is_working or run.work is not Work.UPDATE:
        return Decision(run)
    resolving = moves.fix(replace(run, asked=False), Work.CONFLICT, policy)
    if resolving.run.phase is Phase.FAILED:
        why = f"It conflicts with its base branch in {found.files}, and the limits have no fix left."
        return moves.await_person(run, Wait.CONFLICT, why)
    return resolving
