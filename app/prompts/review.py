"""The instruction of a review: the change since the branches parted, and nothing of how it was made."""

from __future__ import annotations

from collections.abc import Sequence

from app.prompts import fences, seen
from app.prompts.work import TITLE
from app.workspace import diffs, policy

PATCH = 60_000
_LIST = 10_000
_WHAT = (
    "Review the change below. The current directory holds the commit with the change in it: read whatever else you "
    "need there. Change nothing. Report what is wrong with the change itself, each point with its file and line: "
    "critical for lost data or a hole in security, error for what does not work, warning for what will cause trouble, "
    "info for the rest. Matters of taste are none, and no finding at all is a good answer."
)


def review(title: str, files: Sequence[diffs.FileDiff], patch: str, extra: str) -> str:
    """What to look at; `files` and `patch` are of the same difference, `extra` is the configuration's words."""
    marks = fences.Fences()
    parts = [_WHAT, marks.rules, marks.data("title of the pull request", seen.line(title, TITLE))]
    if files:
        listed = fences.first([_file(file) for file in files], _LIST, lambda count: f"[{count} more files]")
        parts.append(marks.data("changed files", listed))
    if patch:
        parts.append(marks.data("the change as a diff", _patch(patch)))
    if extra:
        parts.append(marks.request("instructions of the repository's configuration", seen.rendered(extra)))
    return "\n\n".join(parts)


def _file(file: diffs.FileDiff) -> str:
    source = f" from {seen.line(file.old_path, 300)}" if file.old_path else ""
    size = "binary" if file.binary else f"+{file.additions} -{file.deletions}"
    return f"{file.status} {size} {seen.line(file.path, 300)}{source}"


def _patch(patch: str) -> str:
    """Whole files of a diff: small ones first, as more of them fit, lock files last; the rest is counted."""
    pieces = [piece if piece.startswith("diff --git ") else "" for piece in _pieces(seen.spelled(patch))]
    locks = policy.matcher(policy.LOCK_FILES)
    order = sorted(filter(None, pieces), key=lambda piece: (locks.match_file(_path(piece)), len(piece)))
    return fences.first(order, PATCH, lambda count: f"[the diffs of {count} files are left out: read the files]")


def _pieces(patch: str) -> list[str]:
    head, *others = patch.split("\ndiff --git ")
    return [head, *(f"diff --git {other}" for other in others)]


def _path(piece: str) -> str:
    return piece.partition("\n")[0].rpartition(" b/")[2]
