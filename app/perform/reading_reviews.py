"""ReadReviews: what people said of the code. Approvals count for their commit, requests become one instruction each."""

from __future__ import annotations

from collections.abc import Iterable

from app import advance, outbox, words
from app.github import reviews
from app.lifecycle import effects, signals
from app.lifecycle.run import Wait
from app.perform import gates
from app.perform.world import Outcome, World, nothing, of_run
from app.store import agentic_runs, tasks
from app.store.connection import Connection


async def read_reviews(effect: effects.ReadReviews, world: World) -> Outcome:
    """Read all reviews and line comments; only people who may write are heard, each thing they said once."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.run.is_terminal or scope.run.pr_number is None:
        return nothing
    given = await reviews.of(scope.github, scope.run.pr_number)
    lines = await reviews.line_comments(scope.github, scope.run.pr_number)
    authors = {r.author_login for r in given if r.author_login and not r.author_is_bot and r.state != "PENDING"}
    authors |= {c.author_login for c in lines if c.author_login and not c.author_is_bot}
    least = scope.config.trust.permission
    trusted = {login for login in authors if await gates.may_write(scope.github, login, least)}
    opinions = await gates.trusted_opinions(scope.github, given)
    requests = list(_requests(given, lines, trusted))
    started_at = str(scope.row["started_at"])

    def outcome(db: Connection) -> None:
        run = agentic_runs.find(db, effect.run_id)
        if run is None or run.is_terminal:
            return
        for source, author, text, at in requests:
            role = (
                "user" if at >= started_at[:19] else "system"
            )  # said before dursor was asked in: known, not a request
            if tasks.say(db, scope.task["id"], role, text, source=source, author=author) and role == "user":
                advance.signal(db, run.id, signals.ChangesRequested(by=author))
        approver = next(
            (login for login, r in opinions.items() if r.state == "APPROVED" and r.commit_id == run.head_sha), None
        )
        if run.head_sha is not None and approver and not run.human_approved and approver in trusted:
            agentic_runs.note(db, run.id, approved_by=f"review:{approver}")
            advance.signal(db, run.id, signals.Approved(sha=run.head_sha, by=approver))
        elif run.head_sha is not None and not approver and _approved_by_review(db, run.id):
            advance.signal(db, run.id, signals.ApprovalWithdrawn(sha=run.head_sha))
        if run.wait is Wait.GATE:
            outbox.enqueue(db, effects.ReadPull(run.id))

    return outcome


def _requests(
    given: Iterable[reviews.Review], lines: Iterable[reviews.LineComment], trusted: set[str]
) -> Iterable[tuple[str, str, str, str]]:
    """One request for each review that asks for something: its body and its comments on lines together."""
    by_review: dict[int | None, list[reviews.LineComment]] = {}
    for line in lines:
        if line.author_login in trusted and line.reply_to is None:
            by_review.setdefault(line.review_id, []).append(line)
    for review in given:
        if review.author_login not in trusted or review.author_login is None:
            continue
        remarks = by_review.get(review.id, [])
        if review.state == "CHANGES_REQUESTED" or (review.state == "COMMENTED" and remarks):
            text = words.review_request(review.body, remarks)
            yield f"review:{review.id}", review.author_login, text, (review.submitted_at or "")[:19]


def _approved_by_review(db: Connection, run_id: str) -> bool:
    row = agentic_runs.row_of(db, run_id)
    return row is not None and bool(row["human_approved"]) and str(row["approved_by"] or "").startswith("review:")
