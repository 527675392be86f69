"""A pull request's files as GitHub lists them, each patch read into the text before and the text after it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a diff does that a person has to know of."""

    TESTS = "tests"
    SKIPPED = "skipped"
    ASSERTIONS = "assertions"
    SNAPSHOTS = "snapshots"
    COMMANDS = "commands"
    LIMIT = "limit"
    SILENCED = "silenced"
    PROTECTED = "protected"
    WORKFLOW = "workflow"
    OWNERS = "owners"
    OWN_CONFIGURATION = "own_configuration"
    LOCK_FILE = "lock_file"
    AGENT_SETTINGS = "agent_settings"
    GIT_SETTINGS = "git_settings"
    SUBMODULE = "submodule"
    FILE_TYPE = "file_type"
    SECRET = "secret"  # noqa: S105 (the name of a kind)
    SIZE = "size"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a diff does: its kind, the file (empty: the whole), and a phrase that says both to people."""

    kind: Kind
    path: str
    phrase: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the pull request's diff; `patch` has its hunks, None where GitHub shows none."""

    path: str
    status: str
    additions: int
    deletions: int
    patch: str | None = None
    old_path: str | None = None
    is_empty: bool = False

    @property
    def is_gone(self) -> bool:
        return self.status in {"removed", "deleted"}

    @property
    def names(self) -> tuple[str, ...]:
        """Its path, and the one it had before."""
        return (self.path, self.old_path) if self.old_path else (self.path,)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one side of a hunk; `is_changed` tells it from what both sides have, `number` counts from 1."""

    text: str
    is_changed: bool
    number: int


@dataclass(frozen=True, slots=True)
class Hunk:
    """Both sides of a hunk, and the line that git shows as its heading."""

    heading: str
    old: list[Line] = field(default_factory=list)
    new: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Diff:
    """A file with its hunks read. `is_cut`: a changed line is longer than what was read of it."""

    file: ChangedFile
    hunks: list[Hunk]
    removed: list[str]
    added: list[str]
    is_cut: bool = False


_HEADER = re.compile(r"@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@ ?(.{0,300})")


LONGEST = 2000
"""Characters of a line that are looked at; people write shorter ones, and each costs time."""


def read(file: ChangedFile, longest: int = LONGEST) -> Diff:
    """Read a file's patch. Only a line feed ends a line: other ends that Unicode knows may stand within one."""
    hunks: list[Hunk] = []
    removed: list[str] = []
    added: list[str] = []
    old_at = new_at = 1
    is_cut = False
    for raw in (file.patch or "").split("\n"):
        sign, text = raw[:1], raw[1 : longest + 1].removesuffix("\r")
        if sign == "@" and (header := _HEADER.match(raw)):
            old_at, new_at = int(header[1]), int(header[2])
            hunks.append(Hunk(header[3]))
            continue
        if sign not in {"-", "+", " "}:
            continue
        is_cut = is_cut or (sign != " " and len(raw) > longest + 1)
        if not hunks:
            hunks.append(Hunk(""))
        if sign == "-":
            removed.append(text)
        elif sign == "+":
            added.append(text)
        if sign != "+":
            hunks[-1].old.append(Line(text, sign == "-", old_at))
            old_at += 1
        if sign != "-":
            hunks[-1].new.append(Line(text, sign == "+", new_at))
            new_at += 1
    return Diff(file, hunks, removed, added, is_cut)
