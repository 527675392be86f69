"""config_checks: the check run at the head of each pull request that changes the configuration."""

from __future__ import annotations

from app.store.connection import Connection, Row
from app.store.rows import one


def find(db: Connection, repo_id: str, number: int) -> Row | None:
    """The check run of a pull request."""
    return one(db, "SELECT * FROM config_checks WHERE repo_id = ? AND number = ?", repo_id, number)


def note(db: Connection, repo_id: str, number: int, *, sha: str, check_run_id: int | None, shown: str | None) -> None:
    """Note what stands at a commit; `check_run_id` is None just before it is made."""
    db.execute(
        """INSERT INTO config_checks (repo_id, number, sha, check_run_id, shown) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (repo_id, number) DO UPDATE
           SET sha = excluded.sha, check_run_id = excluded.check_run_id, shown = excluded.shown""",
        (repo_id, number, sha, check_run_id, shown),
    )


def forget(db: Connection, repo_id: str, number: int) -> None:
    """Forget a pull request that changes the configuration no more."""
    db.execute("DELETE FROM config_checks WHERE repo_id = ? AND number = ?", (repo_id, number))
