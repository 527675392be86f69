"""ReadReviews: what people said of the code. Approvals count for their commit, requests become one instruction each.

Their words count as they came. A remark that was edited before anybody heard it is left out: what it said when the
review was handed in, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app import advance, outbox
from app.commands import grammar
from app.github import reviews
from app.lifecycle import effects, people_gates, signals
from app.lifecycle.gate import Gate
from app.lifecycle.run import Run, Wait
from app.perform import approvers, gates, opinions, requests, resolving, seeing, threads, trust
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, heard
from app.store.connection import Connection

_EDITED_SECONDS = 1


async def read_reviews(effect: effects.ReadReviews, world: World) -> Outcome:
    """Read all reviews and line comments; only people who may write are heard, each thing they said once."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.run.is_terminal or scope.run.pr_number is None:
        return nothing
    given = await reviews.of(scope.github, scope.run.pr_number)
    lines = await reviews.line_comments(scope.github, scope.run.pr_number)
    number, home = scope.run.pr_number, scope.repo["github_id"]
    heard_as = await world.database.read(lambda db: heard.bodies(db, home, number))
    given = [replace(one, body=_said(one.body, heard_as.get(f"review:{one.id}"))) for one in given]
    roots = {line.id: line for line in lines if line.reply_to is None}
    lines = [
        replace(one, body=_said(one.body, heard_as.get(f"review_comment:{one.id}")))
        for one in lines
        if f"review_comment:{one.id}" in heard_as or not _was_edited(one)
    ]
    replies = [line for line in lines if line.reply_to in roots and line.body.strip()]
    trusted = await _trusted(world, scope, given, [*(line for line in lines if line.reply_to is None), *replies])
    said = await opinions.of(scope.github, [one for one in given if one.author_login in trusted])
    asked = list(requests.of_reviews(given, lines, trusted))
    resolved = await resolving.look(world, scope)
    is_gone = scope.run.human_approved and not await gates.is_approved(scope, said)
    since = str(scope.row["started_at"])[:19]

    def outcome(db: Connection) -> None:
        run = agentic_runs.find(db, effect.run_id)
        if run is None or run.is_terminal:
            return
        for request in asked:
            if requests.note(db, scope.task["id"], request, since=since):
                advance.signal(db, run.id, signals.ChangesRequested(by=request.author))
        if requests.withdraw(db, scope.task["id"], given):
            advance.signal(db, run.id, signals.RequestsWithdrawn())
        for reply in replies:
            if reply.author_login in trusted:
                requests.overhear(db, scope.task["id"], scope.pull, reply, roots[reply.reply_to or 0])
        resolved(db)
        if _note_asking(db, run.id, given, said):
            outbox.enqueue(db, effects.ShowStatus(run.id))
        _weigh(db, run, scope, said.counted, is_gone=is_gone)
        if run.wait is Wait.GATE or run.merge_way is not None:
            outbox.enqueue(db, effects.ReadPull(run.id))
        if threads.any_due(db, run, scope.pull, scope.task["id"]):
            outbox.enqueue(db, effects.AnswerThreads(run.id))

    return outcome


def _note_asking(db: Connection, run_id: str, given: Sequence[reviews.Review], said: opinions.Opinions) -> bool:
    """Keep the last look at the gates true as to who wants changes; False where it is.

    `said` holds those who may command, who may be fewer than those who may write: nobody at all has to ask.
    """
    for found in people_gates.asked_for(opinions.asking(said)):
        return seeing.note_unmet(db, run_id, found)
    nobody = all(one.state != "CHANGES_REQUESTED" for one in opinions.latest(given))
    return nobody and seeing.note_met(db, run_id, Gate.CHANGES_REQUESTED)


def _weigh(db: Connection, run: Run, scope: Scope, given: Mapping[str, reviews.Review], *, is_gone: bool) -> None:
    """Tell a run whose approval of its head it has; `is_gone`: whoever approved before may not do so any more."""
    sha, row = run.head_sha, agentic_runs.row_of(db, run.id)
    if sha is None or row is None:
        return
    here = {who: one for who, one in given.items() if one.state == "APPROVED" and one.commit_id == sha}
    counts = (who for who, one in here.items() if not approvers.is_void(row["approved_by"], one.submitted_at))
    approver = next(counts, None)
    by_review = str(row["approved_by"] or "").startswith("review:")
    is_over = is_gone and row["approved_by"] == scope.row["approved_by"]
    if row["human_approved"] and (is_over or (by_review and approver is None)):
        advance.signal(db, run.id, signals.ApprovalWithdrawn(sha=sha))
    now = agentic_runs.find(db, run.id)
    if approver is not None and now is not None and not now.human_approved:
        approvers.keep(db, now, approvers.Approver("review", approver, given[approver].author_id, sha))
        advance.signal(db, run.id, signals.Approved(sha=sha, by=approver))


async def _trusted(
    world: World, scope: Scope, given: Iterable[reviews.Review], lines: Sequence[reviews.LineComment]
) -> set[str]:
    """The logins of those among the writers who may command."""
    authors = {
        trust.Who(r.author_login or "ghost", r.author_id, r.author_is_bot) for r in given if r.state != "PENDING"
    }
    authors |= {trust.Who(c.author_login or "ghost", c.author_id, c.author_is_bot) for c in lines}
    people = [who for who in authors if not who.is_bot]
    return {who.login for who in people if await trust.may_command(world, scope.github, who, scope.config.trust)}


def _said(now: str, then: str | None) -> str:
    """The words as they were heard, or else as they are, without what was said to dursor among them."""
    return grammar.without_commands(now if then is None else then)


def _was_edited(line: reviews.LineComment) -> bool:
    try:
        took = datetime.fromisoformat(line.updated_at) - datetime.fromisoformat(line.created_at)
    except ValueError:
        return True
    return took.total_seconds() > _EDITED_SECONDS
