"""ShowStatus, Say: what people see on GitHub. Rendered from the rows as they are now, so a late one is still true.

Something new is noted as begun before GitHub is asked to make it. Only what was begun and never answered (the
answer got lost, the server ended) is looked for before it is made; and what says already what it would say is left.
"""

from __future__ import annotations

import json

from app import keys, words
from app.errors import Forbidden, Invalid, NotFound
from app.github import check_output, checks, comments
from app.lifecycle import effects
from app.lifecycle.run import MergeWay, Phase, Wait
from app.perform import approvers, check_runs, explaining, seeing
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, prs, tasks
from app.store.connection import Connection, Row
from app.store.rows import from_json

_BEGUN = 0
_NONE_WANTED = -1
"""A status comment that people deleted twice."""
_NONE_TAKEN = -1
"""A check run that GitHub does not take at this commit."""
_SAID = 50


async def show_status(effect: effects.ShowStatus, world: World) -> Outcome:
    """Bring the check run at the head and the sticky comment up to date."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None:
        return nothing
    pull = scope.pull
    await world.known.wait()
    seen = await world.database.read(lambda db: seeing.of(db, scope))
    check = await _show_check(
        world, scope, pull, *words.check_run(scope.run, seen.gates, seen.awaiting), buttons=_buttons(seen)
    )
    comment = await _show_comment(world, scope, pull, words.status_comment(seen))
    return lambda db: prs.change(db, pull["id"], **check, **comment)


async def say(effect: effects.Say, world: World) -> Outcome:
    """Post one comment that notifies people; nothing when the run went on in the meantime."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.number is None or tasks.is_candidate(scope.task):
        return nothing  # of several candidates one comment tells
    body: str | None
    if effect.key.startswith("voided:") and not scope.run.is_terminal:
        body = _voided(scope, effect.key.removeprefix("voided:"))
    elif scope.run.phase is Phase.FAILED:
        body = words.ended(scope.run)
    elif scope.run.phase is Phase.AWAITING_HUMAN and effect.key.startswith(f"{scope.run.wait}:"):
        body = await _waiting(world, scope)
    else:
        body = None
    if body is None:
        return nothing
    if scope.item is not None and scope.pull is None and scope.item["number"] is not None:
        body = f"{words.about_item(scope.item)}\n\n{body}"
    await world.known.wait()
    marker = f"<!-- dursor:say:{effect.run_id}:{effect.key} -->"
    try:
        if await world.database.write(lambda db: _note_said(db, effect)):
            await comments.create(scope.github, scope.number, comments.marked(marker, body))
        else:
            world.be_sure(keys.lane_of(effect))
            await comments.ensure(scope.github, scope.number, marker, body, world.us.bot_id or 0)
    except Forbidden:  # a locked conversation: the check run says the same
        return nothing
    return nothing


async def _waiting(world: World, scope: Scope) -> str | None:
    """What is waited for. Whoever is asked to approve has to know what that lets through, so the gates are looked at.

    None where the run went on meanwhile.
    """
    if scope.run.wait is Wait.OPENING:
        return _opening(scope)
    if scope.run.wait is not Wait.APPROVAL:
        return words.waiting(scope.run)
    trouble = await explaining.look(world, scope)
    run, gates = await world.database.read(
        lambda db: (agentic_runs.find(db, scope.run.id), seeing.gates_of(db, scope.run.id))
    )
    is_asked = run is not None and run.wait is Wait.APPROVAL and run.head_sha == scope.run.head_sha
    return words.approval_asked(scope.run, gates, trouble) if is_asked else None


def _opening(scope: Scope) -> str:
    title = words.pull_title(scope.task["title"], scope.branch)
    return words.pull_left(scope.repo["repo_url"], scope.base_branch, scope.branch, title, scope.task["issue_number"])


def _voided(scope: Scope, sha: str) -> str:
    """Whoever approved since is not who approved then."""
    approver = approvers.read(scope.row["approved_by"])
    known = approver is not None and approver.sha in {None, sha}
    return words.voided(approver.login if approver and known else None, sha, scope.run)


async def every_gate_holds(world: World, scope: Scope, way: MergeWay | None) -> None:
    """Conclude our check run with success, right before the merge of a commit that every gate holds for."""
    pull = await world.database.read(lambda db: prs.of_task(db, scope.task["id"]))  # as the last look left it
    if pull is not None:
        check = await _show_check(world, scope, pull, *words.every_gate_holds(way))
        await world.database.write(lambda db: prs.change(db, pull["id"], **check))


def _note_said(db: Connection, effect: effects.Say) -> bool:
    """Note that a comment is about to be posted; False when it was so noted before."""
    row = agentic_runs.row_of(db, effect.run_id)
    said: list[str] = from_json(row["said"] if row else None, [])
    if effect.key in said:
        return False
    agentic_runs.note(db, effect.run_id, said=json.dumps([*said, effect.key][-_SAID:]))
    return True


def _buttons(seen: words.Seen) -> list[check_output.Button]:
    offered = words.buttons(seen.run, seen.gates)
    return [check_output.Button(offer.label, offer.description, offer.command) for offer in offered]


async def _show_check(
    world: World,
    scope: Scope,
    pull: Row,
    title: str,
    summary: str,
    conclusion: str | None,
    *,
    buttons: list[check_output.Button] | None = None,
) -> dict[str, object]:
    """Write the check run where it differs; returns what is to be noted of it."""
    sha = scope.run.head_sha
    if sha is None:
        return {}
    address = f"{world.settings.public_url.rstrip('/')}/status" if world.settings.public_url else None
    report = check_output.Report(
        title, summary, conclusion=conclusion, details_url=address, buttons=buttons or () if conclusion else ()
    )
    digest = check_runs.digest(check_output.body(report))
    known = pull["check_run_id"] if pull["check_run_sha"] == sha else None
    if known == _NONE_TAKEN or (known is not None and pull["check_shown"] == digest):
        return {}
    try:
        if known is None:
            wanted = check_runs.Wanted(words.CHECK_NAME, sha, scope.run.id, effects.ShowStatus(scope.run.id))
            known = await check_runs.make(
                world, scope.github, wanted, report, is_begun=pull["check_run_sha"] == sha,
                begin=lambda db: prs.change(db, pull["id"], check_run_id=None, check_run_sha=sha, check_shown=None),
            )  # fmt: skip
        else:
            await checks.update_run(scope.github, known, report)
    except (Invalid, Forbidden, NotFound):  # a fork's commit, or no permission for checks: the comment says it
        return {"check_run_id": _NONE_TAKEN, "check_run_sha": sha, "check_shown": None}
    return {"check_run_id": known, "check_run_sha": sha, "check_shown": digest}


async def _show_comment(world: World, scope: Scope, pull: Row, body: str) -> dict[str, object]:
    """Write the status comment where it differs; returns what is to be noted of it."""
    known, losses, digest = pull["status_comment_id"], pull["comment_losses"] or 0, check_runs.digest(body)
    if known == _NONE_WANTED or (known and pull["comment_shown"] == digest):
        return {}
    try:
        if known:
            try:
                await comments.update(scope.github, known, comments.marked(words.STATUS_MARKER, body))
            except NotFound:  # a person deleted it: once that may be a mistake, twice it is a wish
                if losses:
                    return {"status_comment_id": _NONE_WANTED, "comment_losses": losses + 1}
                losses, known = 1, None
        if not known:
            known = await _make_comment(world, scope, pull, body, is_begun=known == _BEGUN, losses=losses)
    except NotFound:  # the pull request is out of reach
        return {}
    except Forbidden:  # a locked conversation
        return {} if known else {"status_comment_id": None, "comment_losses": losses}
    return {"status_comment_id": known, "comment_shown": digest, "comment_losses": losses}


async def _make_comment(world: World, scope: Scope, pull: Row, body: str, *, is_begun: bool, losses: int) -> int:
    number = pull["number"]
    if is_begun:
        world.be_sure(keys.lane_of(effects.ShowStatus(scope.run.id)))
        made = await comments.ensure(scope.github, number, words.STATUS_MARKER, body, world.us.bot_id or 0)
        return made.id
    await world.database.write(
        lambda db: prs.change(db, pull["id"], status_comment_id=_BEGUN, comment_shown=None, comment_losses=losses)
    )
    return (await comments.create(scope.github, number, comments.marked(words.STATUS_MARKER, body))).id
