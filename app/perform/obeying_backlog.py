"""`breakdown` and `promote`: what they refuse, and what they begin; and what `cancel` ends of it."""

from __future__ import annotations

from app import words
from app.commands import hearing
from app.errors import ConfigError
from app.lifecycle import budget, effects
from app.lifecycle.run import Mode
from app.perform import access, breaking_down, money, promoting, splitting
from app.repo_config import RepoConfig
from app.store import heard, tasks
from app.store.connection import Connection, Row


def refusal(db: Connection, repo: Row, effect: effects.ObeyComment, config: RepoConfig) -> str | None:
    """Why the command begins nothing, in words for its writer; None when it does."""
    if effect.verb == "promote":
        return promoting.refusal(db, repo, effect)
    name = breaking_down.agent(config)
    if name is None:
        return words.no_agent(config.executor)
    if breaking_down.at_work(db, repo, effect.number) is not None:
        return words.is_being_split()
    short = breaking_down.money_for(db, repo, effect.number, config, name)
    if isinstance(short, budget.Short):
        task = tasks.of_breakdown(db, repo["id"], effect.number)
        return words.money.short(money.of(db, task["id"] if task else "", repo["id"], config), short)
    try:
        access.expect(db, name)
    except ConfigError as error:
        return str(error)
    return None


def obey(db: Connection, repo: Row, effect: effects.ObeyComment, mode: Mode, config: RepoConfig, source: str) -> None:
    """Begin what the command asks for; another one that was faster counts."""
    if effect.verb == "promote":
        promoting.obey(db, repo, effect, mode, source)
        return
    said = heard.find(db, hearing.issue_text(effect.comment_id))
    breaking_down.ask(db, repo, effect, config, said["body"] or "" if said is not None else "", source)


def would_cancel(db: Connection, repo: Row, effect: effects.ObeyComment) -> str | None:
    """What is said to a `cancel` that ends the splitting of an issue; None where nobody splits it."""
    is_there = not effect.on_pull_request and breaking_down.at_work(db, repo, effect.number) is not None
    return words.splitting_ends() if is_there else None


def cancel(db: Connection, repo: Row, effect: effects.ObeyComment) -> None:
    """End the splitting of an issue, if somebody splits it."""
    row = None if effect.on_pull_request else breaking_down.at_work(db, repo, effect.number)
    if row is not None:
        splitting.cancel(db, row, effect.author)
