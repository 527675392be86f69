"""Looks over an agent's directory before git does: what could make git hang, fail or eat the machine.

Walks without following a link, restores the owner's permission to read, and counts. The agent's processes
are expected to be gone; `.git` at the top is the agent's own and is not looked at.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from app.workspace import git, links

_READ_BY_GIT = (b".gitignore", b".gitattributes", b".gitmodules")
_MAX_READ_BY_GIT = git.MEGABYTE
_MAX_NOTED = 100


@dataclass(slots=True)
class Scan:
    """What was met: `nested` repositories, `special` files (sockets, devices, pipes), and why to stop."""

    entries: int = 0
    nested: list[bytes] = field(default_factory=list)
    special: list[bytes] = field(default_factory=list)
    fatal: str = ""


def walk(tree: Path, max_entries: int) -> Scan:
    """Walk `tree`; `fatal` says why git must not be let near it, and ends the walk."""
    found = Scan()
    root = os.fsencode(tree)
    try:
        pending = [b""] if stat.S_ISDIR(tree.lstat().st_mode) else []
        if not pending:
            found.fatal = "the working directory is not a directory any more"
        while pending and not found.fatal:
            _directory(root, pending.pop(), pending, found, max_entries)
    except OSError as error:
        found.fatal = f"cannot be read: {error.strerror}"
    return found


def _directory(root: bytes, below: bytes, pending: list[bytes], found: Scan, max_entries: int) -> None:
    place = root + b"/" + below
    _allow(place, os.lstat(place).st_mode, stat.S_IRWXU)
    with os.scandir(place) as entries:
        for entry in entries:
            if not below and entry.name == b".git":
                continue
            found.entries += 1
            if found.entries > max_entries:
                found.fatal = f"more than {max_entries} files and directories"
            path = below + b"/" + entry.name if below else entry.name
            if links.is_git(entry.name) and len(found.nested) < _MAX_NOTED:
                found.nested.append(path)
            elif entry.is_dir(follow_symlinks=False):
                pending.append(path)
            elif not entry.is_symlink():
                _file(entry, path, found)
            if found.fatal:
                return


def _file(entry: os.DirEntry[bytes], path: bytes, found: Scan) -> None:
    status = entry.stat(follow_symlinks=False)
    regular = stat.S_ISREG(status.st_mode)
    if entry.name in _READ_BY_GIT and not (regular and status.st_size <= _MAX_READ_BY_GIT):
        found.fatal = f"{os.fsdecode(entry.name)} is not a file of reasonable size"
    elif regular:
        _allow(entry.path, status.st_mode, stat.S_IRUSR)
    elif len(found.special) < _MAX_NOTED:
        found.special.append(path)


def _allow(path: bytes, mode: int, wanted: int) -> None:
    if mode & wanted != wanted:
        Path(os.fsdecode(path)).chmod(stat.S_IMODE(mode) | wanted)
