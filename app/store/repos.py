"""repos: the repositories dursor works in, by GitHub's id, which survives renames and transfers."""

from __future__ import annotations

from app.store.connection import Connection, Row
from app.store.rows import one, update


def save(
    db: Connection,
    *,
    github_id: int,
    full_name: str,
    installation_id: int | None,
    repo_url: str,
    default_branch: str,
    workspace_path: str,
) -> str:
    """Note a repository as it is now; returns its row's id.

    A row of an earlier dursor, which knew repositories by their address alone, is the same repository.
    """
    db.execute(
        """UPDATE repos SET github_id = ? WHERE id = (
               SELECT id FROM repos WHERE github_id IS NULL AND repo_url IN (?, ? || '.git')
                 AND NOT EXISTS (SELECT 1 FROM repos WHERE github_id = ?) ORDER BY created_at DESC LIMIT 1)""",
        (github_id, repo_url, repo_url, github_id),
    )
    row = db.execute(
        """INSERT INTO repos (id, github_id, full_name, installation_id, repo_url, default_branch, latest_commit,
                              workspace_path, active, created_at, comments_seen_at)
           VALUES (?, ?, ?, ?, ?, ?, '', ?, 1, ?, ?)
           ON CONFLICT (github_id) DO UPDATE SET full_name = excluded.full_name, repo_url = excluded.repo_url,
               installation_id = coalesce(excluded.installation_id, installation_id),
               default_branch = excluded.default_branch, active = 1
           RETURNING id""",
        (db.new_id(), github_id, full_name, installation_id, repo_url, default_branch, workspace_path, db.now, db.now),
    ).fetchone()
    return str(row["id"])


def find(db: Connection, github_id: int) -> Row | None:
    """The repository with GitHub's id."""
    return one(db, "SELECT * FROM repos WHERE github_id = ?", github_id)


def by_id(db: Connection, repo_id: str) -> Row | None:
    """The repository with this row id."""
    return one(db, "SELECT * FROM repos WHERE id = ?", repo_id)


def of_installation(db: Connection, installation_id: int) -> list[Row]:
    """Every repository last seen through an installation."""
    return db.execute("SELECT * FROM repos WHERE installation_id = ?", (installation_id,)).fetchall()


def all_active(db: Connection) -> list[Row]:
    """Every repository that the App may work in."""
    return db.execute("SELECT * FROM repos WHERE active = 1 AND installation_id IS NOT NULL ORDER BY id").fetchall()


def with_live_runs(db: Connection) -> list[Row]:
    """Every repository where a run lives."""
    return db.execute(
        """SELECT * FROM repos WHERE github_id IS NOT NULL AND id IN (
               SELECT tasks.repo_id FROM agentic_runs JOIN tasks ON tasks.id = agentic_runs.task_id
               WHERE agentic_runs.phase NOT IN ('completed', 'failed', 'canceled')) ORDER BY id"""
    ).fetchall()


def set_active(db: Connection, repo_id: str, *, active: bool) -> None:
    """Note that the App may, or may no longer, see a repository."""
    update(db, "repos", repo_id, active=int(active))


def rename(db: Connection, github_id: int, full_name: str, repo_url: str) -> None:
    """Note a repository's new name."""
    db.execute("UPDATE repos SET full_name = ?, repo_url = ? WHERE github_id = ?", (full_name, repo_url, github_id))


def select_branch(db: Connection, repo_id: str, branch: str | None) -> None:
    """Have new pull requests go into this branch; None: into the default branch."""
    update(db, "repos", repo_id, selected_branch=branch)


def note_tip(db: Connection, repo_id: str, sha: str) -> None:
    """Note the newest commit of the default branch."""
    update(db, "repos", repo_id, latest_commit=sha)


def note_comments_seen(db: Connection, repo_id: str, until: str) -> None:
    """Note that comments up to then were looked through for commands."""
    update(db, "repos", repo_id, comments_seen_at=until)


def doubt_config(db: Connection, repo_id: str) -> None:
    """Have the configuration read again with the next reading of a pull request."""
    update(db, "repos", repo_id, config_read_at=None)


def note_config(
    db: Connection, repo_id: str, *, sha: str | None, config: str | None, error: str | None, cuts: str | None = None
) -> None:
    """Note a reading of the configuration; a bad file leaves the last good one in force."""
    if error is None:
        update(
            db, "repos", repo_id, config=config, config_cuts=cuts, config_sha=sha, config_error=None,
            config_read_at=db.now,
        )  # fmt: skip
    else:
        update(db, "repos", repo_id, config_sha=sha, config_error=error, config_read_at=db.now)


def keep_config(db: Connection, repo_id: str, config: str, cuts: str) -> None:
    """Replace the configuration that is in force without a reading."""
    update(db, "repos", repo_id, config=config, config_cuts=cuts)


def all_configured(db: Connection) -> list[Row]:
    """Every repository that has a configuration of its own."""
    return db.execute("SELECT * FROM repos WHERE config IS NOT NULL").fetchall()
