"""What became of the pull request, by people and other programs."""

from __future__ import annotations

from dataclasses import dataclass

from app.lifecycle.signals.about import AboutCommit


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadMoved:
    """`sha` is the head of the branch now; `by_person` is False for a push of a program, or of nobody knows whom."""

    sha: str
    by_person: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PullMerged:
    """The pull request is merged, by us or by a person."""

    sha: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullClosed:
    """Closed without a merge, its branch deleted, or the repository out of reach."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(AboutCommit):
    """A person with write permission approved exactly this commit."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWithdrawn(AboutCommit):
    """The approval of this commit was dismissed or replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesRequested:
    """A trusted person asked for changes; the words are among the task's messages."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsWithdrawn:
    """Reviews that asked for changes were dismissed, and nobody asks for anything that is not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramsFought(AboutCommit):
    """Another program answered each step of ours with one of its own; `why` names it and what it did."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseChanged:
    """The pull request is to go into another branch: the same commit is another change there."""

    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged:
    """The pull request became a draft, or is one no longer."""

    draft: bool
