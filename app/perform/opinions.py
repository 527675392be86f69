"""Whose reviews count: the latest opinion of each person, asked of GitHub whether they may write now.

GitHub, "About pull request reviews" and "About protected branches": approvals count from people with write access; a
comment does not replace an opinion, a dismissal takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.github import picture, review_state, reviews
from app.github import repository as repositories
from app.lifecycle.checks import BranchRules
from app.lifecycle.gate import Evidence
from app.lifecycle.people_gates import People, ReviewDecision
from app.perform import trust
from app.repo_config import Trust

GHOST = "ghost"
"""GitHub shows this account where the real one is gone; GraphQL shows none."""
_WRITERS = Trust(permission="write")


@dataclass(slots=True)
class Opinions:
    """The latest opinions: of people who may write by their login, and all others, which do not count."""

    counted: dict[str, reviews.Review] = field(default_factory=dict)
    uncounted: list[reviews.Review] = field(default_factory=list)


async def of(github: repositories.Repository, given: Sequence[reviews.Review]) -> Opinions:
    """The opinions that `given` comes down to. What cannot be asked raises, and is never a yes."""
    found = Opinions()
    for review in latest(given):
        may = not review.author_is_bot and not _is_gone(review)
        who = trust.Who(review.author_login or GHOST, review.author_id)
        if may and await trust.may_now(github, who, _WRITERS):
            found.counted[who.login] = review
        else:
            found.uncounted.append(review)
    return found


def latest(given: Iterable[reviews.Review]) -> list[reviews.Review]:
    """The latest opinion of each author, oldest first; those of accounts that are gone stand each for itself."""
    kept: dict[str, reviews.Review] = {}
    for review in sorted(given, key=lambda review: (review.submitted_at or "", review.id)):
        author = _author(review)
        if review.state in {"APPROVED", "CHANGES_REQUESTED"}:
            kept.pop(author, None)
            kept[author] = review
        elif review.state == "DISMISSED":
            kept.pop(author, None)
    return list(kept.values())


def asking(opinions: Opinions) -> tuple[Evidence, ...]:
    """Who wants changes, of those whose opinion counts."""
    return tuple(_evidence(one) for one in opinions.counted.values() if one.state == "CHANGES_REQUESTED")


def people(opinions: Opinions, seen: picture.Picture, demanded: BranchRules) -> People:
    """What the gates judge of it, for exactly the head of the picture.

    Classic protection does not tell how many approvals it demands. GitHub says "approved" only where some are, and
    counts those of older commits for it.
    """
    head_sha, told = seen.head_sha, seen.review_state
    approved = [one for one in opinions.counted.values() if one.state == "APPROVED"]
    unheard = [one for one in opinions.uncounted if one.state == "CHANGES_REQUESTED"]
    here = [one for one in approved if one.commit_id == head_sha]
    pushers = () if told is None else told.pushers
    pushed_by = {login.casefold() for login in pushers}
    return People(
        changes_requested=asking(opinions),
        uncounted=[_evidence(one) for one in unheard],
        approvals=[_evidence(one) for one in here],
        approved_before=[_evidence(one, at=one.commit_id or "") for one in approved if one not in here],
        by_others=[_evidence(one) for one in here if (one.author_login or GHOST).casefold() not in pushed_by],
        approvals_needed=max(demanded.approvals, int(told is not None and told.decision is ReviewDecision.APPROVED)),
        decision=ReviewDecision.UNKNOWN if told is None else told.decision,
        needs_owner=demanded.code_owners,
        owners_asked=() if told is None else told.owners,
        needs_other_than_pusher=demanded.last_push_approval,
        pushers=pushers,
        needs_conversations=demanded.conversation_resolution,
        conversations=None if told is None else [_conversation(thread) for thread in told.threads],
        more_conversations=told is not None and told.more_threads,
    )


def _is_gone(review: reviews.Review) -> bool:
    return (review.author_login or GHOST).casefold() == GHOST


def _author(review: reviews.Review) -> str:
    """One key for one account: names change and are spelled in any case, numbers do not."""
    if _is_gone(review):
        return f"review {review.id}"
    return f"id {review.author_id}" if review.author_id is not None else f"login {review.author_login}".casefold()


def _evidence(review: reviews.Review, at: str = "") -> Evidence:
    who = "somebody whose account is gone" if _is_gone(review) else review.author_login or GHOST
    return Evidence(f"{who} at {at[:10]}" if at else who, review.html_url)


def _conversation(thread: review_state.Thread) -> Evidence:
    return Evidence(f"{thread.author or 'somebody whose account is gone'} on {thread.path}", thread.url)
