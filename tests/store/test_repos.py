"""repos: known by GitHub's id, through renames, and from before there was one."""

from __future__ import annotations

from app.store import repos
from app.store.connection import Connection

WIDGETS = "https://github.com/octo/widgets"


def noted(db: Connection, full_name: str = "octo/widgets", repo_url: str = WIDGETS) -> str:
    return repos.save(
        db, github_id=7, full_name=full_name, installation_id=1, repo_url=repo_url, default_branch="main",
        workspace_path="mirrors/7.git",
    )  # fmt: skip


def test_a_renamed_repository_keeps_its_row(db):
    first = noted(db)

    assert noted(db, full_name="octo/gadgets", repo_url="https://github.com/octo/gadgets") == first
    found = repos.find(db, 7)
    assert found is not None
    assert found["full_name"] == "octo/gadgets"


def test_a_row_of_an_earlier_dursor_is_recognised_by_its_address(db):
    db.execute(
        """INSERT INTO repos (id, repo_url, default_branch, latest_commit, workspace_path, created_at)
           VALUES ('old', 'https://github.com/octo/widgets.git', 'main', '', 'x', '2025-01-01T00:00:00Z')"""
    )

    assert noted(db) == "old"
    assert noted(db) == "old"


def test_two_old_rows_of_one_address_do_not_both_become_it(db):
    for name in ("old", "older"):
        db.execute(
            """INSERT INTO repos (id, repo_url, default_branch, latest_commit, workspace_path, created_at)
               VALUES (?, 'https://github.com/octo/widgets', 'main', '', 'x', '2025-01-01T00:00:00Z')""",
            (name,),
        )

    assert noted(db) in {"old", "older"}
    assert db.execute("SELECT count(*) FROM repos WHERE github_id = 7").fetchone()[0] == 1
