"""Candidates: several executors at one task, each in a task of its own. How they begin, and how one is picked."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from app import advance, bounds, kin, outbox, words
from app.errors import ConfigError
from app.executors import registry
from app.lifecycle import effects, signals
from app.lifecycle.run import Mode, Run, Work
from app.perform import access
from app.perform.world import World
from app.repo_config import RepoConfig
from app.store import agentic_runs, candidates, prs, runs, tasks
from app.store.connection import Connection, Row

MOST = 5
"""Candidates for one task that are asked for together."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants done, and where they said so."""

    words: str
    source: str
    by: str


def configured(config: RepoConfig) -> tuple[str, ...]:
    """Whom the configuration wants compared where a task does not say; nobody where it names none."""
    return tuple(dict.fromkeys(config.candidates))[:MOST]


async def unusable(world: World, names: Collection[str], config: RepoConfig) -> str | None:
    """Why one of these executors cannot work in a repository, in words; None where all can."""
    for name in names:
        if name.startswith("command:") and not bounds.of(world.settings).programs:
            return words.only_known_executors(name, "The server's operator allows no commands of repositories.")
        try:
            await asyncio.to_thread(registry.find, name, config.commands)
            await world.database.read(lambda db, name=name: access.expect(db, name))  # type: ignore[misc]
        except ConfigError as error:
            return words.only_known_executors(name, str(error))
    return None


def begin(db: Connection, task: Row, executors: tuple[str, ...], asked: Asked, mode: Mode) -> Run:
    """A round of candidates for a task that has no run: its own run waits for them."""
    leader = advance.begin_waiting(db, task["id"], mode=mode)
    _start(db, task, executors, asked, mode, branches=task["branch"], issue=task["issue_number"], head_sha=None)
    return leader


def begin_beside(db: Connection, run: Run, task: Row, executors: tuple[str, ...], asked: Asked, branches: str) -> None:
    """A round of candidates for a pull request, from its head; those of an earlier round are not needed any more."""
    for other in candidates.live_runs(db, task["id"]):
        advance.signal(db, other, signals.Dropped(why="Others were asked for, from a newer commit."))
    advance.signal(db, run.id, signals.CandidatesAsked(by=asked.by))
    _start(db, task, executors, asked, run.mode, branches=branches, issue=None, head_sha=run.head_sha)


def ask(db: Connection, leader_task: str, asked: Asked) -> str | None:
    """One more request to every candidate that works or waits; returns the message that the first of them got."""
    first, taking = None, kin.being_taken(db, leader_task)
    for run_id in [*candidates.live_runs(db, leader_task), *([taking["run_id"]] if taking else [])]:
        row = agentic_runs.row_of(db, run_id)
        said = tasks.say(db, row["task_id"], "user", asked.words, source=asked.source, author=asked.by) if row else None
        if said is not None:
            advance.signal(db, run_id, signals.FixAsked(work=Work.PEOPLE, by=asked.by))
        first = first or said
    return first


def leader_of(db: Connection, repo: Row, number: int, *, on_pull_request: bool) -> Row | None:
    """The task that candidates were asked for in an issue or on a pull request, if there is one to ask for."""
    if not on_pull_request:
        return tasks.of_issue(db, repo["id"], number)
    pull = prs.in_repository(db, repo["id"], number)
    return tasks.find(db, pull["task_id"]) if pull is not None else None


def are_open(db: Connection, task_id: str, head_sha: str | None) -> bool:
    """Whether candidates of the last round can still be taken: they go on, and the head is where they began."""
    live = set(candidates.live_runs(db, task_id))
    mine = [(row["id"], agentic_runs.of_task(db, row["id"])) for row in candidates.of_round(db, task_id)]
    return any(
        run is not None and run.id in live and runs.base_of_task(db, row) in {None, head_sha} for row, run in mine
    )


def cannot_pick(db: Connection, leader: Row, number: int, head_sha: str | None) -> str | None:
    """Why a candidate cannot be taken, in words; None where it can be, or has been. `head_sha`: of the pull request."""
    found = candidates.of_round(db, leader["id"])
    row = next((one for one in found if one["candidate"] == number), None)
    if row is None:
        return words.no_such_candidate([one["candidate"] for one in found])
    taken = candidates.picked(db, leader["id"])
    if taken is not None:
        return None if taken["id"] == row["id"] else words.other_was_taken(taken["candidate"])
    waits, run = agentic_runs.of_task(db, leader["id"]), agentic_runs.of_task(db, row["id"])
    if run is None or run.is_terminal or run.pr_number is None or run.head_sha is None:
        return words.cannot_be_taken(number, run)
    if waits is None or waits.is_terminal:
        return words.not_taken(on_pull_request=head_sha is not None)
    return (
        words.head_has_moved(number) if head_sha is not None and runs.base_of_task(db, row["id"]) != head_sha else None
    )


def pick(db: Connection, leader: Row, number: int, head_sha: str | None) -> bool:
    """Take a candidate, once; False where it cannot be taken or one was."""
    if candidates.picked(db, leader["id"]) is not None or cannot_pick(db, leader, number, head_sha) is not None:
        return False
    row = next(one for one in candidates.of_round(db, leader["id"]) if one["candidate"] == number)
    run, waits = agentic_runs.of_task(db, row["id"]), agentic_runs.of_task(db, leader["id"])
    if run is None or waits is None:
        return False
    candidates.pick(db, row["id"])
    outbox.enqueue(db, effects.TakeCandidate(run.id))
    kin.compare(db, waits.id)
    return True


def _start(
    db: Connection, task: Row, executors: tuple[str, ...], asked: Asked, mode: Mode, *, branches: str,
    issue: int | None, head_sha: str | None,
) -> None:  # fmt: skip
    for made in candidates.create(db, task, executors, branches, issue):
        tasks.say(db, made, "user", asked.words, source=asked.source, author=asked.by)
        advance.begin(db, made, mode=mode, pr_number=None, head_sha=head_sha)
