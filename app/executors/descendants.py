"""Killing everything below this process, which must be a child subreaper: for the guards in `reaper.py`."""

from __future__ import annotations

import contextlib
import os
import signal
import time

_FREEZES = 20  # passes over /proc in one round
_SWEEPS = 500  # looks at our own children in one round


def kill_all() -> int:
    """SIGKILL to every descendant until there is none; returns how many were found.

    Each round stops all it finds, pass by pass until nothing new appears, so that a fork bomb stands
    still, and then kills. Signals go to process groups, which fork(2) cannot slip out of. What gets a
    new group and a new process id faster than /proc can be read has lost its parent by that and is a
    child of ours: those are looked up alone, in one short file, and shot at once.
    """
    seen: set[int] = set()
    pause = 0.001
    while reap():
        for _ in range(_FREEZES):
            found = _below()
            if found.keys() <= seen:
                break
            _signal(found, signal.SIGSTOP)
            seen |= found.keys()
        _signal(_below(), signal.SIGKILL)
        for _ in range(_SWEEPS):
            children = children_of(os.getpid())
            if not children:
                break
            _signal({pid: pid for pid in children}, signal.SIGKILL)
            reap()
        time.sleep(pause)
        pause = min(pause * 2, 0.1)
    return len(seen)


def reap() -> bool:
    """Collect the dead; whether any child is left. No child means no descendant: orphans come to us."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
        return True
    return False


def _below() -> dict[int, int]:
    """All processes below this one, by the parents that /proc tells, with their process groups."""
    children: dict[int, set[int]] = {}
    groups: dict[int, int] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 (pathlib costs a third of the start-up time)
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as stat:  # noqa: PTH123
                _, parent, group = stat.read().rpartition(b") ")[2].split()[:3]
                children.setdefault(int(parent), set()).add(int(name))
                groups[int(name)] = int(group)
    found: set[int] = set()
    below = {os.getpid()}
    while below := {pid for parent in below for pid in children.get(parent, ())} - found:
        found |= below
    return {pid: groups[pid] for pid in found}


def children_of(pid: int) -> list[int]:
    """The children of a process with one thread; none where the kernel does not tell."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{pid}/children", "rb") as children:  # noqa: PTH123
        return [int(child) for child in children.read().split()]
    return []


def _signal(processes: dict[int, int], number: int) -> None:
    ours = os.getpgrp()
    for pid, group in processes.items():
        if group not in {0, ours}:
            with contextlib.suppress(OSError):
                os.killpg(group, number)
        with contextlib.suppress(OSError):
            os.kill(pid, number)
