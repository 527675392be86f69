"""Whether two programs fight over a branch: pure, from what was noted of the other one's moves.

A formatter that redoes each push of ours, or a reviewer that asks for more after each answer, goes on for ever.
One move of another program is none of that, nor are a few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["moved", "reverted", "asked"]
"""It moved the head after a push of ours, to a tree of before that push, or it asked for work."""

WINDOW_MINUTES = 60
MOST_MOVES = 3
MOST_REQUESTS = 3
REVERTS = 2

_KEPT = 50


@dataclass(frozen=True, slots=True)
class Move:
    """What another program did; `at` is ISO 8601 in UTC, so that text order is time order.

    `by` is its login, empty where GitHub names no account.
    """

    kind: Kind
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Fight:
    """Moves of one kind that are too many, and who made the last."""

    kind: Kind
    by: str
    times: int


def recent(moves: Sequence[Move], since: str) -> tuple[Move, ...]:
    """The moves that still count: those after the window began, the newest fifty of them."""
    return tuple(move for move in moves if move.at >= since)[-_KEPT:]


def among(moves: Sequence[Move]) -> Fight | None:
    """The fight that these moves of one window are; None while they are none."""
    reverts = [move for move in moves if move.kind == "reverted"]
    pushes = [move for move in moves if move.kind in {"moved", "reverted"}]
    requests = [move for move in moves if move.kind == "asked"]
    if len(reverts) >= REVERTS:
        return Fight("reverted", reverts[-1].by, len(reverts))
    if len(pushes) > MOST_MOVES:
        return Fight("moved", pushes[-1].by, len(pushes))
    if len(requests) > MOST_REQUESTS:
        return Fight("asked", requests[-1].by, len(requests))
    return None
