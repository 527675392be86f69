"""backup, db migrate, db check: the file as a whole."""

from __future__ import annotations

import os
import sqlite3
import stat

import pytest

from app.store import migrate
from app.store.connection import connect


def test_migrate_makes_a_database_and_may_be_said_twice(dursor, path):
    for _ in range(2):
        done = dursor("db", "migrate")
        assert (done.exit_code, done.stdout) == (0, f"{path} has version {migrate.latest_version()}.\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_backup_holds_everything_is_sound_and_the_owner_s_alone(dursor, db, tmp_path, monkeypatch):
    target = tmp_path / "copy.db"
    before = os.umask(0)
    try:
        assert dursor("backup", str(target)).exit_code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    copied = connect(target, readonly=True)
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        rows = f"SELECT * FROM {table}"
        assert list(map(tuple, copied.execute(rows))) == list(map(tuple, db.execute(rows)))
    copied.close()
    monkeypatch.setenv("DURSOR_DATABASE", str(target))
    assert dursor("db", "check").stdout == "The database is sound.\n"


def test_a_backup_is_of_one_moment_though_somebody_writes(dursor, db, tmp_path):
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM webhook_deliveries")
    assert dursor("backup", str(tmp_path / "copy.db")).exit_code == 0
    db.execute("ROLLBACK")
    with sqlite3.connect(tmp_path / "copy.db") as copied:
        assert copied.execute("SELECT count(*) FROM webhook_deliveries").fetchone() == (2,)
    copied.close()


def test_a_backup_never_overwrites(dursor, db, tmp_path):
    (tmp_path / "precious").write_text("keep me")
    done = dursor("backup", str(tmp_path / "precious"))
    assert done.exit_code == 1
    assert "exists already" in done.stderr
    assert (tmp_path / "precious").read_text() == "keep me"


@pytest.mark.parametrize("target", ["no/such/folder/copy.db", "."])
def test_a_backup_that_cannot_be_made_is_said(dursor, db, target):
    done = dursor("backup", target)
    assert done.exit_code == 1
    assert target in done.stderr


def test_a_backup_of_nothing_leaves_nothing(dursor, path, tmp_path):
    done = dursor("backup", str(tmp_path / "copy.db"))
    assert done.exit_code == 1
    assert "There is no database" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_check_finds_a_row_without_its_parent(dursor, db):
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM agentic_runs WHERE id = 'run'")
    done = dursor("db", "check")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "of agentic_audit_log refers to a row of agentic_runs that does not exist" in done.stderr


def test_check_finds_an_index_that_misses_a_row(dursor, db):
    """The rows of an index are hidden from SQLite while one is added, which leaves the index without it."""
    db.execute("PRAGMA writable_schema = ON")
    row = db.execute("SELECT rowid, * FROM sqlite_master WHERE name = 'idx_tasks_repo'").fetchone()
    db.execute("DELETE FROM sqlite_master WHERE name = 'idx_tasks_repo'")
    path = db.execute("PRAGMA database_list").fetchone()["file"]
    other = sqlite3.connect(path)
    other.execute("INSERT INTO tasks (id, repo_id, created_at, updated_at) VALUES ('t2', 'repo', '', '')")
    other.commit()
    other.close()
    db.execute("INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)", tuple(row)[1:])
    done = dursor("db", "check")
    assert done.exit_code == 1
    assert "missing from index idx_tasks_repo" in done.stderr


def test_a_file_that_is_no_database_is_said(dursor, path):
    path.parent.mkdir()
    path.write_bytes(b"nothing of the kind" * 100)
    for arguments in (["db", "check"], ["db", "migrate"], ["status"]):
        done = dursor(*arguments)
        assert done.exit_code == 1
        assert "file is not a database" in done.stderr
