"""What people told a run to do, and what time did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.lifecycle.run import Mode, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class FixAsked:
    """A person said: fix this now, whatever the mode."""

    work: Work
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked:
    """A person asked for a review of the head, perhaps by a reviewer that they name."""

    by: str
    reviewer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeChosen:
    """A person chose another mode."""

    mode: Mode
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A person said: stop working, keep everything."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A person said: go on."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Canceled:
    """A person said: give this up."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAsked:
    """A person said: once more, with fresh allowances."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatesAsked:
    """A person wants several executors to try; this run waits until one of them is taken."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateTaken:
    """The candidate `number` goes on in place of the run that waited for it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """This candidate was taken: it goes on as the task's own run, and its pull request is no draft any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Nobody needs this candidate any more, and why."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRaised:
    """There may be money again: somebody added some, what was set aside came back, or a month began."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAsked:
    """A person said: bring the base branch in."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoAsked:
    """A person said: take the last commit of yours back."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRanOut:
    """A limit in minutes passed: of waiting for CI, or of the run as a whole."""

    of: Literal["ci", "total"]
    minutes: int
