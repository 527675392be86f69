"""What happened to a run, in the past tense. GitHub, our own outcomes and the passing of time speak here.

A signal `AboutCommit` counts only while its `sha` is the run's head; one `AboutAttempt` only while its
`attempt` is the run's. Texts are for people and already bounded and redacted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.lifecycle.run import MergeWay, Mode, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutCommit:
    """Base of what is true of one commit only."""

    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutAttempt:
    """Base of what one executor run or review reports."""

    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A task began: with a pull request that exists (adopted) or with nothing but an instruction."""

    adopted: bool


# Our own outcomes


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
    """The reviewer broke; nothing is known about the code."""

    error: str


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


# CI at a commit


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


# The pull request


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
class ProgramsFought(AboutCommit):
    """Another program answered each step of ours with one of its own; `why` names it and what it did."""

    why: str


# Commands and time


@dataclass(frozen=True, slots=True, kw_only=True)
class FixAsked:
    """A person said: fix this now, whatever the mode."""

    work: Work
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked:
    """A person asked for a review of the head."""

    by: str


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
class BaseChanged:
    """The pull request is to go into another branch: the same commit is another change there."""

    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged:
    """The pull request became a draft, or is one no longer."""

    draft: bool


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


Signal = (
    Started
    | WorkFinished
    | WorkFailed
    | WorkRefused
    | BudgetSpent
    | UpdateConflicted
    | Pushed
    | PullOpened
    | PullLeft
    | ReviewFinished
    | FindingsDeclined
    | ReviewFailed
    | MergeLeft
    | MergeRefused
    | GatesMet
    | EffectFailed
    | CiPassed
    | CiFailed
    | CiConflicted
    | CiStuck
    | HeadMoved
    | PullMerged
    | PullClosed
    | Approved
    | ApprovalWithdrawn
    | ChangesRequested
    | ProgramsFought
    | FixAsked
    | ReviewAsked
    | ModeChosen
    | Paused
    | Resumed
    | BaseChanged
    | DraftChanged
    | Canceled
    | CandidatesAsked
    | CandidateTaken
    | Picked
    | Dropped
    | RetryAsked
    | BudgetRaised
    | UpdateAsked
    | UndoAsked
    | TimeRanOut
)
