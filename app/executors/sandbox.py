"""How strongly programs are contained here, and what one of them is put into.

`namespaces` (bubblewrap) and `landlock` keep everything out of reach that `view` does not show; under `subreaper`
and `process-group` a program has the rights of the server's user, and only its end is sure, or nearly so.
The guards of `reaper.py` stand around each of them.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.executors import bubblewrap, landlock, reaper, view

Level = Literal["namespaces", "landlock", "subreaper", "process-group"]
Mode = Literal["required", "auto", "off"]

_DEVICES = ("null", "zero", "full", "random", "urandom")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A level, what is never shown, and what is shown beyond what `view` shows anyway. By default, the guards alone."""

    level: Level = "process-group"
    hidden: tuple[Path, ...] = ()
    readable: tuple[Path, ...] = ()

    @property
    def contains(self) -> bool:
        """Whether what is hidden is out of a program's reach, so that it may be let loose."""
        return self.level in {"namespaces", "landlock"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one program works: its directories, whether it may change the worktree, what else it needs to read."""

    worktree: Path
    state_dir: Path
    read_only: bool = False
    readable: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One program in its containment, for the guards: the whole command, a ruleset, and how signals find it."""

    argv: tuple[str, ...]
    ruleset: int | None = None
    is_nested: bool = False
    drops_privileges: bool = True


class Unreachable(OSError):
    """The program cannot be started inside. `errno` is execve(2)'s, or EXDEV: it is there, and out of reach."""


@functools.cache
def levels() -> tuple[Level, ...]:
    """Every level that this machine can give, the strongest first. Tries them out, once."""
    held: list[Level] = []
    if bubblewrap.program():
        held.append("namespaces")
    if landlock.version() >= landlock.LEAST:
        held.append("landlock")
    held.append("subreaper" if reaper.can_reap() else "process-group")
    return tuple(held)


def level(mode: Mode = "auto") -> Level:
    """The level that programs get: the strongest there is, or without a sandbox if that is switched off."""
    return levels()[-1] if mode == "off" else levels()[0]


@contextlib.contextmanager
def cell(box: Sandbox, place: Place, argv: Sequence[str], env: Mapping[str, str]) -> Iterator[Cell]:
    """What the guards start for `argv`; to be left once they have it.

    Raises `Unreachable` for a program that would not be found inside, and OSError.
    """
    if not box.contains:
        yield Cell(tuple(argv))
        return
    search = env.get("PATH", os.defpath)
    seen = view.of((*box.readable, *place.readable, *_installed_with(argv[0], search)), box.hidden, search)
    worktree, state_dir = (os.path.realpath(path) for path in (place.worktree, place.state_dir))
    _refuse_unseen(argv[0], place.worktree, seen, search, (worktree, state_dir))
    if box.level == "namespaces":
        words = bubblewrap.command(
            bubblewrap.program() or "bwrap", seen, worktree=worktree, state_dir=state_dir, read_only=place.read_only
        )
        made = landlock.ruleset(None) if landlock.version() >= landlock.SCOPES else None
        inside = Cell((*words, *argv), made, is_nested=True, drops_privileges=False)
    else:
        own = landlock.READ if place.read_only else landlock.READ | landlock.WRITE
        made = landlock.ruleset([*_allowed(seen), (worktree, own), (state_dir, landlock.READ | landlock.WRITE)])
        inside = Cell(tuple(argv), made)
    try:
        yield inside
    finally:
        if made is not None:
            os.close(made)


def _installed_with(name: str, search: str) -> list[Path]:
    """What a program needs that PATH finds by a link to somewhere else: an operator put it there."""
    found = shutil.which(name, path=search) if "/" not in name else None
    if found is None or Path(found).resolve().parent == Path(found).parent.resolve():
        return []
    return view.package(found)


def _refuse_unseen(name: str, cwd: Path, seen: view.View, search: str, own: Sequence[str]) -> None:
    """Find out beforehand what bwrap would tell in words of its own, or Landlock as if it were something else."""
    found = str(cwd / name) if "/" in name else shutil.which(name, path=search)
    real = os.path.realpath(found) if found else ""
    if not os.path.exists(real):  # noqa: PTH110
        raise Unreachable(errno.ENOENT, name)
    if not os.access(real, os.X_OK):
        raise Unreachable(errno.EACCES, name)
    if not seen.shows(real) and not any(Path(real).is_relative_to(path) for path in own):
        raise Unreachable(errno.EXDEV, name)


def _allowed(seen: view.View) -> Iterator[tuple[str, int]]:
    hidden = [*seen.hides()]
    for path in seen.reads():
        for part in _around(path, hidden):
            yield part, landlock.READ
    yield "/proc", landlock.READ
    for device in _DEVICES:
        yield f"/dev/{device}", landlock.USE


def _around(path: str, hidden: Sequence[str]) -> Iterator[str]:
    """`path`, or in its place all within it but what is hidden: a ruleset cannot take anything back."""
    if path in hidden:
        return
    inside = [other for other in hidden if other.startswith(path + "/")]
    if not inside:
        yield path
        return
    with os.scandir(path) as entries:
        for entry in entries:
            if not entry.is_symlink():
                yield from _around(entry.path, inside)
