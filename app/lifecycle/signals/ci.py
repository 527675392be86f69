"""What CI says of a commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.lifecycle.signals.about import AboutCommit


@dataclass(frozen=True, slots=True, kw_only=True)
class CiPassed(AboutCommit):
    """CI settled green."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiFailed(AboutCommit):
    """CI settled red. `signature` stays equal when the same thing fails again.

    `tries` is how often CI ran on this commit (the highest attempt of its workflow runs), None where that is
    not known: it tells the answer of a re-run from the one that led to it. `base_mended`: the base was as red, is
    not any more, and has commits that the branch lacks.

    `cause`: CI was green at this commit before (flaky), everything red ran out of time, or what is red are
    workflow files that cannot be run and that dursor may not change. `tried` tells of the fixes so far.
    """

    signature: str
    summary: str
    red_on_base: str | None = None
    base_mended: bool = False
    can_rerun: bool = False
    cause: Literal["code", "flaky", "timeout", "workflow"] = "code"
    tried: str = ""
    tries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CiConflicted(AboutCommit):
    """CI does not run because the pull request conflicts with its base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiStuck(AboutCommit):
    """CI will not come to an answer by itself."""

    cause: Literal["needs_person", "cancelled", "missing", "none"]
    why: str
