"""A run: one pull request on its way from "opened" to "merged", as the deciding function sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How much dursor does unasked."""

    INTERACTIVE = "interactive"
    SEMI_AUTO = "semi_auto"
    FULL_AUTO = "full_auto"


class Phase(StrEnum):
    """Where a run stands. The last three are terminal; a retry reopens `failed` and `canceled`."""

    CODING = "coding"
    WAITING_CI = "waiting_ci"
    FIXING_CI = "fixing_ci"
    REVIEWING = "reviewing"
    FIXING_REVIEW = "fixing_review"
    AWAITING_HUMAN = "awaiting_human"
    MERGING = "merging"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"


WORKING = frozenset({Phase.CODING, Phase.FIXING_CI, Phase.FIXING_REVIEW})
"""Phases in which an executor edits the branch."""

TERMINAL = frozenset({Phase.COMPLETED, Phase.FAILED, Phase.CANCELED})


class Work(StrEnum):
    """What an executor was asked to do."""

    TASK = "task"
    CI = "ci"
    REVIEW = "review"
    PEOPLE = "people"
    CONFLICT = "conflict"
    UPDATE = "update"
    UNDO = "undo"


BY_GIT = frozenset({Work.UPDATE, Work.UNDO})
"""What git does by itself, without an executor."""

UNCOUNTED = BY_GIT | {Work.TASK}
"""What is no fix, so that no limit counts it."""


class Wait(StrEnum):
    """Why a run waits for a person."""

    APPROVAL = "approval"
    CI_RED = "ci_red"
    CI_NEEDS_PERSON = "ci_needs_person"
    CI_MISSING = "ci_missing"
    CI_CANCELLED = "ci_cancelled"
    CI_TOO_SLOW = "ci_too_slow"
    NO_CI = "no_ci"
    BASE_RED = "base_red"
    CONFLICT = "conflict"
    NO_PROGRESS = "no_progress"
    NO_CHANGE = "no_change"
    OPENING = "opening"
    FINDINGS = "findings"
    CHANGES_ASKED = "changes_asked"
    GATE = "gate"
    LOOP = "loop"
    REFUSED = "refused"
    BROKEN = "broken"
    BUDGET = "budget"
    CANDIDATE = "candidate"
    CANDIDATES = "candidates"


CI_WAITS = frozenset(
    {
        Wait.CI_RED,
        Wait.CI_NEEDS_PERSON,
        Wait.CI_MISSING,
        Wait.CI_CANCELLED,
        Wait.CI_TOO_SLOW,
        Wait.NO_CI,
        Wait.BASE_RED,
        Wait.CONFLICT,
        Wait.NO_PROGRESS,
    }
)
"""Waits for a person that an answer of CI led to; they end by themselves when CI turns green."""


class MergeWay(StrEnum):
    """How GitHub was asked to merge a commit later, by itself."""

    QUEUE = "queue"
    AUTO = "auto"


_REMEMBERED_TREES = 20


@dataclass(frozen=True, slots=True)
class Run:
    """A row of `agentic_runs`, without what deciding does not need.

    `attempt` is the fence: it numbers the executor runs and reviews of this run, and an outcome that
    carries another number is too late. `iteration` counts fixes of every kind. `asked` says that people
    asked for work that could not begin yet: what they wrote while an executor works, else `work`. `came_from`
    is the phase it began to wait in; a run that waits for CI and came from a review needs none after it.
    `merge_way` is set from before GitHub is asked to merge later until that is done, or called off for certain.
    """

    id: str
    mode: Mode
    phase: Phase
    head_sha: str | None = None
    pr_number: int | None = None
    iteration: int = 0
    ci_iterations: int = 0
    review_iterations: int = 0
    human_approved: bool = False
    paused: bool = False
    attempt: int = 0
    failures: int = 0
    work: Work | None = None
    wait: Wait | None = None
    note: str | None = None
    came_from: Phase | None = None
    signature: str | None = None
    rerun_sha: str | None = None
    trees: tuple[str, ...] = ()
    asked: bool = False
    merge_way: MergeWay | None = None

    @property
    def is_terminal(self) -> bool:
        """Whether nothing but a retry can move it."""
        return self.phase in TERMINAL

    @property
    def is_working(self) -> bool:
        """Whether an executor has the branch."""
        return self.phase in WORKING

    @property
    def has_work(self) -> bool:
        """Whether an executor has the branch, or would have it if there were money."""
        return self.is_working or (self.wait is Wait.BUDGET and self.came_from in WORKING)

    @property
    def owes_people(self) -> bool:
        """Whether people asked for something that is not done, nor told to have come to nothing."""
        return self.asked or (self.has_work and self.work is Work.PEOPLE)

    @property
    def is_busy(self) -> bool:
        """Whether an executor or a reviewer works for it."""
        return self.is_working or self.phase is Phase.REVIEWING

    @property
    def is_merging(self) -> bool:
        """Whether its merge is wanted now."""
        return self.phase is Phase.MERGING and not self.paused

    @property
    def awaits_ci(self) -> bool:
        """Whether it waits for CI, or for a person because of what CI said or because CI could not be read."""
        unread = self.wait is Wait.BROKEN and self.came_from is Phase.WAITING_CI
        answered = self.wait in CI_WAITS and not self.awaits_findings
        return self.phase is Phase.WAITING_CI or answered or unread

    @property
    def awaits_findings(self) -> bool:
        """Whether it waits for a person because of what a review found, or finds in spite of its fixes."""
        no_progress = self.wait is Wait.NO_PROGRESS and self.came_from is Phase.REVIEWING
        return self.wait is Wait.FINDINGS or no_progress

    def remembering(self, *trees: str | None) -> tuple[str, ...]:
        """The trees seen so far and `trees`, the newest last, bounded."""
        new = tuple(tree for tree in trees if tree)
        return (*(seen for seen in self.trees if seen not in new), *new)[-_REMEMBERED_TREES:]
