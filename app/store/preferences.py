"""user_preferences: one row with the defaults of the person who runs this server."""

from __future__ import annotations

from typing import Any

from app.store.connection import Connection, Row
from app.store.rows import one, update

UNSET: dict[str, Any] = {
    "default_repo_owner": None, "default_repo_name": None, "default_branch": None, "default_branch_prefix": None,
    "default_pr_creation_mode": None, "default_coding_mode": None, "auto_generate_pr_description": False,
    "update_pr_title_on_regenerate": True, "worktrees_dir": None,
}  # fmt: skip
"""What holds while nobody chose anything."""

SWITCHES = {name for name, value in UNSET.items() if isinstance(value, bool)}


def load(db: Connection) -> dict[str, Any]:
    """Every preference, with `created_at` and `updated_at`, which are None while nobody chose anything.

    A switch that is null in a row of an earlier dursor is as if nobody chose it.
    """
    row = one(db, "SELECT * FROM user_preferences WHERE id = 1")
    found = {name: value for name, value in dict(row).items() if value is not None} if row else {}
    chosen = {name: bool(value) if name in SWITCHES else value for name, value in found.items()}
    return {"created_at": None, "updated_at": None} | UNSET | chosen


def repository(db: Connection) -> Row | None:
    """The repository that is preferred, where the App knows it."""
    chosen = load(db)
    name = f"{chosen['default_repo_owner']}/{chosen['default_repo_name']}"
    if not (chosen["default_repo_owner"] and chosen["default_repo_name"]):
        return None
    return one(db, "SELECT * FROM repos WHERE full_name = ? COLLATE NOCASE ORDER BY active DESC, id DESC LIMIT 1", name)


def base(db: Connection, repo_id: str) -> str | None:
    """The branch that new pull requests of the preferred repository go into; None in any other."""
    preferred = repository(db)
    return load(db)["default_branch"] if preferred is not None and preferred["id"] == repo_id else None


def save(db: Connection, **chosen: object) -> None:
    """Choose what is named and leave the rest."""
    db.execute(
        "INSERT INTO user_preferences (id, created_at, updated_at) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING",
        (db.now, db.now),
    )
    update(db, "user_preferences", 1, **chosen, updated_at=db.now)
