"""What a diff adds: secrets, more than the limits allow, and what nobody can read in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.lifecycle.guards import names
from app.lifecycle.guards.diff import LONGEST, Diff, Found, Kind, read
from app.lifecycle.guards.rules import Rules

_LINES_NAMED = 5


def found(diffs: Sequence[Diff], rules: Rules) -> Iterator[Found]:
    """Everything of that kind. Of a secret the place is told and never the text."""
    for diff in diffs:
        yield from _secrets(diff, rules)
    yield from _size(diffs, rules)
    for diff in diffs:
        yield from _unreadable(diff)
    if rules.files_in_all is not None and rules.files_in_all > len(diffs):
        words = f"GitHub lists {len(diffs)} of {rules.files_in_all} files"
        yield Found(Kind.UNREADABLE, "", words)


def _secrets(diff: Diff, rules: Rules) -> Iterator[Found]:
    path = diff.file.path
    whole = read(diff.file, longest=len(diff.file.patch or "")) if diff.is_cut else diff
    added = (line for hunk in whole.hunks for line in hunk.new if line.is_changed)
    if numbers := [line.number for line in added if rules.is_secret(path, line.text)]:
        shown = ", ".join(map(str, numbers[:_LINES_NAMED])) + (" and more" if len(numbers) > _LINES_NAMED else "")
        yield Found(Kind.SECRET, path, f"{path} in line {shown}" if len(numbers) == 1 else f"{path} in lines {shown}")


def _size(diffs: Sequence[Diff], rules: Rules) -> Iterator[Found]:
    files = max(len(diffs), rules.files_in_all or 0)
    lines = sum(diff.file.additions + diff.file.deletions for diff in diffs)
    if files > rules.max_files or lines > rules.max_lines:
        words = f"{files} files and {lines} lines are over the limits ({rules.max_files}, {rules.max_lines})"
        yield Found(Kind.SIZE, "", words)


def _unreadable(diff: Diff) -> Iterator[Found]:
    """Files whose change is not in the patch: nothing was looked for in them.

    Needless where nothing can be in them: an empty file, a pure renaming, and a deletion, unless tests went with it.
    """
    file = diff.file
    if file.patch is not None:
        if (len(diff.added), len(diff.removed)) != (file.additions, file.deletions) and file.status != "changed":
            yield Found(Kind.UNREADABLE, file.path, f"{file.path} is shown in part")
        elif diff.is_cut:
            yield Found(Kind.UNREADABLE, file.path, f"{file.path} has a line of more than {LONGEST} characters")
    elif file.additions or (file.deletions and not file.is_gone):
        yield Found(Kind.UNREADABLE, file.path, f"{file.path} is too large to be shown")
    elif file.status in {"added", "modified", "copied"} and not file.is_empty:
        yield Found(Kind.UNREADABLE, file.path, f"{file.path} is binary, or only its mode changed")
    elif file.is_gone and file.deletions and names.is_settings(file):
        yield Found(Kind.UNREADABLE, file.path, f"{file.path} is deleted and not shown")
