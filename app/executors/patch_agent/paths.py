"""Paths that a model names: within the worktree, never into `.git`, through no symbolic link.

Every component is opened by itself and without following links, so a path leads where it says or nowhere.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

_LENGTH = 1000
_DEPTH = 30
_NAME = 255  # bytes, the most that file systems hold
# What some file system or git takes for `.git` (other cases, short names, trailing dots, what follows a colon).
_GIT = re.compile(r"(?:\.git|git~\d)[. ]*(?::.*)?", re.IGNORECASE | re.DOTALL)
_FORBIDDEN = re.compile("[\\x00-\\x1f\\x7f\\\\\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


class ToolError(Exception):
    """A tool could not do what was asked; the text is for the model, who can mend it."""


class Forbidden(ToolError):
    """A tool was asked for what it never does."""


def parts(path: str) -> tuple[str, ...]:
    """The components of a relative path, none for the worktree itself. Raises Forbidden."""
    if len(path) > _LENGTH or _FORBIDDEN.search(path):
        raise Forbidden("Paths are at most 1,000 characters long, without backslashes and control characters.")
    if path.startswith("/"):
        raise Forbidden("Paths are relative to the worktree; `.` is the worktree itself.")
    found = tuple(part for part in path.split("/") if part not in {"", "."})
    if len(found) > _DEPTH or any(len(part.encode()) > _NAME for part in found):
        raise Forbidden(f"A path has at most {_DEPTH} components of {_NAME} bytes.")
    if ".." in found:
        raise Forbidden("Paths must not contain `..`.")
    if any(is_git(part) for part in found):
        raise Forbidden("git's own files are out of reach.")
    return found


def is_git(name: str) -> bool:
    """Whether one component of a path is `.git`, here or on another file system."""
    return _GIT.fullmatch(name) is not None


@contextlib.contextmanager
def directory(root: Path, inside: tuple[str, ...], *, create: bool = False) -> Iterator[int]:
    """A descriptor of a directory of the worktree `root`, with `create` made where it is missing. Raises ToolError."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(root, flags & ~os.O_NOFOLLOW)
    try:
        for index, part in enumerate(inside):
            with telling("/".join(inside[: index + 1])):
                if create:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o777, dir_fd=descriptor)
                below = os.open(part, flags, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def read(root: Path, inside: tuple[str, ...], limit: int) -> tuple[bytes, int]:
    """The bytes of a regular file of at most `limit` bytes, and its mode. Raises ToolError."""
    path = "/".join(inside)
    if not inside:
        raise ToolError("`.` is a directory.")
    with directory(root, inside[:-1]) as parent, telling(path):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(inside[-1], flags, dir_fd=parent)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ToolError(f"{path} is no regular file.")
            if status.st_size > limit:
                raise ToolError(f"{path} has {status.st_size:,} bytes, more than the {limit:,} that this tool takes.")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(limit), stat.S_IMODE(status.st_mode)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def telling(path: str) -> Iterator[None]:
    """Says what the system refused about `path`."""
    try:
        yield
    except FileNotFoundError:
        raise ToolError(f"There is no {path}.") from None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            raise ToolError(f"{path} is a symbolic link or no directory; links are not followed.") from None
        raise ToolError(f"{path}: {os.strerror(error.errno or errno.EIO)}.") from None
