"""What came of what we did ourselves: executor runs, pushes, reviews, merges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.lifecycle.run import MergeWay
from app.lifecycle.signals.about import AboutAttempt, AboutCommit


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A task began: with a pull request that exists (adopted) or with nothing but an instruction."""

    adopted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFinished(AboutAttempt):
    """The executor ended well; `commit` is None when it left every file as it was."""

    commit: str | None
    tree: str | None = None
    base_tree: str | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFailed(AboutAttempt):
    """The executor ended badly, ran out of time, or was lost with its machine."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRefused(AboutAttempt):
    """What the executor left may not be pushed: it breaks the tree policy or a rule of the branch."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSpent(AboutAttempt):
    """The executor or reviewer was not started: no budget holds what it may cost."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateConflicted(AboutAttempt):
    """The base branch did not come in by itself; `files` names what conflicts."""

    files: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed(AboutAttempt):
    """Our commit is the head of the branch now."""

    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOpened:
    """The pull request of a run that started without one exists now."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PullLeft:
    """The branch is pushed, and a person is to open its pull request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFinished(AboutAttempt):
    """The review of a commit, with its score (0 to 1) and the number of findings that block.

    `stuck` names, in words, the findings that the last fix was meant for and that it left, if that is all of them
    or if one outlived two fixes.
    """

    sha: str
    score: float
    blocking: int
    stuck: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsDeclined(AboutCommit):
    """A person declined findings of the review of this commit: its score and what blocks, without them."""

    score: float
    blocking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFailed(AboutAttempt):
    """The reviewer broke; nothing is known about the code. Without a `reviewer`, there was none to ask."""

    error: str
    reviewer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLeft(AboutCommit):
    """GitHub is asked now to merge this commit by itself, when all that it waits for holds."""

    way: MergeWay


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRefused(AboutCommit):
    """The merge did not happen, and why."""

    cause: Literal["conflict", "behind", "unreviewed", "gate", "refused"]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatesMet(AboutCommit):
    """Every merge gate holds at this commit, where one did not before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectFailed:
    """An effect was given up; `attempt` and `sha` are the effect's, where it has them."""

    effect: str
    error: str
    attempt: int | None = None
    sha: str | None = None
