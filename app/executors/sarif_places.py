"""Where a finding is: the addresses of a SARIF file as paths in the worktree, and what stands there."""

from __future__ import annotations

import os
import posixpath
import stat
import urllib.parse
from pathlib import Path

from app import redact
from app.executors import plain, view
from app.executors import sarif_model as model

_LONGEST_PATH = 1024
_LONGEST_URI = 16 * _LONGEST_PATH  # four bytes for a character, three characters for a byte
_LARGEST_FILE = 1024 * 1024
_FILES = 16  # how many are kept at once
_BASES = 8  # how many base ids may stand on one another


class Places:
    """One run's addresses. `worktree` is where the tool ran; paths are relative to it, with `/`."""

    def __init__(self, worktree: Path, run: model.Run) -> None:
        self._roots = {str(worktree), str(worktree.resolve()), view.TREE}  # the last is its name inside a sandbox
        self._worktree = worktree.resolve()
        self._run = run
        self._read: dict[str, tuple[str, ...] | None] = {}
        self._bases = run.original_uri_base_ids or {}

    def path(self, location: model.ArtifactLocation | None) -> str | None:
        """The path of a file of the worktree; None for everything else, `.git` included."""
        if location is not None and location.uri is None and location.index is not None:
            location = _at(self._run.artifacts, location.index, model.Artifact()).location
        if location is None or location.uri is None:
            return None
        path = self._absolute(location)
        for root in self._roots:
            if path is not None and path.startswith(root + "/"):
                path = path[len(root) + 1 :]
        return None if path is None else _inside(path)

    def lines(self, path: str) -> tuple[str, ...] | None:
        """The lines of a text file of at most 1 MB, None for anything else; no link leads out of the tree.

        Nothing may be running in the worktree: what was looked at is then what is opened.
        """
        if path not in self._read:
            if len(self._read) == _FILES:
                self._read.clear()
            self._read[path] = self._lines(path)
        return self._read[path]

    def _lines(self, path: str) -> tuple[str, ...] | None:
        try:
            real = (self._worktree / path).resolve(strict=True)
            if not real.is_relative_to(self._worktree) or _inside(str(real.relative_to(self._worktree))) is None:
                return None
            descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return None
                content = file.read(_LARGEST_FILE + 1)
            return tuple(content.decode().split("\n")) if len(content) <= _LARGEST_FILE else None
        except (OSError, ValueError):  # gone, a loop of links, not a name, not UTF-8
            return None

    def _absolute(self, location: model.ArtifactLocation) -> str | None:
        """The location with its base ids followed: an absolute path, or one relative to the worktree."""
        uri = location.uri or ""
        for _ in range(_BASES):
            if len(uri) > _LONGEST_URI:
                return None
            base = self._bases.get(location.uri_base_id or "")
            if base is None:
                return _local(uri)
            location, uri = base, _joined(base.uri or "", uri)
        return None


def _joined(base: str, uri: str) -> str:
    if not base or uri.startswith("/") or "://" in uri:
        return uri
    return base.rstrip("/") + "/" + uri


def _local(uri: str) -> str | None:
    """A `file:` address or a relative reference as a path; None for other schemes and other hosts."""
    try:
        parts = urllib.parse.urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        return urllib.parse.unquote(parts.path)
    return None if parts.scheme or parts.netloc else urllib.parse.unquote(uri)


def _inside(path: str) -> str | None:
    """`path` without detours, if it is one that stays in a tree and out of `.git`."""
    path = posixpath.normpath(path)
    parts = path.split("/")
    if path == "." or path.startswith("/") or ".." in parts or ".git" in (part.lower() for part in parts):
        return None
    if len(path) > _LONGEST_PATH or plain.text(path) != path or "\n" in path or redact.holds_secret(path):
        return None
    return path


def _at(items: list[model.Artifact | None], index: int, otherwise: model.Artifact) -> model.Artifact:
    return (items[index] if 0 <= index < len(items) else None) or otherwise
