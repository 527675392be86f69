"""Verbs that look before they are obeyed, each in a file of its own: what they answer, and what they begin."""

from __future__ import annotations

from app import words
from app.github import pulls
from app.lifecycle import effects
from app.lifecycle.run import Mode, Run
from app.perform import candidates, declining, errands, obeying_backlog, on_issues, using
from app.perform.errands import Word
from app.perform.world import World
from app.repo_config import RepoConfig
from app.store import prs
from app.store.connection import Connection, Row

OF_BACKLOG = frozenset({"breakdown", "promote"})
SPEAK_FOR_THEMSELVES = OF_BACKLOG | using.VERBS | {"do", "decline", "budget"}
"""Verbs that are no signals: whether they change anything is theirs to say."""


async def word(
    world: World, effect: effects.ObeyComment, repo: Row, run: Run | None, pull: pulls.Pull | None, config: RepoConfig
) -> Word | None:
    """What somebody is told who says such a verb; None where what follows says it."""
    if effect.verb in using.VERBS:
        return await _of_candidates(world, effect, repo, pull, config)
    refusal: str | None = None
    if effect.verb == "review" and effect.rest:
        refusal = await _cannot_review(world, effect.rest, config)
    elif effect.verb in OF_BACKLOG:
        refusal = await world.database.read(lambda db: obeying_backlog.refusal(db, repo, effect, config))
    elif effect.verb == "decline" and run is not None:
        row = await world.database.read(lambda db: prs.in_repository(db, repo["id"], effect.number))
        refusal = await world.database.read(lambda db: declining.refusal(db, effect, row))
    elif effect.verb == "cancel":
        ends = await world.database.read(lambda db: obeying_backlog.would_cancel(db, repo, effect))
        return Word(ends, acts=True) if ends is not None else None
    elif run is not None:
        return await errands.word(world, effect, run)
    return Word(refusal, refuses=True) if refusal is not None else None


def begin(
    db: Connection, effect: effects.ObeyComment, repo: Row, pull: pulls.Pull | None, mode: Mode, config: RepoConfig,
    source: str,
) -> bool:  # fmt: skip
    """Begin what the verb asks for; False for one that is signals to a run."""
    if effect.verb in OF_BACKLOG:
        obeying_backlog.obey(db, repo, effect, mode, config, source)
        return True
    if effect.verb == "cancel":
        obeying_backlog.cancel(db, repo, effect)  # beside the run that may be there
    if effect.verb in using.VERBS:
        using.obey(db, effect, repo, pull, mode, config, source)
        return True
    return on_issues.obey(db, effect, repo, mode, config, source)


async def _of_candidates(
    world: World, effect: effects.ObeyComment, repo: Row, pull: pulls.Pull | None, config: RepoConfig
) -> Word | None:
    refusal = await using.refusal(world, effect, repo, pull, config)
    if refusal is not None:
        return Word(refusal, refuses=True)
    told = await world.database.read(lambda db: using.answer(db, effect, repo, config))
    return Word(told, acts=True) if told is not None else None


async def _cannot_review(world: World, reviewer: str, config: RepoConfig) -> str | None:
    command = config.commands.get(reviewer.partition(":")[2])
    if command is not None and command.output != "sarif":
        return words.only_known_executors(reviewer, "A command reviews where its `output` is `sarif`.")
    return await candidates.unusable(world, (reviewer,), config)
