"""Budgets in words: what was spent, what is set aside, and how there can be more."""

from __future__ import annotations

import math

from app.lifecycle.budget import Account, Money, Short


def spent(money: Money) -> str | None:
    """What was spent of the two budgets, in one line; None while nothing was and nothing is set aside."""
    parts = [_account(money.pull, "for this pull request"), _account(money.month, "in this repository this month")]
    told = "; ".join(part for part in parts if part)
    if not told:
        return None
    return f"Spent: {told}." + (f" {_untold(money.pull)}" if money.pull.unknown else "")


def short(money: Money, found: Short) -> str:
    """Why something did not start: whose budget does not hold it, how much of it is spent, and how much is missing."""
    is_pull = found.whose == "pull request"
    account = money.pull if is_pull else money.month
    budget = "The budget of this pull request" if is_pull else "The repository's budget of a month"
    wanted = f"The next run may take {dollars(found.asked)}. " if found.asked else ""
    told = f"{wanted}{budget} is {dollars(account.total or 0)}: {_taken(account)}."
    if account.unknown:
        told += f" {_untold(account)}"
    if is_pull:
        return f"{told} At least {dollars(max(0.01, found.missing), up=True)} more is needed."
    return (
        f"{told} No comment raises this one: it begins anew with the next month, and whoever may change"
        " `limits.repository_usd_month` on the default branch can raise it, as far as the server's operator allows."
    )


def raised(added: float, money: Money) -> str:
    """The new budget, as an answer to who raised it; `money` is as it was before."""
    pull = money.pull
    return f"The budget of this pull request is {dollars((pull.total or 0) + added)} now: {_taken(pull)}."


def no_budget() -> str:
    """A refusal to raise what has no bound."""
    return (
        "There is nothing to raise: `limits.pull_request_usd` is 0 here, so this pull request has no budget of its own."
    )


def dollars(amount: float, *, up: bool = False) -> str:
    """An amount to the cent; `up` names no less than it is."""
    cents = math.ceil(round(amount * 100, 4)) if up else round(amount * 100)
    return f"${cents / 100:.2f}"


def _account(account: Account, whose: str) -> str:
    taken = account.settled + account.reserved
    if not taken and not account.more:
        return ""
    of = "" if account.total is None else f" of {dollars(account.total)}"
    aside = f", and {dollars(account.reserved)} set aside for what goes on" if account.reserved else ""
    return f"{dollars(account.settled)}{of} {whose}{aside}"


def _taken(account: Account) -> str:
    aside = f" and {dollars(account.reserved)} set aside for what goes on" if account.reserved else ""
    return f"{dollars(account.settled)} is spent{aside}"


def _untold(account: Account) -> str:
    return f"{dollars(account.unknown)} of that nobody told the cost of: what had been set aside counts instead."
