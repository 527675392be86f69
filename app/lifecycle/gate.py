"""One condition of a merge: its name, and what is told of it while it does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Gate(StrEnum):
    """One condition of a merge."""

    CI = "ci"
    REVIEW = "review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVAL = "approval"
    APPROVALS = "approvals"
    CODE_OWNERS = "code_owners"
    LAST_PUSH = "last_push"
    REVIEW_DECISION = "review_decision"
    CONVERSATIONS = "conversations"
    DRAFT = "draft"
    CONFLICT = "conflict"
    BEHIND = "behind"
    PROTECTED = "protected"
    GAMING = "gaming"
    SECRET = "secret"  # noqa: S105 (the name of a gate)
    SIZE = "size"
    UNREADABLE = "unreadable"
    FORK = "fork"
    STACK = "stack"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a gate rests on: a check, a review, a finding, a file; with its page where it has one."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that does not hold: why, what shows it, and who can change that.

    `since` is when it was first seen not to hold (ISO 8601, UTC), None until that was noted.
    """

    gate: Gate
    why: str
    actor: str
    evidence: Sequence[Evidence] = ()
    since: str | None = None


def few(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
