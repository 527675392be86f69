"""The merge gate: every condition that is not met, in words. An empty answer means: merge.

Facts that could not be learnt count as unmet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.lifecycle.ci_verdict import Answer
from app.lifecycle.diff_guards import ChangedFile, weakens

__all__ = ["ChangedFile", "Facts", "Gate", "Unmet", "unmet"]


class Gate(StrEnum):
    """One condition of a merge."""

    CI = "ci"
    REVIEW = "review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVALS = "approvals"
    APPROVAL = "approval"
    DRAFT = "draft"
    CONFLICT = "conflict"
    BEHIND = "behind"
    PROTECTED = "protected"
    GAMING = "gaming"
    SECRET = "secret"  # noqa: S105 (the name of a gate)
    SIZE = "size"
    FORK = "fork"
    STACK = "stack"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that does not hold, why, and who can change that."""

    gate: Gate
    why: str
    actor: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The pull request as it is now. `human_approved` is about exactly this head."""

    ci: Answer
    ci_why: str
    none_is_green: bool
    needs_approval: bool
    human_approved: bool
    review_wanted: bool
    review_score: float | None
    min_score: float
    blocking_findings: int
    changes_requested_by: Sequence[str]
    approvals: int
    approvals_needed: int
    is_draft: bool
    has_conflict: bool
    is_behind: bool
    must_be_current: bool
    is_fork: bool
    is_stacked: bool
    needs_queue: bool
    files: Sequence[ChangedFile]
    max_files: int
    max_lines: int
    protected: Sequence[str]
    secrets_in: Sequence[str]


def unmet(facts: Facts) -> tuple[Unmet, ...]:
    """Everything that stands between the pull request and its merge, the gravest first."""
    return (*_of_people(facts), *_of_code(facts), *_of_diff(facts))


def _of_people(facts: Facts) -> list[Unmet]:
    found: list[Unmet] = []
    if facts.is_draft:
        found.append(Unmet(Gate.DRAFT, "it is a draft", "the author"))
    if facts.changes_requested_by:
        who = ", ".join(facts.changes_requested_by)
        found.append(Unmet(Gate.CHANGES_REQUESTED, f"{who} requested changes", who))
    if facts.needs_approval and not facts.human_approved:
        found.append(Unmet(Gate.APPROVAL, "nobody with write permission approved this commit", "a maintainer"))
    if facts.approvals < facts.approvals_needed:
        words = f"the branch demands {facts.approvals_needed} approvals and has {facts.approvals}"
        found.append(Unmet(Gate.APPROVALS, words, "a reviewer"))
    if facts.is_fork and not facts.human_approved:
        found.append(Unmet(Gate.FORK, "it comes from a fork and no maintainer approved this commit", "a maintainer"))
    return found


def _of_code(facts: Facts) -> list[Unmet]:
    found: list[Unmet] = []
    if facts.has_conflict:
        found.append(Unmet(Gate.CONFLICT, "it conflicts with its base branch", "dursor"))
    if facts.is_behind and facts.must_be_current:
        found.append(Unmet(Gate.BEHIND, "the branch demands that it holds the newest base", "dursor"))
    green = facts.ci is Answer.GREEN or (facts.ci is Answer.NONE and facts.none_is_green)
    if not green:
        found.append(Unmet(Gate.CI, f"CI is {facts.ci}: {facts.ci_why}", "CI"))
    if facts.review_wanted and facts.review_score is None:
        found.append(Unmet(Gate.REVIEW, "this commit was not reviewed", "dursor"))
    elif facts.review_wanted and facts.blocking_findings:
        words = f"the review has {facts.blocking_findings} findings that block"
        found.append(Unmet(Gate.REVIEW, words, "dursor"))
    elif facts.review_wanted and (facts.review_score or 0) < facts.min_score:
        words = f"the review scored {facts.review_score:.2f} of {facts.min_score:.2f}"
        found.append(Unmet(Gate.REVIEW, words, "dursor"))
    if facts.is_stacked:
        found.append(Unmet(Gate.STACK, "it is part of a stack, which GitHub merges as a whole", "a maintainer"))
    if facts.needs_queue:
        found.append(Unmet(Gate.QUEUE, "the branch merges through a merge queue", "a maintainer"))
    return found


def _of_diff(facts: Facts) -> list[Unmet]:
    found: list[Unmet] = []
    if facts.secrets_in:
        found.append(Unmet(Gate.SECRET, f"it adds what looks like a secret: {_few(facts.secrets_in)}", "the author"))
    lines = sum(file.additions + file.deletions for file in facts.files)
    if len(facts.files) > facts.max_files or lines > facts.max_lines:
        words = f"{len(facts.files)} files and {lines} lines are over the limits ({facts.max_files}, {facts.max_lines})"
        found.append(Unmet(Gate.SIZE, words, "the author"))
    if not facts.human_approved:
        if facts.protected:
            found.append(Unmet(Gate.PROTECTED, f"it touches protected paths: {_few(facts.protected)}", "a maintainer"))
        if weakened := weakens(facts.files):
            found.append(Unmet(Gate.GAMING, f"it weakens what checks it: {_few(weakened)}", "a maintainer"))
    return found


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
