"""CallOffMerge, and how a merge fares that was left to GitHub: its merge queue, or auto-merge.

Only what dursor asked for itself is taken back; what a person asked of GitHub is that person's.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from app import advance, outbox, words
from app.errors import Forbidden, NotFound, Transient
from app.github import merging, pulls
from app.lifecycle import effects, merge_ways, signals
from app.lifecycle.merge_gate import Unmet
from app.lifecycle.run import MergeWay
from app.perform import gates, seeing
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs
from app.store.connection import Connection

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Faring:
    """How it fares: the gates that do not hold now, and why it will not be merged, None while all is well.

    `is_there`: GitHub says that it has it in hand, which it may not tell us.
    """

    unmet: tuple[Unmet, ...]
    refused: signals.MergeRefused | None
    is_there: bool


async def look(world: World, scope: Scope, pull: pulls.Pull) -> Faring | None:
    """Look whether GitHub still has it in hand and every gate holds; None where it was asked nothing, or has moved.

    Raises Transient while GitHub is about to tell that it is merged.
    """
    run = scope.run
    if run.merge_way is None or not run.is_merging or pull.state != "open" or pull.head_sha != run.head_sha:
        return None
    now = None
    try:
        now = await merging.standing(scope.github, pull.number)
    except Forbidden as error:  # the gates are watched all the same, and the merge itself is no secret
        log.warning("how it stands in the merge queue may not be read", run=run.id, error=str(error))
    if now is not None and now.head_sha != pull.head_sha:
        return None
    if now is not None and not (now.in_queue if run.merge_way is MergeWay.QUEUE else now.auto_by is not None):
        return Faring((), _left(run.merge_way, pull.head_sha, now), False)
    unmet = await gates.unmet(world, scope, await gates.look(world, scope, pull))
    return Faring(unmet, merge_ways.refusal(pull.head_sha, unmet) if unmet else None, now is not None)


async def call_off(effect: effects.CallOffMerge, world: World) -> Outcome:
    """Take the pull request out of the queue and switch our auto-merge off, unless its merge is wanted again."""
    try:
        scope = await of_run(world, effect.run_id)
    except Forbidden:  # without the App there, nobody can
        return lambda db: agentic_runs.note(db, effect.run_id, merge_way=None)
    if scope is None or scope.run.merge_way is None or scope.run.is_merging:
        return nothing
    if scope.pull is not None:
        await world.known.wait()
        await _take_back(scope, scope.pull["number"], world.us.login)

    def outcome(db: Connection) -> None:
        run = agentic_runs.find(db, effect.run_id)
        if run is not None and not run.is_merging:
            agentic_runs.note(db, run.id, merge_way=None)
            outbox.enqueue(db, effects.ShowStatus(run.id))

    return outcome


async def _take_back(scope: Scope, number: int, us: str) -> None:
    try:
        pull = await pulls.get(scope.github, number)
        now = await merging.standing(scope.github, number)
    except NotFound:
        return
    if pull.state != "open":
        return  # GitHub lets go of what is closed or merged
    if now.enqueued_by == us:
        await merging.dequeue(scope.github, pull.node_id)
    if now.auto_by == us:
        await merging.disable_auto(scope.github, pull.node_id)
    if us in {now.enqueued_by, now.auto_by}:
        now = await merging.standing(scope.github, number)
        if us in {now.enqueued_by, now.auto_by}:
            raise Transient("GitHub has not let go of the pull request yet", after=2)


def note(db: Connection, run_id: str, sha: str, faring: Faring) -> None:
    """Tell the run that its merge will not happen, if so, unless it is being asked for again at this moment."""
    if faring.refused is None or outbox.is_queued(db, effects.Merge(run_id, sha)):
        return
    if faring.unmet:
        seeing.note_gates(db, run_id, sha, faring.unmet)
    advance.signal(db, run_id, faring.refused)


def _left(way: MergeWay, sha: str, now: merging.Standing) -> signals.MergeRefused:
    """GitHub does not have it any more."""
    if way is MergeWay.AUTO:
        return signals.MergeRefused(sha=sha, cause="refused", why=words.AUTO_MERGE_OFF)
    reason = merge_ways.removal(now.removed)
    if reason is merge_ways.Removal.MERGED:
        raise Transient(words.LEFT_QUEUE[reason], after=2)
    is_conflict = reason is merge_ways.Removal.CONFLICT
    return signals.MergeRefused(sha=sha, cause="conflict" if is_conflict else "refused", why=words.LEFT_QUEUE[reason])
