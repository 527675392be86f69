"""Diffs for the guards, as GitHub shows them, and how the files that hold them are read.

In a `.diffs` file a row begins with `### what it does`; each of its files with `=== status path`, or with
`=== renamed path from old-path`, before its patch; and `>>> ` precedes each phrase that must be said of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.lifecycle.guards import ChangedFile


@dataclass
class Row:
    """One diff of a table: its title, its files, and what is said of it."""

    title: str
    files: list[ChangedFile] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def diff(path: str, patch: str, status: str = "modified", old_path: str | None = None) -> ChangedFile:
    """A file of a pull request; the numbers of its lines are counted from the patch."""
    lines = patch.split("\n")
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return ChangedFile(path, status, added, removed, patch, old_path)


def gone(path: str, patch: str) -> ChangedFile:
    """A file that was deleted."""
    return diff(path, patch, "removed")


def table(name: str) -> list[Row]:
    """The rows of one of the files beside this one."""
    text = (Path(__file__).parent / f"{name}.diffs").read_text("utf-8")
    return [_row(section) for section in text.removeprefix("### ").split("\n### ")]


def _row(section: str) -> Row:
    title, *files = section.rstrip("\n").split("\n=== ")
    row = Row(title)
    for text in files:
        head, *lines = text.split("\n")
        row.said += [line.removeprefix(">>> ") for line in lines if line.startswith(">>> ")]
        status, path, *old = head.split(" ")
        patch = "\n".join(line for line in lines if not line.startswith(">>> "))
        row.files.append(diff(path, patch, status, old[1] if old else None))
    return row
