"""What comes too late: a signal, or an approval, about another commit or another attempt than the run's own."""

from __future__ import annotations

from app.lifecycle import effects, signals
from app.lifecycle.run import Run


def is_late(run: Run, signal: signals.Signal) -> bool:
    """Whether a signal is about something that is no longer so."""
    match signal:
        case signals.AboutCommit(sha=sha):
            return sha != run.head_sha
        case signals.ReviewFinished(sha=sha, attempt=attempt):
            return sha != run.head_sha or attempt != run.attempt
        case signals.AboutAttempt(attempt=attempt):
            return attempt != run.attempt
        case signals.EffectFailed(sha=sha, attempt=attempt):
            return sha not in {None, run.head_sha} or attempt not in {None, run.attempt}
        case _:
            return False


def keep(run: Run, signal: signals.Signal) -> tuple[effects.Effect, ...]:
    """Work that comes too late is kept beside the branch."""
    match signal:
        case signals.WorkFinished(commit=str(), attempt=attempt):
            return (effects.SetAside(run.id, attempt),)
        case _:
            return ()


def voided(run: Run) -> tuple[effects.Effect, ...]:
    """The word to whoever approved a commit that is the head no more; nothing where nobody did."""
    return (effects.Say(run.id, f"voided:{run.head_sha}"),) if run.human_approved else ()
