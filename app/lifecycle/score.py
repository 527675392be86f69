"""The score of a review, by one formula for every reviewer.

A review begins at 1. Each finding takes away its weight, and nothing goes below 0:

    critical 0.50 · error 0.25 · warning 0.05 · info 0
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

WEIGHTS = {"critical": 0.50, "error": 0.25, "warning": 0.05, "info": 0.0}


def score(severities: Iterable[str]) -> float:
    """The score of a review with findings of these severities, from 0 to 1."""
    return round(max(0.0, 1.0 - sum(WEIGHTS[severity] for severity in severities)), 4)


def blocking(severities: Iterable[str], block: Sequence[str]) -> int:
    """How many findings block a merge."""
    return sum(severity in block for severity in severities)


def summary(severities: Sequence[str], block: int) -> str:
    """A review in a sentence; `block` of its findings block a merge."""
    points = score(severities)
    if not severities:
        return f"Nothing was found; score {points:.2f}."
    counts = Counter(severities)
    named = ", ".join(f"{counts[severity]} {severity}" for severity in WEIGHTS if counts[severity])
    many = "1 finding" if len(severities) == 1 else f"{len(severities):,} findings"
    blocks = {0: "nothing blocks a merge", 1: "1 blocks a merge"}.get(block, f"{block:,} block a merge")
    return f"{many} ({named}), {blocks}; score {points:.2f}."
