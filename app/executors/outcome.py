"""How a program ended, put in words that say what to do."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Ended = Literal["exited", "timeout", "idle", "start", "lost"]


@dataclass(frozen=True, slots=True)
class Exit:
    """How it ended: by itself, at a deadline, never started, or out of our sight.

    `code` is as a shell has it, 128 + N for signal N. `problem` is a sentence for people, None where
    the program ended by itself with a code of its own. `left` counts the processes that it left behind,
    which were killed. `stdout` is what was kept of it, `overflowed` if there was more.
    """

    ended: Ended
    code: int | None = None
    problem: str | None = None
    left: int = 0
    stdout: bytes = b""
    overflowed: bool = False
    last_line: str = ""
    seconds: float = 0.0


_FATAL = frozenset({"SIGKILL", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGSYS", "SIGTRAP", "SIGXFSZ"})


def read(said: str, argv: Sequence[str], cwd: Path, *, is_nested: bool = False) -> Exit:
    """What the guards said at the end (the protocol is in `reaper.py`).

    `is_nested` programs run under bwrap, which tells a signal as a shell does.
    """
    match said.split():
        case ["exit", code, left] if is_nested and _signal(int(code)) in _FATAL:
            return read(f"signal {int(code) - 128} {left}", argv, cwd)
        case ["exit", code, left]:
            return Exit("exited", int(code), left=int(left))
        case ["signal", number, left]:
            name = signal.Signals(int(number)).name if int(number) in set(signal.Signals) else f"signal {number}"
            return Exit("exited", 128 + int(number), f"{_name(argv)} was ended by {name}.", int(left))
        case ["error", number, "cwd"]:
            return Exit("start", problem=f"The directory {cwd} cannot be used: {os.strerror(int(number))}.")
        case ["error", number, "sandbox"]:
            return Exit("start", problem=f"The sandbox could not be set up: {os.strerror(int(number))}.")
        case ["error", number, _]:
            return Exit("start", problem=not_started(argv, int(number)))
        case _:
            return Exit("lost", problem=f"The guards of {_name(argv)} were killed, and it with them.")


def not_started(argv: Sequence[str], number: int) -> str:
    """Why execve(2) or a limit refused, with what can be done about it."""
    name = _name(argv)
    match number:
        case errno.ENOENT if "/" in argv[0]:
            return f"{name} does not exist, or the interpreter that its first line names does not."
        case errno.ENOENT:
            return f"{name} was not found on PATH: install it where dursor runs, or give its full path."
        case errno.EACCES | errno.EPERM:
            return f"{name} may not be executed: is it a program, and is its executable bit set?"
        case errno.EXDEV:
            can = "put it on dursor's PATH, or name its directory in DURSOR_SANDBOX_READABLE"
            return f"{name} is out of reach in the sandbox: {can}."
        case errno.ENOEXEC:
            return f"{name} is not a program for this machine, and it has no `#!` line."
        case errno.E2BIG:
            return f"{name} was given more arguments than the system allows."
        case errno.EAGAIN | errno.ENOMEM:
            return f"{name} could not be started: the machine is out of processes or memory."
        case _:
            return f"{name} could not be started: {os.strerror(number)}."


def _signal(code: int) -> str:
    return signal.Signals(code - 128).name if code - 128 in set(signal.Signals) else ""


def _name(argv: Sequence[str]) -> str:
    return f"`{argv[0]}`"
