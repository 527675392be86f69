"""Removes a directory that an agent had: any depth, any permissions, no link ever followed.

Subdirectories are moved up to the top before they are emptied, so two open descriptors and no recursion do
for a tree that is deeper than the longest path the kernel takes.
"""

from __future__ import annotations

import itertools
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

_BATCH = 1000
_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove(path: Path) -> None:
    """Remove `path` and all that is below; a path that is not there is fine. Raises OSError."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(mode):
        path.unlink()
        return
    path.chmod(0o700)
    top = os.open(path, _FLAGS)
    fresh = (f"{secrets.token_hex(8)}-{number}" for number in itertools.count())
    try:
        while _empty(top, top, fresh):
            continue
    finally:
        os.close(top)
    path.rmdir()


def _empty(directory: int, top: int, fresh: Iterator[str]) -> bool:
    """Unlink one batch of `directory`; its subdirectories are emptied (in `top`) or moved there."""
    with os.scandir(directory) as entries:
        batch = list(itertools.islice(entries, _BATCH))
    for entry in batch:
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.name, dir_fd=directory)
            continue
        os.chmod(entry.name, 0o700, dir_fd=directory)
        if directory != top:
            os.rename(entry.name, next(fresh), src_dir_fd=directory, dst_dir_fd=top)
            continue
        below = os.open(entry.name, _FLAGS, dir_fd=top)
        try:
            while _empty(below, top, fresh):
                continue
        finally:
            os.close(below)
        os.rmdir(entry.name, dir_fd=top)
    return bool(batch)
