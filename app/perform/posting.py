"""PostReview: what a review of ours found, on GitHub: one review with remarks on lines, and the rest in its body.

It is noted as begun before GitHub is asked. A review that was begun and never answered is looked for by its hidden
marker before it is made again; what each text shows is read from the markers in it, however it came to be there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app import errors, keys, words
from app.github import comments, pulls, reviews
from app.lifecycle import anchors, effects
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import findings as ledger
from app.store import reviews as store
from app.store import tasks
from app.store.connection import Connection, Row
from app.store.rows import from_json

_BEGUN = 0
_NO_REVIEW = -1
"""No review shows it: a comment does, or GitHub takes nothing from us here."""


@dataclass(slots=True)
class _Written:
    """The texts of a review of ours: what its findings are found by again."""

    posted_id: int
    body: str
    remarks: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Job:
    """One review that is to be shown, and where."""

    world: World
    scope: Scope
    number: int
    row: Row
    review: words.Review

    @property
    def marker(self) -> str:
        return words.review_marker(self.review.id)


async def post(effect: effects.PostReview, world: World) -> Outcome:
    """Show what was found at the head and was not shown before; nothing where there is no such thing."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None or tasks.is_candidate(scope.task):
        return nothing
    row, found = await world.database.read(lambda db: _found(db, effect))
    if row is None or row["status"] != "succeeded" or row["posted_id"] not in {None, _BEGUN}:
        return nothing
    fresh = [one for one in found if one["finding_id"] and one["shown_in"] is None]
    if not fresh:
        return nothing
    await world.known.wait()
    job = _Job(world, scope, scope.pull["number"], row, _review(scope, row, fresh, len(found)))
    written = await _search(job, effect) if row["posted_id"] == _BEGUN else None
    if written is None and await _is_head(job):
        written = await _make(job)
    return _noted(row["id"], job.review.findings, written) if written else nothing


def _found(db: Connection, effect: effects.PostReview) -> tuple[Row | None, list[Row]]:
    row = store.of_attempt(db, effect.run_id, effect.attempt)
    return row, ledger.counted(db, row["id"]) if row else []


def _review(scope: Scope, row: Row, fresh: Sequence[Row], total: int) -> words.Review:
    rules = scope.config.review
    return words.Review(
        id=row["id"], sha=row["sha"], executor=row["executor"] or row["executor_type"],
        score=row["overall_score"] or 0.0, min_score=rules.min_score, blocking=rules.blocking, total=total,
        notes=from_json(row["notes"], []), findings=[_finding(one) for one in fresh],
    )  # fmt: skip


def _finding(row: Row) -> words.Finding:
    return words.Finding(
        id=row["finding_id"], number=row["number"], severity=row["severity"], category=row["category"],
        title=row["title"], description=row["description"], suggestion=row["suggestion"], path=row["file_path"],
        start=row["line_start"], end=row["line_end"], old=row["side"] == "old",
    )  # fmt: skip


async def _is_head(job: _Job) -> bool:
    """Whether GitHub still shows the commit that was reviewed, on a pull request that is open or was merged.

    A merge can overtake a review whose posting had to be tried again; what was found is found all the same.
    """
    if job.scope.run.head_sha != job.review.sha:
        return False
    pull = await pulls.get(job.scope.github, job.number)
    return pull.head_sha == job.review.sha and (pull.state == "open" or pull.merged)


async def _search(job: _Job, effect: effects.PostReview) -> _Written | None:
    """What an earlier try made. Raises TooEarly while GitHub may still be at work on it."""
    job.world.be_sure(keys.lane_of(effect))
    us = job.world.us.bot_id or 0
    for review in await reviews.of(job.scope.github, job.number):
        if review.author_id == us and review.body.startswith(job.marker):
            return await _read_back(job, review)
    comment = await comments.find(job.scope.github, job.number, job.marker, us)
    return _Written(_NO_REVIEW, comment.body) if comment else None


async def _make(job: _Job) -> _Written:
    """Hand it in; where GitHub refuses it twice, one comment says it all, and where not even that, nothing does."""
    remarks = await _remarks(job)
    everything = words.review_body(job.review, ())
    await job.world.database.write(lambda db: store.change(db, job.row["id"], posted_id=_BEGUN))
    github, body = job.scope.github, words.review_body(job.review, remarks)
    try:
        try:
            made = await reviews.submit(
                github, job.number, commit_id=job.review.sha, body=body, remarks=list(remarks.values()),
                instead=everything,
            )  # fmt: skip
        except errors.Invalid:
            if not await _is_head(job):
                return _Written(_NO_REVIEW, "")
            return _Written(_NO_REVIEW, (await comments.create(github, job.number, everything)).body)
    except (errors.Forbidden, errors.NotFound):  # a locked conversation, no permission, or nothing there any more
        return _Written(_NO_REVIEW, "")
    return await _read_back(job, made)


async def _read_back(job: _Job, review: reviews.Review) -> _Written:
    made = await reviews.comments_of(job.scope.github, job.number, review.id)
    return _Written(review.id, review.body, [(remark.id, remark.body) for remark in made])


async def _remarks(job: _Job) -> dict[str, reviews.Remark]:
    """A remark for each finding that a line of the diff can carry, by its id, as many as one review makes."""
    changed = await pulls.files(job.scope.github, job.number)
    diff = anchors.Diff(
        anchors.File(file.path, file.patch, file.previous_path if file.status == "renamed" else None)
        for file in changed
    )
    return await asyncio.to_thread(_placed, diff, job.review.findings)


def _placed(diff: anchors.Diff, found: Sequence[words.Finding]) -> dict[str, reviews.Remark]:
    placed: dict[str, reviews.Remark] = {}
    for finding in found:
        where = diff.anchor(anchors.Place(finding.path, finding.start, finding.end, finding.old))
        if where is None:
            continue
        text = finding.suggestion
        one_click = text is not None and where.takes(text) and words.may_be_applied(text)
        body = words.remark(finding, one_click=one_click)
        placed[finding.id] = reviews.Remark(where.path, where.line, body, where.side, where.start)
        if len(placed) == words.MAX_REMARKS:
            break
    return placed


def _noted(review_id: str, found: Sequence[words.Finding], written: _Written) -> Callable[[Connection], None]:
    """Which findings it shows, by the markers in what it says."""

    def note(db: Connection) -> None:
        store.change(db, review_id, posted_id=written.posted_id)
        for finding in found:
            marker = words.finding_marker(finding.id)
            thread = next((number for number, body in written.remarks if body.startswith(marker)), None)
            if thread is not None or marker in written.body:
                ledger.show(db, finding.id, review_id, thread)

    return note
