"""Where on a pull request's diff a finding can stand: GitHub takes remarks only on lines that a hunk shows.

A remark is on the RIGHT side for lines that were added or stayed, on the LEFT for lines that are gone. A range stands
within one hunk: of a finding that reaches beyond, the part in the first hunk that it touches is marked. Whatever has
no such line goes into the body of the review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk, PatchSet

Side = Literal["LEFT", "RIGHT"]

_HUNKS = re.compile(r"^(?=@@ -)", re.MULTILINE)
_UNSIGNED = re.compile(r"^(?![ +\-\\@])", re.MULTILINE)
_HEADER = "--- a/file\n+++ b/file\n"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the diff. `patch` begins with its first hunk; None where GitHub shows none (binary, too large).

    `old_path` is what a renamed file was called at the base.
    """

    path: str
    patch: str | None
    old_path: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What a finding is about: lines of the head, or of the base (`old`) for what is gone; both ends included."""

    path: str
    start: int | None
    end: int | None
    old: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that GitHub takes; a range ends at `line`, and `start` is None for a single line.

    `present` are the lines that a suggestion here would replace, in the head and without their line feeds; None where
    GitHub would not replace exactly the lines of the finding.
    """

    path: str
    line: int
    side: Side
    start: int | None = None
    present: tuple[str, ...] | None = None

    def takes(self, suggestion: str) -> bool:
        """Whether pressing a button here puts `suggestion` in the place of exactly the lines that it is for.

        Not where it would change nothing, and not where lines end in carriage returns, which a remark cannot hold.
        """
        if self.present is None or "\r" in suggestion or any(line.endswith("\r") for line in self.present):
            return False
        return suggestion.removesuffix("\n") != "\n".join(self.present)


class Diff:
    """The files of a pull request. A file's hunks are read when the first finding asks for them."""

    def __init__(self, files: Iterable[File]) -> None:
        self._files: dict[str, File] = {}
        self._renamed: dict[str, File] = {}
        self._hunks: dict[str, list[Hunk]] = {}
        for file in files:
            self._files.setdefault(file.path, file)
            if file.old_path:
                self._renamed.setdefault(file.old_path, file)

    def anchor(self, place: Place) -> Anchor | None:
        """Where a remark about `place` goes; None when no hunk shows any of it."""
        file = self._file(place)
        if file is None or place.start is None or place.start < 1:
            return None
        end = max(place.end or place.start, place.start)
        for hunk in self._hunks_of(file):
            found = _old(file, hunk, place.start, end) if place.old else _new(file, hunk, place.start, end)
            if found:
                return found
        return None

    def _file(self, place: Place) -> File | None:
        """The file by the name it has on the finding's side, else by the other one."""
        new, renamed = self._files.get(place.path), self._renamed.get(place.path)
        return (renamed or new) if place.old else (new or renamed)

    def _hunks_of(self, file: File) -> list[Hunk]:
        if file.path not in self._hunks:
            self._hunks[file.path] = [hunk for text in _HUNKS.split(file.patch or "") for hunk in _hunk(text)]
        return self._hunks[file.path]


def _hunk(text: str) -> list[Hunk]:
    """The hunk that `text` holds; none where it breaks off or holds what no hunk does."""
    if not text or _UNSIGNED.search(text.removesuffix("\n")):
        return []
    try:
        return [hunk for file in PatchSet.from_string(_HEADER + text) for hunk in file]
    except UnidiffParseError:
        return []


def _new(file: File, hunk: Hunk, start: int, end: int) -> Anchor | None:
    """Lines of the head, which are there on the RIGHT side, one after another."""
    lines = {
        line.target_line_no: line.value.removesuffix("\n")
        for line in hunk.target_lines()
        if line.target_line_no is not None and start <= line.target_line_no <= end
    }
    if not lines:
        return None
    present = tuple(lines[number] for number in sorted(lines)) if len(lines) == end - start + 1 else None
    return _anchor(file, "RIGHT", lines, present)


def _old(file: File, hunk: Hunk, start: int, end: int) -> Anchor | None:
    """Lines of the base: those that are gone stand on the LEFT side; where all stayed, they are on the RIGHT."""
    lines = [
        line for line in hunk.source_lines() if line.source_line_no is not None and start <= line.source_line_no <= end
    ]
    gone = [line.source_line_no for line in lines if line.is_removed and line.source_line_no]
    if gone:
        return _anchor(file, "LEFT", gone)
    stayed = [line.target_line_no for line in lines if line.target_line_no]
    return _anchor(file, "RIGHT", stayed) if stayed else None


def _anchor(file: File, side: Side, lines: Iterable[int], present: tuple[str, ...] | None = None) -> Anchor:
    first, last = min(lines), max(lines)
    return Anchor(file.path, last, side, first if first < last else None, present)
