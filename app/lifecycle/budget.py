"""Money, in dollars: what a run may take, and whether a pull request's and a repository's budget hold that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Whose = Literal["pull request", "repository"]

_HAIR = 1e-6
"""Dollars by which a sum of parts may miss what it stands for."""


@dataclass(frozen=True, slots=True)
class Account:
    """One budget. `limit` is the configuration's, None without one, and `more` is what people added to it.

    `settled` is what has ended took, `reserved` what is set aside for what goes on. `unknown` is the part of `settled`
    that nobody told the cost of: what had been set aside counts instead.
    """

    limit: float | None
    more: float = 0.0
    settled: float = 0.0
    reserved: float = 0.0
    unknown: float = 0.0

    @property
    def total(self) -> float | None:
        """What may be spent in all; None where there is no bound."""
        return None if self.limit is None else self.limit + self.more

    @property
    def left(self) -> float | None:
        """What nobody has taken yet, not below 0; None where there is no bound."""
        return None if self.total is None else max(0.0, self.total - self.settled - self.reserved)


@dataclass(frozen=True, slots=True)
class Money:
    """The two budgets that a run of a pull request draws on."""

    pull: Account
    month: Account


@dataclass(frozen=True, slots=True)
class Short:
    """Whose budget does not hold `asked` dollars more, and how many are missing."""

    whose: Whose
    asked: float
    missing: float


def limit(configured: float) -> float | None:
    """A limit as the configuration writes it: 0 sets no bound."""
    return configured or None


def reservation(run_usd: float | None, money: Money) -> float | Short | None:
    """What is to be set aside for one run; None where nothing bounds anything, Short where a budget does not hold it.

    A run takes no more than a whole budget without what people added, so that a first one fits into any. One without
    a bound of its own takes what is left.
    """
    accounts: tuple[tuple[Whose, Account], ...] = (("pull request", money.pull), ("repository", money.month))
    limits = [account.limit for _, account in accounts if account.limit is not None]
    if run_usd is None:
        left = [account.left for _, account in accounts if account.left is not None]
        asked = min(left) if left and min(left) > _HAIR else 0.0
    else:
        asked = min([run_usd, *limits])
    for whose, account in accounts:
        if account.left is not None and (asked > account.left + _HAIR or account.left <= _HAIR):
            return Short(whose, asked, asked - account.left)
    return asked if run_usd is not None or limits else None
