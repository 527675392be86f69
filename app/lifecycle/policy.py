"""What the repository's configuration and the operator's settings allow a run, as `decide` needs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits are inclusive: a counter may reach its limit and never pass it."""

    max_ci_fixes: int = 5
    max_review_fixes: int = 3
    max_iterations: int = 10
    executor_tries: int = 3
    min_review_score: float = 0.75
    reviews: bool = False
    none_is_green: bool = False
    rerun_failed_once: bool = False
    may_merge_alone: bool = True
    delete_branch: bool = True
    is_draft: bool = False
    """The pull request is a draft now: nothing is changed in it unasked."""
    is_candidate: bool = False
    """It is one of several for the same task, and not taken: it never merges."""
