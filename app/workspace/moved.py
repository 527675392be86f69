"""Where lines of a commit are in a later one: the same lines elsewhere, replaced by others, or gone."""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from app.workspace import commits, diffs, git, mirror

MOST_FILES = 200
"""Files that are compared line by line; of one more, every line counts as replaced."""

_BYTES = 8 * git.MEGABYTE
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


class Lines(NamedTuple):
    """Lines of a file at the later commit, both ends included, None for the file as a whole.

    `is_same`: they are the lines asked for. Else those that stand there instead; `end` before `start`: none do.
    """

    path: str
    start: int | None
    end: int | None
    is_same: bool


class _Hunk(NamedTuple):
    """As git's header says it: of none that are `gone`, or `more`, the line before."""

    line: int
    gone: int
    new_line: int
    more: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened to the files that were asked about; a file that is not in `files` is as it was.

    Of each the name it has now, None when it is gone, and what of it was replaced, None for everything.
    """

    files: dict[str, tuple[str | None, tuple[_Hunk, ...] | None]]

    def lines(self, path: str, start: int | None, end: int | None) -> Lines | None:
        """Where these lines of the earlier commit are; None when their file is gone."""
        name, hunks = self.files.get(path, (path, ()))
        if name is None:
            return None
        if start is None or end is None:
            return Lines(name, None, None, is_same=True)
        if hunks is None:
            return Lines(name, 1, 0, is_same=False)
        at = bisect.bisect_left(hunks, start, key=lambda hunk: _old(hunk)[1])
        over = bisect.bisect_right(hunks, end, key=lambda hunk: _old(hunk)[0])
        before = _new(hunks[at - 1])[1] - _old(hunks[at - 1])[1] if at else 0
        if at >= over:
            return Lines(name, start + before, end + before, is_same=True)
        opening, closing = hunks[at], hunks[over - 1]
        begins = start + before if start < _old(opening)[0] else _new(opening)[0]
        return Lines(name, begins, _new(closing)[1] + max(0, end - _old(closing)[1]), is_same=False)


async def between(repo: mirror.Mirror, old: str, new: str, paths: Collection[str]) -> Moved:
    """Compare two commits of the mirror in what became of the lines of `paths`. Raises NotFound."""
    changed = await diffs.changes(
        repo, await commits.tree_of(repo, old), await commits.tree_of(repo, new), renames=True
    )
    files: dict[str, tuple[str | None, tuple[_Hunk, ...] | None]] = {}
    compared = 0
    for change in changed:
        before = diffs.shown(change.source or change.path)
        if before not in paths or change.status == "A":
            continue
        compared += 1
        name = None if change.status == "D" else diffs.shown(change.path)
        is_file = {change.mode, change.old_mode}.isdisjoint({diffs.LINK, diffs.SUBMODULE})
        known = name is not None and is_file and compared <= MOST_FILES
        files[before] = (name, await _hunks(repo, change.old_id, change.id) if known else None)
    return Moved(files)


async def _hunks(repo: mirror.Mirror, old: str, new: str) -> tuple[_Hunk, ...] | None:
    """What of a file was replaced; None where that cannot be told: it is no text, or more than eight megabytes."""
    result = await git.run(
        "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--unified=0", old, new,
        git_dir=repo.path, limit=_BYTES, cut=True, ok=(0, 1),
    )  # fmt: skip
    if result.cut or (result.out and b"\n@@ " not in result.out):
        return None
    found = (tuple(map(int, (a, b or 1, c, d or 1))) for a, b, c, d in _HUNK.findall(result.out))
    return tuple(_Hunk(*numbers) for numbers in found)


def _old(hunk: _Hunk) -> tuple[int, int]:
    """The lines that were replaced; of an addition, none, between the line that it follows and the next."""
    first = hunk.line if hunk.gone else hunk.line + 1
    return first, first + hunk.gone - 1


def _new(hunk: _Hunk) -> tuple[int, int]:
    """The lines that stand there instead; of a deletion, none."""
    first = hunk.new_line if hunk.more else hunk.new_line + 1
    return first, first + hunk.more - 1
