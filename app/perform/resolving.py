"""What people say of our findings by resolving their threads: that declines them; to open a thread again reopens it."""

from __future__ import annotations

from app.commands import grammar
from app.github import threads
from app.perform import declining, trust
from app.perform.world import Outcome, Scope, World, nothing
from app.store import findings
from app.store.connection import Connection


async def look(world: World, scope: Scope) -> Outcome:
    """Compare our threads with the ledger; GitHub is asked only where a finding has a thread that tells something."""
    pull = scope.pull
    if pull is None:
        return nothing
    watched = await world.database.read(lambda db: findings.in_threads(db, pull["id"]))
    if not watched:
        return nothing
    await world.known.wait()
    found = await threads.of(scope.github, pull["number"])
    declined, reopened = [], []
    for row in watched:
        thread = found.get(row["comment_id"])
        if thread is None or thread.root.author.id != world.us.bot_id:
            continue
        if row["status"] == "declined":
            reopened += [] if thread.is_resolved else [row["id"]]
        elif (by := thread.resolved_by) is not None and thread.is_resolved and await _may(world, scope, by):
            declined.append((row["id"], by.login or "", _reason(thread, by)))

    def outcome(db: Connection) -> None:
        declining.resolved(db, scope, declined, reopened)

    return outcome


async def _may(world: World, scope: Scope, by: threads.Person) -> bool:
    """Whether whoever resolved it may command; GitHub names people here, and Apps only as if they were."""
    if by.login is None or by.id is None or by.id == world.us.bot_id:
        return False
    return await trust.may_command(world, scope.github, trust.Who(by.login, by.id), scope.config.trust)


def _reason(thread: threads.Thread, by: threads.Person) -> str:
    """The last words in the thread of whoever resolved it."""
    theirs = [grammar.without_commands(said.body).strip() for said in thread.newest if said.author.id == by.id]
    return next((words for words in reversed(theirs) if words), declining.NO_REASON)
