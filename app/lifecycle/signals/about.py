"""What signals are about: a commit, or an attempt; one about another than the current one changes nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutCommit:
    """Base of what is true of one commit only."""

    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutAttempt:
    """Base of what one executor run or review reports."""

    attempt: int
