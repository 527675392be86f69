"""Which of several candidates for one task is taken where no person chooses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from app.lifecycle.run import Phase, Run


@dataclass(frozen=True, slots=True)
class Standing:
    """How a candidate came out: what CI and the review say of its head, how much it changed, what it cost.

    `score` is None where nothing reviewed it, `lines` where they could not be counted, `cost_usd` where nobody told.
    """

    number: int
    green: bool
    blocking: int = 0
    score: float | None = None
    lines: int | None = None
    cost_usd: float | None = None


def choose(candidates: Iterable[Standing]) -> int | None:
    """The number of the candidate to take; None where CI is green for none, whatever else speaks for one.

    Without blocking findings before with, then the better review, fewer lines, the smaller cost, the lower number.
    What is not known ranks behind whatever is, but for the cost: a command tells none as it has none.
    """
    green = [one for one in candidates if one.green]
    return min(green, key=_rank).number if green else None


def is_settled(run: Run) -> bool:
    """Whether a candidate has come as far as it comes without a person."""
    return run.is_terminal or (run.phase is Phase.AWAITING_HUMAN and not run.paused)


def _rank(one: Standing) -> tuple[bool, float, float, float, int]:
    score = -inf if one.score is None else one.score
    return one.blocking > 0, -score, inf if one.lines is None else one.lines, one.cost_usd or 0.0, one.number
