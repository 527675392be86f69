"""Reads `on:` of a workflow and says which events start it, with the filters on branches, paths and types."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

_TYPES = {"pull_request": ("opened", "synchronize", "reopened")}
_FILTERS = ("branches", "branches-ignore", "paths", "paths-ignore", "types")


@dataclass(frozen=True, slots=True)
class Trigger:
    """The filters of one event; an empty one lets everything pass. A pattern with `!` takes out again."""

    branches: tuple[str, ...] = ()
    branches_ignore: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    paths_ignore: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


def read(value: Any) -> dict[str, Trigger]:
    """Triggers by event from `on:`, which is a name, a list of names or a mapping; raises ValueError."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        value = dict.fromkeys(map(str, value))
    events = value if isinstance(value, dict) else {}
    if not events:
        raise ValueError("no event is named")
    return {str(event): _trigger(str(event), filters) for event, filters in events.items()}


def matches(on: Mapping[str, Trigger], event: str, action: str | None, branch: str, paths: Collection[str]) -> bool:
    """Whether `event` starts the workflow.

    `branch` is the pushed branch or the base of the pull request, `paths` are the changed files.
    """
    trigger = on.get(event)
    if trigger is None:
        return False
    return (
        (not trigger.types or action in trigger.types)
        and (not trigger.branches or _selects(trigger.branches, branch))
        and not _selects(trigger.branches_ignore, branch)
        and (not trigger.paths or any(_selects(trigger.paths, path) for path in paths))
        and not (paths and all(_selects(trigger.paths_ignore, path) for path in paths))
    )


def _trigger(event: str, filters: Any) -> Trigger:
    # A schedule has a list here, but it never happens on this hub.
    values = filters if isinstance(filters, dict) else {}
    found = {name.replace("-", "_"): _patterns(values.get(name, [])) for name in _FILTERS}
    found["types"] = found["types"] or _TYPES.get(event, ())
    return Trigger(**found)


def _patterns(value: Any) -> tuple[str, ...]:
    patterns = tuple(str(one) for one in (value if isinstance(value, list) else [value]))
    for pattern in patterns:
        if set(pattern) & set("?+[]"):
            raise ValueError(f"the pattern {pattern!r} has more than stars, which is not supported here")
    return patterns


def _selects(patterns: tuple[str, ...], name: str) -> bool:
    """Whether the last pattern that matches `name` is one that takes it in."""
    selected = False
    for pattern in patterns:
        if _regex(pattern.removeprefix("!")).fullmatch(name):
            selected = not pattern.startswith("!")
    return selected


def _regex(pattern: str) -> re.Pattern[str]:
    """GitHub's filter pattern: `*` stays within a directory, `**` does not."""
    # https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#filter-pattern-cheat-sheet
    text = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return re.compile(text)
