"""The `command` executor: any program of the repository's configuration, such as `ruff check --fix`."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import assert_never

from app import redact
from app.executors import base, guard, outcome, plain, process

OUTPUT_BYTES = 10 * 1024 * 1024  # of SARIF; more is an error
_TEXT_BYTES = 64 * 1024  # of output for people; all of it is in the log
_SUMMARY = 300

# Linters and formatters exit 1 for "something is left to say": the run itself went well.
_CODES: dict[tuple[base.Mode, base.Output], frozenset[int]] = {
    ("edit", "text"): frozenset({0, 1}),
    ("edit", "sarif"): frozenset({0, 1}),
    ("review", "text"): frozenset({0}),
    ("review", "sarif"): frozenset({0, 1}),
}


@dataclass(frozen=True, slots=True)
class Command:
    """Runs `request.argv` in the worktree.

    The instruction is on standard input and in the file that DURSOR_INSTRUCTION_FILE names, outside the
    worktree. Where the request names codes, all others are failures, in both modes.
    """

    name: str = "command"
    limits: guard.Limits = field(default_factory=guard.Limits)

    async def run(self, request: base.Request, emit: base.Emit) -> base.Result:
        try:
            instruction = _write_instruction(request)
        except OSError as error:
            problem = f"The instruction could not be written to {request.state_dir}: {error.strerror}."
            return base.Result("failed", problem, kind="start", error=problem)
        ended = await process.run(
            process.Program(
                argv=request.argv,
                cwd=request.worktree,
                state_dir=request.state_dir,
                timeout_seconds=request.timeout_seconds,
                idle_seconds=request.idle_seconds,
                env={**request.env, "DURSOR_INSTRUCTION_FILE": str(instruction)},
                stdin=request.instruction.encode(errors="replace"),
                keep_bytes=OUTPUT_BYTES if request.output == "sarif" else _TEXT_BYTES,
                limits=self.limits,
                box=request.box,
                read_only=request.mode == "review",
            ),
            emit,
        )
        return self._result(request, ended, emit)

    def _result(self, request: base.Request, ended: outcome.Exit, emit: base.Emit) -> base.Result:
        status, kind, error = self._verdict(request, ended)
        if ended.left and ended.ended == "exited":
            emit(base.LogLine(f"{ended.left} background process(es) were still running and were killed.", "dursor"))
        if status == "completed" and ended.code:
            emit(base.LogLine(f"Exit code {ended.code} counts as completed for this command.", "dursor"))
        return base.Result(
            status=status,
            kind=kind,
            summary=_summary(request.argv, ended, error),
            output=redact.text(ended.stdout.decode(errors="replace")),
            exit_code=ended.code,
            error=error and redact.text(plain.text(error)),
            duration_seconds=ended.seconds,
            is_unchanged=status == "completed" and request.codes is not None and ended.code in request.codes.nothing,
        )

    def _verdict(self, request: base.Request, ended: outcome.Exit) -> tuple[base.Status, base.Kind | None, str | None]:
        named = request.codes
        codes = _CODES[request.mode, request.output] if named is None else named.changed | named.nothing
        match ended.ended:
            case "timeout" | "idle":
                return "timed_out", ended.ended, ended.problem
            case "start" | "lost":
                return "failed", ended.ended, ended.problem
            case "exited" if request.output == "sarif" and ended.overflowed:
                limit = OUTPUT_BYTES // 1024**2
                return "failed", "protocol", f"It wrote more than {limit} MB of SARIF: let it look at less."
            case "exited" if ended.problem is None and ended.code in codes:
                return "completed", None, None
            case "exited":
                problem = ended.problem or f"It ended with exit code {ended.code}."
                return "failed", "exit", problem
            case _:
                assert_never(ended.ended)


def _summary(argv: tuple[str, ...], ended: outcome.Exit, error: str | None) -> str:
    """One line: the command, how it ended, and the last thing it said."""
    name = plain.bounded(plain.text(shlex.join(argv[:3])).replace("\n", " "), 80) or "command"
    how = f"exit {ended.code}" if ended.ended == "exited" else (error or ended.ended)
    said = f": {ended.last_line.strip()}" if ended.last_line else ""
    return plain.bounded(redact.text(f"{name}: {how}{said}"), _SUMMARY)


def _write_instruction(request: base.Request) -> Path:
    """The instruction as a new file; what an earlier run may have put in its place is never followed."""
    request.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = request.state_dir / "instruction.md"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
        file.write(request.instruction)
    return path
