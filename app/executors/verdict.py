"""How an agent's run ended, from how its process ended and what its last event said: both must say success.

Exit codes alone lie: some agents end with 0 after a failure, or when they are told to stop.
"""

from __future__ import annotations

from collections.abc import Mapping

from app import redact
from app.executors import answers, base, outcome, plain
from app.executors.dialect import Dialect, Told

_SUMMARY = 4_000  # characters
_DENIALS = 20
_KILLED_AFTER = {137, 143}  # it had said its last word and did not end by itself
_NO_WORD = "it ended without a word and without having done anything; the model may have declined"


def result(dialect: Dialect, request: base.Request, told: Told, ended: outcome.Exit, stderr: str) -> base.Result:
    """The result of one run; `stderr` is the end of what it wrote there."""
    status, kind, error = _verdict(dialect, request, told, ended, stderr)
    usage = _less(told.counted, request.counted) if dialect.counts_session else dict(told.counted)
    error = redact.text(plain.text(error))[:_SUMMARY] if error else None
    summary = redact.text(plain.text(told.summary)).strip()[:_SUMMARY] if status == "completed" else ""
    return base.Result(
        status=status, summary=summary or (error or ""), kind=kind, output=redact.text(plain.text(told.summary)),
        session_id=told.session_id, usage=usage, cost_usd=told.cost_usd, exit_code=ended.code, error=error,
        duration_seconds=ended.seconds, structured=told.structured if status == "completed" else None,
        counted=dict(told.counted or request.counted),
        denials=tuple(_short(denial) for denial in told.denials[:_DENIALS]), retry_after=told.retry_after,
    )  # fmt: skip


def _verdict(
    dialect: Dialect, request: base.Request, told: Told, ended: outcome.Exit, stderr: str
) -> tuple[base.Status, base.Kind | None, str | None]:
    if ended.ended in {"timeout", "idle"}:
        return "timed_out", "timeout" if ended.ended == "timeout" else "idle", ended.problem
    if ended.ended != "exited":
        return "failed", "start" if ended.ended == "start" else "lost", ended.problem
    if told.succeeded and (ended.code == 0 or ended.code in _KILLED_AFTER):
        if request.schema is not None:
            told.structured, problem = answers.satisfying(request.schema, told.structured, told.summary)
            return ("failed", "schema", problem) if problem else ("completed", None, None)
        if told.summary.strip() or told.has_acted:
            return "completed", None, None
        return "failed", "protocol", _NO_WORD
    if told.succeeded is False and told.error is not None:
        return "failed", told.kind or "protocol", told.error
    kind, words = dialect.explain(told, ended, stderr)
    return "failed", kind, words


def _less(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    return {name: max(0, count - before.get(name, 0)) for name, count in now.items()}


def _short(text: str) -> str:
    return plain.bounded(redact.text(plain.text(text)), 100)
