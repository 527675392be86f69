"""CompareCandidates: the one comment that compares candidates, and the choice among them where nobody has to make it.

The comment is noted as begun before GitHub is asked to make it; only one that was begun and never answered is looked
for. One that people deleted is not made again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app import keys, outbox, words
from app.errors import DursorError, Forbidden, NotFound
from app.github import comments
from app.lifecycle import candidates as choice
from app.lifecycle import effects
from app.lifecycle.ci_verdict import Answer
from app.lifecycle.run import Mode, Wait
from app.perform import candidates, check_runs, open_findings
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, ci_checks, overview, prs, runs, tasks
from app.store import candidates as store
from app.store.connection import Connection, Row
from app.workspace import commits, mirror

_BEGUN = 0
_NONE_WANTED = -1


@dataclass(frozen=True, slots=True)
class _Seen:
    """One candidate: as it is shown, whether CI is green at its head, and the commit that it began from."""

    shown: words.Candidate
    green: bool
    base: str | None

    @property
    def standing(self) -> choice.Standing:
        shown, lines = self.shown, None
        if shown.files is not None:
            lines = shown.added + shown.removed
        is_there = not shown.run.is_terminal and shown.run.pr_number is not None
        return choice.Standing(
            shown.number, self.green and is_there, shown.blocking, shown.score, lines, shown.cost_usd
        )


async def compare(effect: effects.CompareCandidates, world: World) -> Outcome:
    """Bring the comparison up to date; where all are done, take the best one or have people told."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.number is None:
        return nothing
    found = [await _measured(world, scope, one) for one in await world.database.read(lambda db: _read(db, scope))]
    if not found:
        return nothing
    is_over = all(choice.is_settled(one.shown.run) for one in found)
    chooses = scope.run.mode is Mode.FULL_AUTO and any(one.standing.green for one in found)
    await world.known.wait()
    body = words.comparison([one.shown for one in found], scope.run, is_over=is_over, chooses=chooses)
    noted = await _show(world, scope, effect, scope.number, body)

    def outcome(db: Connection) -> None:
        if noted:
            tasks.change(db, scope.task["id"], **noted)
        if is_over:
            _conclude(db, scope, found)

    return outcome


def _conclude(db: Connection, scope: Scope, found: list[_Seen]) -> None:
    """None works any more: in full_auto the best is taken, else a person is told, once for each round."""
    leader = agentic_runs.find(db, scope.run.id)
    now = [_seen(db, scope, row) for row in store.of_round(db, scope.task["id"])]
    if leader is None or leader.wait is not Wait.CANDIDATES or leader.paused:
        return
    if [one.shown.run for one in now if one] != [one.shown.run for one in found]:
        return  # somebody was faster, and the comparison is queued again
    if store.picked(db, scope.task["id"]) is not None:
        return
    number = choice.choose(one.standing for one in found) if leader.mode is Mode.FULL_AUTO else None
    if number is not None and candidates.pick(db, scope.task, number, leader.head_sha):
        return
    note = words.all_are_done(sum(one.green for one in found), len(found))
    if leader.note != note:
        agentic_runs.note(db, leader.id, note=note)
        outbox.enqueue(db, effects.ShowStatus(leader.id))
    outbox.enqueue(db, effects.Say(leader.id, f"{Wait.CANDIDATES}:{found[0].shown.number}"))


def _read(db: Connection, scope: Scope) -> list[_Seen]:
    rows = (_seen(db, scope, row) for row in store.of_round(db, scope.task["id"]))
    return [one for one in rows if one is not None]


def _seen(db: Connection, scope: Scope, task: Row) -> _Seen | None:
    """A candidate by its rows, without what is counted in its commits."""
    run = agentic_runs.of_task(db, task["id"])
    row = agentic_runs.row_of(db, run.id) if run is not None else None
    if run is None or row is None:
        return None
    pull = prs.of_task(db, task["id"])
    check = ci_checks.at(db, pull["id"], run.head_sha) if pull is not None and run.head_sha else None
    verdict = check["verdict"] if check is not None else None
    is_green = verdict == Answer.GREEN or (verdict == Answer.NONE and scope.config.ci.none_is_green)
    review = open_findings.latest(db, run.id, pull, scope.config.review.blocking)
    reviewed = review if review is not None and review.sha == run.head_sha else None
    costs = overview.costs(db, run.id)
    shown = words.Candidate(
        number=task["candidate"], executor=task["executor"], run=run, ci=verdict,
        score=reviewed.score if reviewed else None, blocking=len(reviewed.blocking) if reviewed else 0,
        cost_usd=costs["usd"], cost_is_estimate=bool(costs["is_estimate"]),
        seconds=float(row["active_seconds"] or 0), is_taken=task["picked_at"] is not None,
    )  # fmt: skip
    return _Seen(shown, is_green, runs.base_of_task(db, task["id"]))


async def _measured(world: World, scope: Scope, one: _Seen) -> _Seen:
    """The same with what it changes since it began, read from the mirror; what is not there is not shown."""
    head = one.shown.run.head_sha
    if head is None or one.base is None or head == one.base:
        return one
    repo = mirror.at(world.root, scope.repo["github_id"])
    try:
        changed = await commits.diff(repo, one.base, head, limit=words.MAX_CANDIDATE_DIFF)
    except DursorError:
        return one
    shown = replace(
        one.shown, files=len(changed.files), diff=changed.patch, added=sum(file.additions for file in changed.files),
        removed=sum(file.deletions for file in changed.files),
    )  # fmt: skip
    return replace(one, shown=shown)


async def _show(
    world: World, scope: Scope, effect: effects.CompareCandidates, number: int, body: str
) -> dict[str, object]:
    """Write the comment where it differs; returns what is to be noted of it."""
    known, digest = scope.task["comment_id"], check_runs.digest(body)
    if known == _NONE_WANTED or (known and scope.task["comment_shown"] == digest):
        return {}
    marker = words.candidates_marker(scope.task["id"])
    marked = comments.marked(marker, body)
    try:
        if known:
            await comments.update(scope.github, known, marked)
        elif known == _BEGUN:
            world.be_sure(keys.lane_of(effect))
            us = world.us.bot_id or 0
            known = (await comments.ensure(scope.github, number, marker, body, us)).id
        else:
            await world.database.write(lambda db: tasks.change(db, scope.task["id"], comment_id=_BEGUN))
            known = (await comments.create(scope.github, number, marked)).id
    except NotFound:  # deleted, or the whole conversation is gone
        return {"comment_id": _NONE_WANTED}
    except Forbidden:  # a locked conversation
        return {} if known else {"comment_id": None}
    return {"comment_id": known, "comment_shown": digest}
