"""AnswerThreads: one reply to each remark that was worked on, and to each finding that is fixed or declined.

What is due is a matter of rows, so that GitHub is asked nothing when nothing is. A reply is noted as soon as it is
there; one whose answer was lost is found again by its marker, in the threads as they are read before every reply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app import keys, words
from app.errors import Forbidden, Invalid, NotFound
from app.github import threads
from app.lifecycle import effects
from app.lifecycle.run import Phase, Run
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.prompts import labels
from app.store import findings, remarks
from app.store.connection import Connection, Row

_OVER = {Phase.AWAITING_HUMAN, Phase.FAILED, Phase.CANCELED}


@dataclass(frozen=True, slots=True)
class _Answer:
    """A reply that is due in the thread that begins with `root`. `is_ours`: it is our thread, which ends with it.

    `though_resolved`: said in a thread that is resolved, too.
    """

    root: int
    marker: str
    text: str
    note: Callable[[Connection], None]
    is_ours: bool = False
    though_resolved: bool = False


async def answer(effect: effects.AnswerThreads, world: World) -> Outcome:
    """Give every answer that is due. Threads that are gone, locked or resolved are noted and left alone."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None:
        return nothing
    run, pull, task = scope.run, scope.pull, scope.task["id"]
    due = await world.database.read(lambda db: _due(db, run, task, pull))
    if not due:
        return nothing
    await world.known.wait()
    world.be_sure(keys.lane_of(effect))
    found = await threads.of(scope.github, pull["number"])
    for one in due:
        thread = found.get(one.root)
        if thread is not None and one.is_ours == (thread.root.author.id == world.us.bot_id):
            await _give(world, scope, thread, one)
        await world.database.write(one.note)
    return nothing


def any_due(db: Connection, run: Run, pull: Row | None, task_id: str) -> bool:
    """Whether an answer is due that nobody may have asked for."""
    return pull is not None and bool(_due(db, run, task_id, pull))


async def _give(world: World, scope: Scope, thread: threads.Thread, one: _Answer) -> None:
    """Reply where that was not done, and resolve our own thread; people resolve theirs themselves."""
    if not thread.holds(one.marker, world.us.bot_id):
        if (thread.is_resolved and not one.though_resolved) or (thread.root.author.is_bot and not one.is_ours):
            return
        try:
            await threads.reply(scope.github, scope.run.pr_number or 0, one.root, one.marker, one.text)
        except (NotFound, Forbidden, Invalid):  # deleted meanwhile, or a locked conversation
            return
    if one.is_ours and not thread.is_resolved:
        await threads.resolve(scope.github, thread.id)


def _due(db: Connection, run: Run, task_id: str, pull: Row) -> list[_Answer]:
    people = [_to_remark(run, row) for row in remarks.unanswered(db, task_id) if _is_settled(run, row)]
    return people + [_to_finding(row) for row in findings.to_answer(db, pull["id"])]


def _is_settled(run: Run, row: Row) -> bool:
    """Whether what became of a remark is known: what came to nothing is tried again while the run is at it.

    Where a run is over nothing is, not even by an executor that was stopped and has not ended yet.
    """
    if row["pushed_at"] is not None or _was_unchanged(row):
        return True
    if run.is_working or run.asked or run.paused:
        return False
    return run.phase in _OVER or (row["status"] == "failed" and run.phase is not Phase.COMPLETED)


def _was_unchanged(row: Row) -> bool:
    return bool(row["status"] == "succeeded" and row["commit_sha"] is None)


def _to_remark(run: Run, row: Row) -> _Answer:
    label, summary = row["label"], row["summary"] or ""
    was_done, said = labels.verdict(labels.said(summary).get(label))
    if row["pushed_at"] is not None:
        text = words.threads.done(row["commit_sha"], said, was_done=was_done)
    elif _was_unchanged(row):
        text = words.threads.unchanged(said or summary)
    else:
        why = row["error"] if row["status"] == "failed" else run.note
        text = words.threads.not_done(why or run.note or "")
    remark_id = str(row["id"])
    marker = f"<!-- dursor:remark:{remark_id}:{row['run_id']} -->"
    return _Answer(row["comment_id"], marker, text, lambda db: remarks.answered(db, remark_id))


def _to_finding(row: Row) -> _Answer:
    finding_id, told = str(row["id"]), str(row["answer"])
    is_declined = row["status"] == "declined"
    if is_declined:
        text = words.threads.declined(row["number"], row["declined_by"] or "somebody", row["declined_why"] or "")
    else:
        text = words.threads.fixed(row["fixed_sha"])
    return _Answer(
        row["comment_id"], f"<!-- dursor:{told}:{finding_id} -->", text,
        lambda db: findings.answered(db, finding_id, told), is_ours=True, though_resolved=is_declined,
    )  # fmt: skip
