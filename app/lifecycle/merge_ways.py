"""Ways to a merge and what ends them: gates that do not hold, and why GitHub's queue let a pull request go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from app.lifecycle import signals
from app.lifecycle.merge_gate import NOT_REVIEWED, Gate, Unmet


class Removal(StrEnum):
    """Why a pull request is in GitHub's merge queue no longer."""

    MERGED = "merged"
    CONFLICT = "conflict"
    CI_FAILURE = "ci_failure"
    CI_TIMEOUT = "ci_timeout"
    MANUAL = "manual"
    CLEARED = "cleared"
    ROLLED_BACK = "rolled_back"
    PROTECTED = "protected"
    BAD_TREE = "bad_tree"
    BAD_COMMIT = "bad_commit"
    UNKNOWN = "unknown"


def removal(told: str | None) -> Removal:
    """The reason by any of the names that GitHub's events and GraphQL have for it."""
    return _REMOVALS.get((told or "").upper(), Removal.UNKNOWN)


def refusal(sha: str, unmet: Sequence[Unmet]) -> signals.MergeRefused:
    """What dursor can mend itself is a cause of its own; with anything else unmet, a person is told all of it."""
    why = "; ".join(gate.why for gate in unmet)
    kinds = {gate.gate for gate in unmet}
    if Gate.CONFLICT in kinds and kinds <= {Gate.CONFLICT, Gate.BEHIND, Gate.CI}:
        return signals.MergeRefused(sha=sha, cause="conflict", why=why)
    if kinds == {Gate.BEHIND}:
        return signals.MergeRefused(sha=sha, cause="behind", why=why)
    if [gate.why for gate in unmet] == [NOT_REVIEWED]:
        return signals.MergeRefused(sha=sha, cause="unreviewed", why=why)
    return signals.MergeRefused(sha=sha, cause="gate", why=why)


def ends_by_itself(refused: str) -> bool:
    """Whether what GitHub refused a merge for, in its words, is something that no person has to do."""
    return _PASSING.search(refused) is not None


_PASSING = re.compile(r"status checks?\b|deployment|\bnot mergeable\b", re.IGNORECASE)

_REMOVALS = {
    "MERGE": Removal.MERGED, "MERGED": Removal.MERGED, "ALREADY_MERGED": Removal.MERGED,
    "MERGE_CONFLICT": Removal.CONFLICT,
    "CI_FAILURE": Removal.CI_FAILURE, "FAILED_CHECKS": Removal.CI_FAILURE,
    "CI_TIMEOUT": Removal.CI_TIMEOUT, "CHECKS_TIMED_OUT": Removal.CI_TIMEOUT,
    "MANUAL": Removal.MANUAL,
    "QUEUE_CLEARED": Removal.CLEARED,
    "ROLL_BACK": Removal.ROLLED_BACK,
    "BRANCH_PROTECTIONS": Removal.PROTECTED,
    "GIT_TREE_INVALID": Removal.BAD_TREE,
    "INVALID_MERGE_COMMIT": Removal.BAD_COMMIT,
}  # fmt: skip
