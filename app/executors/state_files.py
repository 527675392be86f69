"""Files for a program's private directory: written anew, whatever an earlier run has left in their place."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path


def write(state_dir: Path, files: Mapping[str, str]) -> None:
    """Write files by their relative path, for nobody else to read. Raises OSError."""
    for name, text in files.items():
        path = within(state_dir, name)
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)


def remove(state_dir: Path, names: Iterable[str]) -> None:
    """Remove what `write` wrote; what cannot be removed stays."""
    for name in names:
        with contextlib.suppress(OSError):
            within(state_dir, name).unlink()


def sweep(directory: Path, names: Iterable[str]) -> None:
    """Remove the directories of these names that are empty."""
    for name in names:
        with contextlib.suppress(OSError):
            (directory / name).rmdir()


def within(state_dir: Path, name: str) -> Path:
    """Where a file goes, in a directory that is there. Raises OSError where a link that an earlier run left leads out.

    That is found out first: not even a directory is made elsewhere.
    """
    path = state_dir / name
    try:
        is_within = path.parent.resolve().is_relative_to(state_dir.resolve())
    except RuntimeError:  # links in a circle
        is_within = False
    if not is_within:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path.parent))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
