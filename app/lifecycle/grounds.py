"""What of dursor's own a merge rests on. Whatever of it changed since the gates were looked at, they did not see."""

from __future__ import annotations

from dataclasses import dataclass, fields

from app.lifecycle.run import Mode


@dataclass(frozen=True, slots=True)
class Grounds:
    """A run with what its gates are judged by, as stored at one moment.

    `approved_by` says who approved which commit; `config` is the repository's configuration as text; `findings` are
    the number and the status of each in the ledger, `review` the newest review that came to an end well.
    """

    is_merging: bool
    head_sha: str | None
    mode: Mode
    human_approved: bool
    approved_by: str | None = None
    config: str | None = None
    review: str | None = None
    findings: tuple[tuple[int, str], ...] = ()


DECIDED = frozenset({"is_merging", "head_sha", "mode", "human_approved"})
"""What only a decision changes: that decision has asked for a merge anew, where there is to be one."""


def changed(before: Grounds, now: Grounds) -> frozenset[str]:
    """The names of what is not as it was."""
    return frozenset(field.name for field in fields(Grounds) if getattr(before, field.name) != getattr(now, field.name))
