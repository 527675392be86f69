"""Tools that change nothing: which files there are, what they hold, where something stands."""

from __future__ import annotations

import fnmatch
import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs

from app.executors import plain
from app.executors.patch_agent import paths
from app.executors.patch_agent.paths import ToolError

SKIPPED = frozenset({
    ".git", ".hg", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__",
    "node_modules", "venv",
})  # fmt: skip
"""Directories that hold nothing a change is made of."""

MAX_FILE = 2_000_000
"""Bytes of a file that is read or searched."""

_LINE = 2_000  # characters
_DEPTH = 30
_NAMES = 200  # of one directory
_HITS = 100
_HIT = 300  # characters
_FILES = 20_000
_SECONDS = 15.0
_PATTERN = 500  # characters
_COMPILED = 300_000  # bytes


def listing(root: Path, path: str, room: int) -> str:
    """The names below `path`, a line for each directory, as deep as `room` characters reach. Raises ToolError."""
    lines: list[str] = []
    used, waiting, hidden = 0, [paths.parts(path)], 0
    while waiting:
        inside = waiting.pop(0)
        names, below = _names(root, inside)
        line = f"{_shown('/'.join(inside)) if inside else '.'}/: {' '.join(names) or '(empty)'}"
        if lines and used + len(line) > room:
            hidden += 1
            continue
        lines.append(plain.bounded(line, room))
        used += len(line) + 1
        if len(inside) < _DEPTH and len(waiting) < _FILES:
            waiting += [(*inside, name) for name in below]
    left = [f"({hidden:,} more directories are not shown; list them by their own path.)"] if hidden else []
    return "\n".join(lines + left)


def _names(root: Path, inside: tuple[str, ...]) -> tuple[list[str], list[str]]:
    with paths.directory(root, inside) as descriptor, os.scandir(descriptor) as entries:
        found = sorted(
            (entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink())
            for entry in entries
            if not paths.is_git(entry.name)
        )
    shown = [_shown(name) + ("/" if is_dir else "@" if is_link else "") for name, is_dir, is_link in found[:_NAMES]]
    if len(found) > _NAMES:
        shown.append(f"(and {len(found) - _NAMES:,} more)")
    return shown, [name for name, is_dir, _ in found[:_NAMES] if is_dir and name not in SKIPPED]


def _shown(name: str) -> str:
    clean = plain.text(name)
    return clean if clean == name and " " not in name else repr(name)


def read(root: Path, path: str, first: int, count: int, room: int) -> str:
    """At most `count` lines of a file from `first` on, numbered, in `room` characters. Raises ToolError."""
    lines = split(text(root, path))
    if first > max(1, len(lines)):
        raise ToolError(f"{path} has {len(lines):,} lines.")
    shown: list[str] = []
    for number, line in enumerate(lines[first - 1 : first - 1 + count], first):
        numbered = f"{number}\t{plain.bounded(line, _LINE)}"
        room -= len(numbered) + 1
        if room < 0:
            break
        shown.append(numbered)
    last = first - 1 + len(shown)
    rest = f"\n({len(lines) - last:,} more lines; read on from line {last + 1}.)" if last < len(lines) else ""
    return "\n".join(shown) + rest if lines else "(the file is empty)"


def text(root: Path, path: str) -> str:
    """What a file holds. Raises ToolError for what is large, binary or not UTF-8."""
    content, _ = paths.read(root, paths.parts(path), MAX_FILE)
    return decoded(path, content)


def decoded(path: str, content: bytes) -> str:
    """The text of a file. Raises ToolError where it is none."""
    if b"\0" in content:
        raise ToolError(f"{path} is a binary file.")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ToolError(f"{path} is not UTF-8.") from None


def split(content: str) -> list[str]:
    """The lines of a text, as editors count them."""
    lines = content.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def search(root: Path, pattern: str, path: str, names: str | None, stop: threading.Event) -> str:
    """The lines that match a regular expression, in files below `path` whose name fits `names`. Raises ToolError.

    The engine is the one that schemas are checked with: its time is linear in the text, whatever the pattern.
    """
    if len(pattern) > _PATTERN or (names is not None and len(names) > _NAMES):
        raise ToolError(f"A pattern has at most {_PATTERN} characters.")
    whole, line_by_line = _compiled(f"(?m){pattern}"), _compiled(pattern)
    deadline, hits, seen = time.monotonic() + _SECONDS, list[str](), 0
    for inside in _files(root, paths.parts(path)):
        name = "/".join(inside)
        if names is not None and not fnmatch.fnmatchcase(name if "/" in names else inside[-1], names):
            continue
        seen += 1
        if seen > _FILES or time.monotonic() > deadline or stop.is_set():
            return "\n".join([*hits, "(The search was stopped here: search a smaller part.)"])
        try:
            content = text(root, name)
        except ToolError:
            continue
        if not whole.is_valid(content):
            continue
        for number, line in enumerate(split(content), 1):
            if line_by_line.is_valid(line):
                hits.append(f"{name}:{number}: {plain.bounded(line.strip(), _HIT)}")
                if len(hits) >= _HITS:
                    return "\n".join([*hits, f"(The first {_HITS} matches; make the pattern narrower.)"])
    return "\n".join(hits) or f"Nothing matches in {seen:,} files."


def _compiled(pattern: str) -> jsonschema_rs.Validator:
    options = jsonschema_rs.RegexOptions(size_limit=_COMPILED, dfa_size_limit=10 * _COMPILED)
    try:
        return jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=options)
    except (jsonschema_rs.ValidationError, ValueError):
        raise ToolError(
            "This regular expression is wrong, too large, or uses what is not supported (backreferences, lookaround)."
        ) from None


def _files(root: Path, inside: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Regular files at or below a path; links and skipped directories are left out."""
    if inside:
        with paths.directory(root, inside[:-1]) as parent, paths.telling("/".join(inside)):
            if stat.S_ISREG(os.stat(inside[-1], dir_fd=parent, follow_symlinks=False).st_mode):
                yield inside
                return
    waiting = [inside]
    while waiting:
        here = waiting.pop()
        with paths.directory(root, here) as descriptor, os.scandir(descriptor) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False))
                           for entry in entries)  # fmt: skip
        yield from ((*here, name) for name, _, is_file in found if is_file and not paths.is_git(name))
        below = [name for name, is_dir, _ in found if is_dir and name not in SKIPPED and not paths.is_git(name)]
        if len(here) < _DEPTH:
            waiting += [(*here, name) for name in reversed(below)]
