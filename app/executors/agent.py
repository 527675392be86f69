"""A coding agent's program, headless: what all of them have in common, with a dialect for what they have not.

The process is the truth for "ended", its last event for "how" (`verdict`). An answer that misses its schema is asked
for once more in the same session; a session that is not there any more is begun anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app import redact
from app.executors import answers, base, guard, lines, plain, process, state_files, troubles, verdict, view
from app.executors.dialect import Dialect, Told, Unable

_ANEW = "The session to go on with is not there: this run begins a new one."


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
        """Work, within the time of the request in all."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + request.timeout_seconds
        result, told = await self._once(request, emit)
        if told.lost_session and request.session_id and result.status == "failed":
            emit(base.LogLine(_ANEW, "dursor"))
            request = replace(request, session_id=None, counted={}, timeout_seconds=deadline - clock())
            result, told = await self._once(request, emit)
        if result.kind == "schema" and result.session_id is not None and deadline > clock():
            again = replace(
                request, session_id=result.session_id, instruction=answers.once_more(result.error),
                counted=result.counted, timeout_seconds=deadline - clock(),
            )  # fmt: skip
            result = _both(result, (await self._once(again, emit))[0])
        if result.error is None:
            return result
        error = troubles.sentence(result.kind, self.dialect.title, result.error)
        return replace(result, error=error, summary=result.summary if result.summary != result.error else error)

    async def _once(self, request: base.Request, emit: base.Emit) -> tuple[base.Result, Told]:
        told, errors = Told(session_id=request.session_id), _Tail()
        try:
            launch = self.dialect.launch(self.program, request)
            state_files.write(request.state_dir, launch.files)
        except Unable as error:
            return base.Result("failed", str(error), kind="start", error=str(error)), told
        except OSError as error:
            problem = f"{self.dialect.title} could not be prepared in {request.state_dir}: {error.strerror}."
            return base.Result("failed", problem, kind="start", error=problem), told
        reading = lines.Lines()

        def take(found: Iterator[dict[str, Any] | str]) -> None:
            for event in found:
                if isinstance(event, str):
                    emit(base.LogLine(_short(plain.terminal(event), 2000), "stdout"))
                    continue
                for shown in self.dialect.read(event, told, request):
                    if request.schema is None or not _is_answer(shown):
                        emit(_clean(shown))

        def write(line: base.LogLine) -> None:
            if line.stream != "stderr":
                emit(line)
                return
            errors.add(line.text)
            for shown in self.dialect.hear(line.text, told):
                emit(_clean(shown))

        litter = [name for name in self.dialect.litter if not (request.worktree / name).exists()]
        try:
            ended = await process.run(
                process.Program(
                    argv=launch.argv, cwd=request.worktree, state_dir=request.state_dir,
                    timeout_seconds=request.timeout_seconds, idle_seconds=request.idle_seconds,
                    env={**launch.env, **request.env}, stdin=launch.stdin.encode(errors="replace"),
                    reader=lambda chunk: take(reading.feed(chunk)), said_all=told.said_all, limits=self.limits,
                    box=request.box, read_only=request.mode == "review", readable=self._installed(),
                ),
                write,
            )  # fmt: skip
        finally:
            state_files.remove(request.state_dir, launch.secret)
            state_files.sweep(request.worktree, litter)
        take(reading.finish())
        return verdict.result(self.dialect, request, told, ended, errors.text), told

    def _installed(self) -> tuple[Path, ...]:
        return tuple(path for word in self.program if word.startswith("/") for path in view.package(word))


class _Tail:
    """The end of what a program wrote for people."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, line: str) -> None:
        self.text = f"{self.text}\n{line}"[-8_000:]


def _both(first: base.Result, second: base.Result) -> base.Result:
    """The second of two runs, with what both have consumed."""
    usage = {name: first.usage.get(name, 0) + second.usage.get(name, 0) for name in {**first.usage, **second.usage}}
    is_free = first.cost_usd is None and second.cost_usd is None
    return replace(
        second,
        usage=usage,
        cost_usd=None if is_free else (first.cost_usd or 0.0) + (second.cost_usd or 0.0),
        duration_seconds=first.duration_seconds + second.duration_seconds,
        denials=(*first.denials, *second.denials),
    )


def _is_answer(event: base.Event) -> bool:
    """Whether it is the structured answer, which is for machines."""
    return isinstance(event, base.Said) and event.text.lstrip().startswith(("{", "```"))


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
