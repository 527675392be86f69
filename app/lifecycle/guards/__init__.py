"""What a diff does that needs a person's word, found in its lines and not asked of a model.

A doubtful case is named; what a tidy refactoring does (renaming, moving, splitting, parametrizing tests) is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.lifecycle.guards import commands, content, limits, lists, marks, paths, tests
from app.lifecycle.guards.diff import ChangedFile, Diff, Found, Kind, read
from app.lifecycle.guards.rules import Rules

__all__ = ["ChangedFile", "Found", "Kind", "Rules", "look"]


def look(files: Sequence[ChangedFile], rules: Rules) -> tuple[Found, ...]:
    """Everything in a pull request's files that people have to know of before it is merged."""
    diffs = [read(file) for file in files]
    return (*paths.found(diffs, rules), *_weakens(diffs), *content.found(diffs, rules))


def _weakens(diffs: Sequence[Diff]) -> tuple[Found, ...]:
    """What in the files makes the checks weaker that judge them, each once."""
    found = [
        *tests.found(diffs),
        *marks.found(diffs),
        *limits.found(diffs),
        *lists.found(diffs),
        *commands.found(diffs),
    ]
    return tuple(dict.fromkeys(found))
