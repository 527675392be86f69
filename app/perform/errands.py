"""What is looked at before some verbs become signals, and what they answer: `undo`, `update`, `budget`."""

from __future__ import annotations

from dataclasses import dataclass

from app import repo_config, words
from app.commands import table
from app.lifecycle import budget, effects
from app.lifecycle.run import Run, Work
from app.perform import by_git, money
from app.perform.world import World
from app.store import repos, spending, tasks
from app.store.connection import Connection

_WORKS = {"undo": Work.UNDO, "update": Work.UPDATE}


@dataclass(frozen=True, slots=True)
class Word:
    """An answer in words. `refuses`: the verb is not obeyed; `acts`: it goes on all the same."""

    text: str
    refuses: bool = False
    acts: bool = False


async def word(world: World, effect: effects.ObeyComment, run: Run) -> Word | None:
    """What somebody is told who says such a verb about a run; None where what follows says it."""
    if effect.verb == "budget":
        return await world.database.read(lambda db: _raises(db, effect, run))
    if effect.verb not in _WORKS:
        return None
    found = await by_git.refusal(world, run.id, _WORKS[effect.verb])
    return Word(found.why, refuses=not found.is_so) if found is not None else None


def add(db: Connection, effect: effects.ObeyComment, run: Run) -> None:
    """Add the dollars of a `budget` that was not refused."""
    dollars = table.dollars_of(effect.rest)
    if dollars is not None:
        spending.add(db, run.id, dollars)


def spent(db: Connection, run: Run) -> str | None:
    """What was spent on behalf of a run, in words; None while nothing was."""
    now = _money(db, run)
    return words.money.spent(now) if now is not None else None


def _raises(db: Connection, effect: effects.ObeyComment, run: Run) -> Word | None:
    now, dollars = _money(db, run), table.dollars_of(effect.rest)
    if now is None or dollars is None:
        return None
    if now.pull.limit is None:
        return Word(words.money.no_budget(), refuses=True)
    return Word(words.money.raised(dollars, now), acts=True)


def _money(db: Connection, run: Run) -> budget.Money | None:
    task = tasks.of_run(db, run.id)
    repo = repos.by_id(db, task["repo_id"]) if task else None
    if task is None or repo is None:
        return None
    return money.of(db, task["id"], repo["id"], repo_config.from_json(repo["config"]))
