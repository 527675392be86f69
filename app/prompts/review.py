"""The instruction of a review: the change since the branches parted, what was found before, not how it was made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.prompts import fences, seen
from app.prompts.work import TITLE
from app.store.connection import Row
from app.workspace import diffs, policy

PATCH = 60_000
SINCE = 30_000
_FINDINGS, _FINDING = 20_000, 1_500
_LIST = 10_000
_WHAT = (
    "Review the change below. The current directory holds the commit with the change in it: read whatever else you "
    "need there. Change nothing. Report what is wrong with the change itself, each point with its file and line: "
    "critical for lost data or a hole in security, error for what does not work, warning for what will cause trouble, "
    "info for the rest. Matters of taste are none, and no finding at all is a good answer."
)
_AGAIN = (
    "The change was reviewed before; what is still open of that is listed below by number. Look at what changed since, "
    "and at each open finding: report one that still holds again with its number as `known`, at the lines where it is "
    "now, and put the number of one that is mended, or was none, into `resolved`. What is new has no number."
)


def review(
    title: str, files: Sequence[diffs.FileDiff], patch: str, extra: str, *, since: str = "", found: Sequence[Row] = ()
) -> str:
    """What to look at; `files` and `patch` are of the same difference, `extra` is the configuration's words.

    `since` is the patch since the last review, where there was one, and `found` what is open of it, the gravest first.
    """
    marks = fences.Fences()
    what = [_WHAT, _AGAIN] if since or found else [_WHAT]
    parts = [*what, marks.rules, marks.data("title of the pull request", seen.line(title, TITLE))]
    if found:
        points = [fences.head(_finding(row), _FINDING) for row in found]
        shown = fences.first(points, _FINDINGS, lambda count: f"[{count} less grave findings are left out]")
        parts.append(marks.data("open findings of earlier reviews", shown))
    if since:
        parts.append(marks.data("what changed since the last review, as a diff", _patch(since, SINCE)))
    if files:
        listed = fences.first([_file(file) for file in files], _LIST, lambda count: f"[{count} more files]")
        parts.append(marks.data("changed files", listed))
    else:
        parts.append("None of the files that changed is to be reviewed, so there is nothing new to report.")
    if patch:
        parts.append(marks.data("the change as a diff", _patch(patch, PATCH)))
    if extra:
        parts.append(marks.request("instructions of the repository's configuration", seen.rendered(extra)))
    return "\n\n".join(parts)


def _file(file: diffs.FileDiff) -> str:
    source = f" from {seen.line(file.old_path, 300)}" if file.old_path else ""
    size = "binary" if file.binary else f"+{file.additions} -{file.deletions}"
    return f"{file.status} {size} {seen.line(file.path, 300)}{source}"


def within(patch: str, is_wanted: Callable[[str], bool]) -> str:
    """A patch without the files that are not to be looked at, by the names that they have after it.

    A name that git quotes, as few are, is not read: such a file is looked at.
    """
    pieces = [piece for piece in diffs.pieces(patch) if piece.startswith("diff --git ")]
    return "\n".join(piece for piece in pieces if _path(piece).endswith('"') or is_wanted(_path(piece)))


def _finding(row: Row) -> str:
    lines = f":{row['line_start']}" if row["line_start"] else ""
    place = f"{seen.line(row['file_path'], 300)}{lines}" if row["file_path"] else "the whole change"
    words = f"{seen.line(row['title'], TITLE)}: {seen.rendered(row['description'])}"
    return f"F{row['number']} [{row['severity']}, {row['category']}] {place} {words}"


def _patch(patch: str, limit: int) -> str:
    """Whole files of a diff: small ones first, as more of them fit, lock files last; the rest is counted."""
    pieces = [piece if piece.startswith("diff --git ") else "" for piece in diffs.pieces(seen.spelled(patch))]
    locks = policy.matcher(policy.LOCK_FILES)
    order = sorted(filter(None, pieces), key=lambda piece: (locks.match_file(_path(piece)), len(piece)))
    return fences.first(order, limit, lambda count: f"[the diffs of {count} files are left out: read the files]")


def _path(piece: str) -> str:
    """The name that a file has after the change; the first line says it twice, unless the file was renamed.

    A name may hold what stands between the two, so the line is halved and not searched.
    """
    head, _, more = piece.partition("\n@@ ")[0].partition("\n")
    renamed = re.search(r"^rename to (.*)$", more, re.MULTILINE)
    names = head.removeprefix("diff --git ")
    return renamed[1] if renamed else names[len(names) // 2 + len(" b/") :]
