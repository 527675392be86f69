"""Who moved a head, as GitHub tells it, and whether two programs fight over the branch.

The event of a push names whoever pushed. Where it was lost, the commit tells who made it: its committer, or its
author where GitHub itself committed. Somebody whom neither names is no person and no program: such a move counts
against nobody, unless it takes our own push back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Literal

from app import advance, words
from app.github import commits
from app.lifecycle import fights, signals
from app.lifecycle.run import Run, Wait
from app.perform.world import Scope, World
from app.store import agentic_runs, prs, runs
from app.store.connection import Connection, iso
from app.store.rows import from_json

GITHUB = "web-flow"
"""The account that commits what people and programs do in GitHub's pages and API."""


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moved the head to a commit; its tree and parents are known where they were needed."""

    kind: Literal["person", "program", "unknown"] = "unknown"
    login: str = ""
    tree: str | None = None
    parents: tuple[str, ...] = ()


UNKNOWN = Mover()


async def of(world: World, scope: Scope, sha: str) -> Mover:
    """Who moved the head to this commit. GitHub is asked only where the answer can matter."""

    def known(db: Connection) -> tuple[Mover, bool]:
        pull = prs.of_task(db, scope.task["id"])
        is_ours = runs.is_ours(db, scope.run.id, sha) is not None
        counts = runs.last_pushed(db, scope.run.id) is not None or scope.run.wait is Wait.LOOP
        return _told(from_json(pull["head_by"] if pull else None, {}), sha), counts and not is_ours

    told, counts = await world.database.read(known)
    if told.kind == "person" or not counts:
        return told
    made = await commits.made(scope.github, sha)
    if made is None:
        return told
    who = made.author if made.committer.login in {None, GITHUB} else made.committer
    if told.kind == "unknown" and who.login is not None:
        told = Mover("program" if who.is_bot else "person", who.login)
    return replace(told, tree=made.tree, parents=made.parents)


def moved(db: Connection, run: Run, sha: str, by: Mover) -> None:
    """Tell a run that its head moved, and where that is one move too many of another program, that too."""
    after_ours = any(runs.is_ours(db, run.id, one) for one in (run.head_sha or "", *by.parents))
    is_back = by.tree is not None and by.tree in run.trees[:-1]
    advance.signal(db, run.id, signals.HeadMoved(sha=sha, by_person=by.kind == "person"))
    if after_ours and (by.kind == "program" or (by.kind == "unknown" and is_back)):
        _note(db, run, sha, "reverted" if is_back else "moved", by.login)


def may_ask(db: Connection, run: Run, login: str, given: Iterable[signals.Signal]) -> bool:
    """Whether a program that may command is obeyed: it asks a few times an hour, and a fight is for people to end."""
    if not any(advance.would_change(db, run.id, signal) for signal in given):
        return True
    return run.wait is not Wait.LOOP and not (run.head_sha and _note(db, run, run.head_sha, "asked", login))


def _told(head_by: dict[str, object], sha: str) -> Mover:
    if head_by.get("sha") != sha:
        return UNKNOWN
    return Mover("program" if head_by["is_bot"] else "person", str(head_by["by"]))


def _note(db: Connection, run: Run, sha: str, kind: fights.Kind, by: str) -> bool:
    since = iso(db.moment - timedelta(minutes=fights.WINDOW_MINUTES))
    moves = fights.recent([*_noted(db, run.id), fights.Move(kind, by, db.now)], since)
    agentic_runs.note(db, run.id, bot_moves=json.dumps([asdict(move) for move in moves]))
    fight = fights.among(moves)
    if fight is not None:
        advance.signal(db, run.id, signals.ProgramsFought(sha=sha, why=words.fight(fight)))
    return fight is not None


def _noted(db: Connection, run_id: str) -> Sequence[fights.Move]:
    row = agentic_runs.row_of(db, run_id)
    return [fights.Move(**move) for move in from_json(row["bot_moves"] if row else None, [])]
