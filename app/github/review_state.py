"""What GitHub makes of the reviews of a pull request: its decision, who is still asked, open conversations, who pushed.

Only GraphQL tells it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.github import shape
from app.github.repository import Repository
from app.lifecycle.people_gates import ReviewDecision

FIELDS = """
      reviewDecision
      reviewRequests(first: 50) {
        nodes { asCodeOwner requestedReviewer { __typename ... on User { login } ... on Team { combinedSlug } } }
      }
      reviewThreads(first: 100) {
        pageInfo { hasNextPage }
        nodes { isResolved path comments(first: 1) { nodes { url author { login } } } }
      }
"""
PUSHED_BY = "author { user { login } } committer { user { login } }"

DOCUMENT = f"""
query ReviewState($owner: String!, $name: String!, $number: Int!) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{
      headRefOid
      {FIELDS}
      commits(last: 1) {{ nodes {{ commit {{ oid {PUSHED_BY} }} }} }}
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Thread:
    """An open conversation about lines: where, who began it (None where the account is gone), and its page."""

    path: str
    author: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class ReviewState:
    """GitHub's view of the reviews; `owners` are the code owners who are still asked, `threads` the open ones.

    `more_threads` says that there are more than were read. `pushers` are the author and the committer of the head:
    who pushed it, nothing tells.
    """

    decision: ReviewDecision
    owners: tuple[str, ...]
    threads: tuple[Thread, ...]
    more_threads: bool
    pushers: tuple[str, ...]


async def of(repo: Repository, number: int, head_sha: str) -> ReviewState | None:
    """Read it for exactly this head; None while GraphQL is at another one."""
    found = shape.part(await repo.query(DOCUMENT, number=number), "repository")
    pull = shape.part(found, "pullRequest")
    commits = [shape.part(one, "commit") for one in shape.parts(shape.part(pull, "commits"), "nodes")]
    if shape.text(pull, "headRefOid") != head_sha or [shape.text(one, "oid") for one in commits] != [head_sha]:
        return None
    return read(pull, commits[0])


def read(pull: dict[str, Any], commit: dict[str, Any]) -> ReviewState:
    """From an answer that has `FIELDS`, and the head with `PUSHED_BY`."""
    threads = shape.part(pull, "reviewThreads")
    asked = shape.parts(shape.part(pull, "reviewRequests"), "nodes")
    return ReviewState(
        decision=_DECISIONS.get(shape.text_or_none(pull, "reviewDecision"), ReviewDecision.UNKNOWN),
        owners=tuple(_name(one) for one in asked if shape.flag(one, "asCodeOwner")),
        threads=tuple(_thread(one) for one in shape.parts(threads, "nodes") if not shape.flag(one, "isResolved")),
        more_threads=shape.flag(shape.part(threads, "pageInfo"), "hasNextPage"),
        pushers=_pushers(commit),
    )


def _name(asked: dict[str, Any]) -> str:
    """A person or a team; a team that the App may not see has no name."""
    who = shape.part_or_none(asked, "requestedReviewer") or {}
    return shape.text_or_none(who, "login") or shape.text_or_none(who, "combinedSlug") or "a team"


def _thread(data: dict[str, Any]) -> Thread:
    first = next(iter(shape.parts(shape.part(data, "comments"), "nodes")), {})
    author = shape.part_or_none(first, "author") or {}
    return Thread(shape.text(data, "path"), shape.text_or_none(author, "login"), shape.text_or_none(first, "url"))


def _pushers(commit: dict[str, Any]) -> tuple[str, ...]:
    actors = [shape.part_or_none(commit, role) or {} for role in ("author", "committer")]
    users = [shape.part_or_none(actor, "user") or {} for actor in actors]
    return tuple(dict.fromkeys(login for user in users if (login := shape.text_or_none(user, "login"))))


_DECISIONS = {
    None: ReviewDecision.NONE,
    "APPROVED": ReviewDecision.APPROVED,
    "CHANGES_REQUESTED": ReviewDecision.CHANGES_REQUESTED,
    "REVIEW_REQUIRED": ReviewDecision.REVIEW_REQUIRED,
}
