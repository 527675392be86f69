"""ShowStatus, Say: what people see on GitHub. Rendered from the rows as they are now, so a late one is still true."""

from __future__ import annotations

from app import outbox, words
from app.errors import Forbidden, Invalid, NotFound
from app.github import check_output, checks, comments
from app.lifecycle import effects
from app.lifecycle.run import Phase
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import ci_checks, prs, reviews, runs
from app.store.connection import Connection, Row

_DELETED = -1


async def show_status(effect: effects.ShowStatus, world: World) -> Outcome:
    """Bring the check run at the head and the sticky comment up to date."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None:
        return nothing
    pull = scope.pull
    await world.known.wait()
    if pull["status_comment_id"] is None or pull["check_run_sha"] != scope.run.head_sha:
        world.be_sure(outbox.lane_of(effect))
    check_run_id = await _show_check(world, scope, pull)
    comment_id = await _show_comment(world, scope, pull)

    def shown(db: Connection) -> None:
        prs.change(
            db,
            pull["id"],
            check_run_id=check_run_id,
            check_run_sha=scope.run.head_sha,
            status_comment_id=comment_id,
        )

    return shown


async def say(effect: effects.Say, world: World) -> Outcome:
    """Post one comment that notifies people; nothing when the run went on in the meantime."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None:
        return nothing
    if scope.run.phase is Phase.FAILED:
        body = words.ended(scope.run)
    elif scope.run.phase is Phase.AWAITING_HUMAN and effect.key.startswith(f"{scope.run.wait}:"):
        body = words.waiting(scope.run)
    else:
        return nothing
    await world.known.wait()
    world.be_sure(outbox.lane_of(effect))
    marker = f"<!-- dursor:say:{effect.run_id}:{effect.key} -->"
    try:
        await comments.ensure(scope.github, scope.pull["number"], marker, body, world.us.bot_id or 0)
    except Forbidden:  # a locked conversation: the check run says the same
        return nothing
    return nothing


async def every_gate_holds(world: World, scope: Scope, pull: Row) -> None:
    """Conclude our check run with success, right before the merge of a commit that every gate holds for."""
    await _show_check(world, scope, pull, merging=True)


async def _show_check(world: World, scope: Scope, pull: Row, *, merging: bool = False) -> int | None:
    if scope.run.head_sha is None:
        return None
    title, summary, conclusion = words.every_gate_holds() if merging else words.check_run(scope.run)
    address = f"{world.settings.public_url.rstrip('/')}/status" if world.settings.public_url else None
    report = check_output.Report(title, summary, conclusion=conclusion, details_url=address)
    known = pull["check_run_id"] if pull["check_run_sha"] == scope.run.head_sha else None
    try:
        if known is None:
            found = await checks.find_run(scope.github, scope.run.head_sha, scope.run.id)
            known = found.id if found else None
        if known is None:
            made = await checks.create_run(
                scope.github,
                name=words.CHECK_NAME,
                head_sha=scope.run.head_sha,
                external_id=scope.run.id,
                report=report,
            )
            return made.id
        await checks.update_run(scope.github, known, report)
    except (Invalid, Forbidden, NotFound):  # a fork's commit, or no permission for checks: the comment says it
        return None
    return int(known)


async def _show_comment(world: World, scope: Scope, pull: Row) -> int | None:
    def read(db: Connection) -> tuple[Row | None, Row | None, list[Row]]:
        check = ci_checks.at(db, pull["id"], scope.run.head_sha) if scope.run.head_sha else None
        return check, reviews.latest(db, scope.run.id), runs.of_task(db, scope.task["id"])

    check, review, attempts = await world.database.read(read)
    body = words.status_comment(
        scope.run, check=check, review=review, attempts=attempts, config_error=scope.repo["config_error"]
    )
    number, known = pull["number"], pull["status_comment_id"]
    if known == _DELETED:
        return _DELETED
    try:
        if known is not None:
            await comments.update(scope.github, known, comments.marked(words.STATUS_MARKER, body))
            return int(known)
        made = await comments.ensure(scope.github, number, words.STATUS_MARKER, body, world.us.bot_id or 0)
    except NotFound:  # a person deleted it: that is respected, the check run goes on
        return _DELETED if known is not None else None
    except Forbidden:  # a locked conversation
        return None
    return made.id
