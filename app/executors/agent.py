"""A coding agent's program, headless: what all of them have in common, with a dialect for what they have not.

The process is the truth for "ended", its last event for "how". Completed means: that event came and says
success, the exit code is 0, nobody stopped it, and a schema that was asked for is satisfied.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app import redact
from app.executors import answers, base, guard, lines, outcome, plain, process
from app.executors.dialect import Dialect, Told

_SUMMARY = 4_000  # characters
_DENIALS = 20


@dataclass(frozen=True, slots=True)
class Agent:
    """Runs `program` (its path and first arguments) as `dialect` says."""

    dialect: Dialect
    program: tuple[str, ...]
    limits: guard.Limits = field(default_factory=guard.Limits)

    @property
    def name(self) -> str:
        return self.dialect.name

    async def run(self, request: base.Request, emit: base.Emit) -> base.Result:
        """Work; an answer that misses its schema is asked for once more, in the same session."""
        result = await self._once(request, emit)
        if result.kind != "schema" or result.session_id is None:
            return result
        again = replace(
            request, session_id=result.session_id, instruction=answers.once_more(result.error), counted=result.counted
        )
        second = await self._once(again, emit)
        return replace(
            second,
            usage=_sum(result.usage, second.usage),
            cost_usd=_plus(result.cost_usd, second.cost_usd),
            duration_seconds=result.duration_seconds + second.duration_seconds,
        )

    async def _once(self, request: base.Request, emit: base.Emit) -> base.Result:
        told, reading, errors = Told(session_id=request.session_id), lines.Lines(), _Tail()

        def take(found: Iterator[dict[str, Any] | str]) -> None:
            for event in found:
                if isinstance(event, str):
                    emit(base.LogLine(redact.text(plain.terminal(event))[:2000], "stdout"))
                    continue
                for shown in self.dialect.read(event, told, request):
                    emit(_clean(shown))

        def write(line: base.LogLine) -> None:
            errors.add(line.text)
            emit(line)

        try:
            launch = self.dialect.launch(self.program, request)
            _write_files(request.state_dir, launch.files)
        except OSError as error:
            problem = f"{self.name} could not be prepared in {request.state_dir}: {error.strerror}."
            return base.Result("failed", problem, kind="start", error=problem)
        ended = await process.run(
            process.Program(
                argv=launch.argv, cwd=request.worktree, state_dir=request.state_dir,
                timeout_seconds=request.timeout_seconds, idle_seconds=request.idle_seconds,
                env={**launch.env, **request.env}, stdin=launch.stdin.encode(errors="replace"),
                reader=lambda chunk: take(reading.feed(chunk)), said_all=told.said_all, limits=self.limits,
            ),
            write,
        )  # fmt: skip
        take(reading.finish())
        return self._result(request, told, ended, errors.text)

    def _result(self, request: base.Request, told: Told, ended: outcome.Exit, stderr: str) -> base.Result:
        status, kind, error = self._verdict(request, told, ended, stderr)
        usage = _less(told.counted, request.counted) if self.dialect.counts_session else dict(told.counted)
        summary = redact.text(plain.text(told.summary)).strip()[:_SUMMARY]
        return base.Result(
            status=status, summary=summary or (error or ""), kind=kind, output=redact.text(told.summary),
            session_id=told.session_id, usage=usage, cost_usd=told.cost_usd, exit_code=ended.code,
            error=redact.text(plain.text(error))[:_SUMMARY] if error else None, duration_seconds=ended.seconds,
            structured=told.structured if status == "completed" else None, counted=dict(told.counted),
            denials=tuple(redact.text(denial) for denial in told.denials[:_DENIALS]), retry_after=told.retry_after,
        )  # fmt: skip

    def _verdict(
        self, request: base.Request, told: Told, ended: outcome.Exit, stderr: str
    ) -> tuple[base.Status, base.Kind | None, str | None]:
        if ended.ended in {"timeout", "idle"}:
            return "timed_out", "timeout" if ended.ended == "timeout" else "idle", ended.problem
        if ended.ended != "exited":
            return "failed", "start" if ended.ended == "start" else "lost", ended.problem
        if told.succeeded and (ended.code == 0 or (told.said_all.is_set() and ended.code in _KILLED_AFTER)):
            if request.schema is None:
                return "completed", None, None
            told.structured, problem = answers.satisfying(request.schema, told.structured, told.summary)
            return ("failed", "schema", problem) if problem else ("completed", None, None)
        if told.error is not None:
            return "failed", told.kind or "protocol", told.error
        kind, words = self.dialect.explain(told, ended, stderr)
        return "failed", kind, words


_KILLED_AFTER = {137, 143}  # it had said its last word and did not end by itself


class _Tail:
    """The end of what a program wrote for people."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, line: str) -> None:
        self.text = f"{self.text}\n{line}"[-8_000:]


def _clean(event: base.Event) -> base.Event:
    """The event with its texts redacted and without control characters."""
    match event:
        case base.LogLine(text=text, stream=stream):
            return base.LogLine(redact.text(plain.terminal(text)), stream)
        case base.Said(text=text):
            return base.Said(redact.text(plain.text(text)))
        case base.ToolUse(name=name, detail=detail):
            return base.ToolUse(_short(name, 100), _short(detail, 500))
        case base.Retry(why=why):
            return base.Retry(_short(why, 500))
        case base.Denied(name=name, detail=detail):
            return base.Denied(_short(name, 100), _short(detail, 500))
        case base.Usage():
            return event


def _short(text: str, limit: int) -> str:
    return plain.bounded(redact.text(plain.text(text)), limit)


def _write_files(state_dir: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = state_dir / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.parent.resolve().is_relative_to(state_dir.resolve()):  # a link that an earlier run left
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path.parent))
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)


def _less(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    return {name: max(0, count - before.get(name, 0)) for name, count in now.items()}


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return {name: first.get(name, 0) + second.get(name, 0) for name in {**first, **second}}


def _plus(first: float | None, second: float | None) -> float | None:
    return None if first is None and second is None else (first or 0.0) + (second or 0.0)
