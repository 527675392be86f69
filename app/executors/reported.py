"""What a reviewer reports, be it an agent or a tool that writes SARIF: findings, and what became of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.executors import sarif_classes as classes

Side = Literal["new", "old"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reviewer has to say; every text is redacted, bounded and free of hidden characters.

    `path` is relative to the worktree, None for what is not about one of its files. Lines count from 1,
    both ends included, None for the file as a whole. `suggestion` is what those lines should read instead.
    `side` is old for lines of the base that the change removes. `known` is the number that the reviewer was told.
    """

    path: str | None
    line_start: int | None
    line_end: int | None
    severity: classes.Severity
    category: classes.Category
    rule: str
    title: str
    description: str
    suggestion: str | None = None
    snippet: str | None = None
    side: Side = "new"
    known: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All findings in the order they came in; `notes` says what was left out, and what tools failed.

    `resolved` are numbers of findings of before that are none any more. Where it is not `complete`, something that
    was found is missing, or somebody did not finish looking: that nothing is there says nothing then.
    """

    findings: tuple[Finding, ...]
    tools: tuple[str, ...]
    notes: tuple[str, ...] = ()
    resolved: tuple[int, ...] = ()
    complete: bool = True
