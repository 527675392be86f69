"""The score of a review, by one formula for every reviewer.

A review begins at 1. Each finding takes away its weight, and nothing goes below 0:

    critical 0.50 · error 0.25 · warning 0.05 · info 0
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WEIGHTS = {"critical": 0.50, "error": 0.25, "warning": 0.05, "info": 0.0}


def score(severities: Iterable[str]) -> float:
    """The score of a review with findings of these severities, from 0 to 1."""
    return round(max(0.0, 1.0 - sum(WEIGHTS[severity] for severity in severities)), 4)


def blocking(severities: Iterable[str], block: Sequence[str]) -> int:
    """How many findings block a merge."""
    return sum(severity in block for severity in severities)
