"""The merge gate: every condition that is not met, in words. An empty answer means: merge.

Facts that could not be learnt count as unmet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.lifecycle import diff_gates, people_gates
from app.lifecycle.ci_verdict import Answer
from app.lifecycle.gate import Evidence, Gate, Unmet, few
from app.lifecycle.guards import Found
from app.lifecycle.people_gates import People

__all__ = ["Evidence", "Facts", "Finding", "Gate", "People", "Unmet", "ci_gate", "review_gate", "unmet"]

NOT_REVIEWED = "this commit was not reviewed"
NOT_APPROVED = "nobody with write permission approved this commit"
DRAFT = Unmet(Gate.DRAFT, "it is a draft", "the author")


@dataclass(frozen=True, slots=True)
class Finding:
    """An open finding of the review: F and its number, how grave, where, and its thread where it was posted."""

    name: str
    severity: str
    place: str
    title: str
    url: str | None = None

    @property
    def evidence(self) -> Evidence:
        """The finding as evidence."""
        return Evidence(f"{self.name} ({self.severity}, {self.place})", self.url)


@dataclass(frozen=True, slots=True)
class Facts:
    """The pull request as it is now.

    `human_approved` is about exactly this head; `blocking` are findings of the review, `guarded` those of the
    guards.
    """

    ci: Answer
    ci_why: str
    none_is_green: bool
    needs_approval: bool
    human_approved: bool
    review_wanted: bool
    review_score: float | None
    min_score: float
    is_draft: bool
    has_conflict: bool
    is_behind: bool
    must_be_current: bool
    is_fork: bool
    is_stacked: bool
    guarded: Sequence[Found]
    people: People = field(default_factory=People)
    ci_evidence: Sequence[Evidence] = ()
    blocking: Sequence[Finding] = ()
    others: Sequence[Finding] = ()
    base: str = "the base branch"


def unmet(facts: Facts) -> tuple[Unmet, ...]:
    """Everything that stands between the pull request and its merge, the gravest first."""
    of_diff = diff_gates.unmet(facts.guarded, human_approved=facts.human_approved)
    return (*_of_people(facts), *_of_code(facts), *of_diff)


def ci_gate(answer: str, why: str, evidence: Sequence[Evidence], *, none_is_green: bool) -> Unmet | None:
    """The gate of CI, which answered so because of `why`; None when it holds."""
    if answer == Answer.GREEN or (answer == Answer.NONE and none_is_green):
        return None
    stands = "there is no CI" if answer == Answer.NONE else f"CI is {answer.replace('_', ' ')}"
    words = f"{stands}: {why}" if why else stands
    return Unmet(Gate.CI, words, "CI" if answer == Answer.PENDING else "whoever mends it", evidence)


def review_gate(
    score: float | None, least: float, blocking: Sequence[Finding], others: Sequence[Finding] = ()
) -> Unmet | None:
    """The gate of a review that is wanted; None when it holds. `score` is None before this commit was reviewed."""
    if score is None:
        return Unmet(Gate.REVIEW, NOT_REVIEWED, "dursor")
    if blocking:
        plural = "s that block" if len(blocking) > 1 else " that blocks"
        words = f"the review has {len(blocking)} finding{plural}: {few([one.name for one in blocking])}"
        return Unmet(Gate.REVIEW, words, "dursor", [one.evidence for one in blocking])
    if score < least:
        words = f"the review scored {score:.2f} of {least:.2f}"
        return Unmet(Gate.REVIEW, words, "dursor", [one.evidence for one in others])
    return None


def _of_people(facts: Facts) -> list[Unmet]:
    found: list[Unmet] = []
    if facts.is_draft:
        found.append(DRAFT)
    before = facts.people.approved_before
    if facts.needs_approval and not facts.human_approved:
        found.append(Unmet(Gate.APPROVAL, NOT_APPROVED, "a maintainer", before))
    found += people_gates.unmet(facts.people)
    if facts.is_fork and not facts.human_approved:
        words = "it comes from a fork and no maintainer approved this commit"
        found.append(Unmet(Gate.FORK, words, "a maintainer", before))
    return found


def _of_code(facts: Facts) -> list[Unmet]:
    found: list[Unmet] = []
    if facts.has_conflict:
        found.append(Unmet(Gate.CONFLICT, "it conflicts with its base branch", "dursor", [Evidence(facts.base)]))
    if facts.is_behind and facts.must_be_current:
        words = "the branch demands that it holds the newest base"
        found.append(Unmet(Gate.BEHIND, words, "dursor", [Evidence(facts.base)]))
    ci = ci_gate(facts.ci, facts.ci_why, facts.ci_evidence, none_is_green=facts.none_is_green)
    found += [ci] if ci else []
    if facts.review_wanted:
        review = review_gate(facts.review_score, facts.min_score, facts.blocking, facts.others)
        found += [review] if review else []
    if facts.is_stacked:
        found.append(Unmet(Gate.STACK, "it is part of a stack, which GitHub merges as a whole", "a maintainer"))
    return found
