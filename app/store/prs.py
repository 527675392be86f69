"""prs: pull requests as last seen. `latest_commit` is the head; facts of another commit do not count."""

from __future__ import annotations

import json

from app.store.connection import Connection, Row
from app.store.rows import insert, one, update


def create(db: Connection, task_id: str, *, number: int, url: str, branch: str, title: str, head_sha: str) -> str:
    """Note a pull request for a task; returns its row's id."""
    pr_id = db.new_id()
    insert(
        db, "prs", id=pr_id, task_id=task_id, number=number, url=url, branch=branch, title=title,
        latest_commit=head_sha, head_seen_at=db.now, created_at=db.now, updated_at=db.now,
    )  # fmt: skip
    return pr_id


def change(db: Connection, pr_id: str, **values: object) -> None:
    """Note what GitHub says now; a new `latest_commit` starts the settle time anew."""
    if "latest_commit" in values:
        known = one(db, "SELECT latest_commit FROM prs WHERE id = ?", pr_id)
        if known is not None and known["latest_commit"] != values["latest_commit"]:
            values["head_seen_at"] = db.now
    update(db, "prs", pr_id, **values, updated_at=db.now)


def note_push(db: Connection, pr_id: str, *, sha: str, login: str, is_bot: bool) -> None:
    """Keep who pushed a commit as the event of the push says it; a later push replaces it."""
    change(db, pr_id, head_by=json.dumps({"sha": sha, "by": login, "is_bot": is_bot}))


def expect_comment(db: Connection, pr_id: str) -> None:
    """Note that a status comment of ours may be there already: it is looked for before one is made."""
    db.execute("UPDATE prs SET status_comment_id = 0 WHERE id = ? AND status_comment_id IS NULL", (pr_id,))


def of_task(db: Connection, task_id: str) -> Row | None:
    """The newest pull request of a task."""
    return one(db, "SELECT * FROM prs WHERE task_id = ? ORDER BY id DESC LIMIT 1", task_id)


def in_repository(db: Connection, repo_id: str, number: int) -> Row | None:
    """The newest row for a pull request's number in a repository."""
    return one(
        db,
        """SELECT prs.* FROM prs JOIN tasks ON tasks.id = prs.task_id
           WHERE tasks.repo_id = ? AND prs.number = ? ORDER BY prs.id DESC LIMIT 1""",
        repo_id, number,
    )  # fmt: skip
