"""The gates that people open: approvals, requested changes, code owners, conversations, as the branch demands them.

GitHub's own decision counts beside dursor's count: what it demands and dursor cannot explain does not merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.lifecycle.gate import Evidence, Gate, Unmet, few


class ReviewDecision(StrEnum):
    """What GitHub makes of the reviews by the branch's rules; `none` where it demands nothing."""

    NONE = "none"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REVIEW_REQUIRED = "review_required"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class People:
    """What people said, each as its latest opinion, and what the branch wants of them.

    `approvals` are of exactly this head, by people who may write; `approved_before` are theirs of older commits,
    `by_others` those of people who did not push the head. `uncounted` are requests for changes by bots, by people who
    may not write and by accounts that are gone. `conversations` are the open ones, None where that was not told;
    `more_conversations` says that there were more than were read.
    """

    changes_requested: Sequence[Evidence] = ()
    uncounted: Sequence[Evidence] = ()
    approvals: Sequence[Evidence] = ()
    approved_before: Sequence[Evidence] = ()
    by_others: Sequence[Evidence] = ()
    approvals_needed: int = 0
    decision: ReviewDecision = ReviewDecision.UNKNOWN
    needs_owner: bool = False
    owners_asked: Sequence[str] = ()
    needs_other_than_pusher: bool = False
    pushers: Sequence[str] = ()
    needs_conversations: bool = False
    conversations: Sequence[Evidence] | None = None
    more_conversations: bool = False


def unmet(people: People) -> list[Unmet]:
    """Everything that people still have to do."""
    found = [*_approvals(people), *_owners(people), *_last_push(people)]
    return [*asked_for(people.changes_requested), *found, *_decision(people, found), *_conversations(people)]


def asked_for(changes: Sequence[Evidence]) -> list[Unmet]:
    """The gate of those who may write and want changes; nothing where nobody does."""
    if not changes:
        return []
    who = ", ".join(one.text for one in changes)
    return [Unmet(Gate.CHANGES_REQUESTED, f"{who} requested changes", who, changes)]


def _approvals(people: People) -> list[Unmet]:
    if len(people.approvals) >= people.approvals_needed:
        return []
    given = f" ({few([one.text for one in people.approvals])})" if people.approvals else ""
    plural = "s" if people.approvals_needed > 1 else ""
    words = f"the branch demands {people.approvals_needed} approval{plural} of this commit"
    words += f" and has {len(people.approvals)}{given}"
    return [Unmet(Gate.APPROVALS, words, "a reviewer", (*people.approvals, *people.approved_before))]


def _owners(people: People) -> list[Unmet]:
    """GitHub alone knows who owns what; while its decision is not told, nobody is taken to have agreed."""
    if not people.needs_owner or people.decision in {ReviewDecision.APPROVED, ReviewDecision.NONE}:
        return []
    asked = few(people.owners_asked)
    if people.decision is ReviewDecision.UNKNOWN:
        words = "whether a code owner approved could not be read"
    elif people.owners_asked:
        words = f"a code owner has to approve: {asked}"
    elif people.decision is ReviewDecision.REVIEW_REQUIRED and len(people.approvals) >= people.approvals_needed:
        words = "a code owner has to approve"
    else:
        return []
    return [Unmet(Gate.CODE_OWNERS, words, asked or "a code owner")]


def _last_push(people: People) -> list[Unmet]:
    if not people.needs_other_than_pusher or people.by_others:
        return []
    pushed = f", {few(people.pushers)}" if people.pushers else ""
    words = f"the branch demands an approval of the last push by somebody other than who pushed it{pushed}"
    return [Unmet(Gate.LAST_PUSH, words, "a reviewer", people.approvals)]


def _decision(people: People, explained: Sequence[Unmet]) -> list[Unmet]:
    """What GitHub demands and dursor's own count does not explain."""
    match people.decision:
        case ReviewDecision.UNKNOWN:
            words = "what GitHub makes of the reviews could not be read"
            return [Unmet(Gate.REVIEW_DECISION, words, "GitHub")]
        case ReviewDecision.CHANGES_REQUESTED if not people.changes_requested:
            who = few([one.text for one in people.uncounted])
            told = f" by {who}" if who else ""
            words = f"GitHub counts a request for changes{told}; dismissing that review takes it away"
            return [Unmet(Gate.REVIEW_DECISION, words, "a maintainer", people.uncounted)]
        case ReviewDecision.REVIEW_REQUIRED if not explained:
            words = "GitHub demands a review that dursor's own count does not explain"
            return [Unmet(Gate.REVIEW_DECISION, words, "a reviewer", people.approvals)]
        case _:
            return []


def _conversations(people: People) -> list[Unmet]:
    if not people.needs_conversations:
        return []
    open_ = people.conversations
    if open_ is None or (not open_ and people.more_conversations):
        words = "the branch demands resolved conversations, and not all could be read"
        return [Unmet(Gate.CONVERSATIONS, words, "a maintainer")]
    if not open_:
        return []
    least = "at least " if people.more_conversations else ""
    verb = "are" if len(open_) > 1 else "is"
    words = f"the branch demands resolved conversations, and {least}{len(open_)} {verb} open"
    return [Unmet(Gate.CONVERSATIONS, words, "the author or a reviewer", open_)]
