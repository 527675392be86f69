"""Numbered migrations: each a transaction, in order, once, whoever else starts at the same moment."""

from __future__ import annotations

import asyncio
import sqlite3
import sys

import pytest

from app.errors import DatabaseUnusable
from app.store import migrate
from app.store.connection import connect


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "migrations"
    made.mkdir()
    (made / "README.md").write_text("not a script")
    return made


@pytest.fixture
def db(tmp_path, folder):
    """A database that no script has been run on: of version 1."""
    opened = connect(tmp_path / "one.db")
    migrate.up_to_date(opened, folder)
    yield opened
    opened.close()


def version(db) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def schema(db) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute("SELECT * FROM sqlite_master ORDER BY name")]


def test_scripts_run_in_order_and_once(db, folder):
    (folder / "0003_fill.sql").write_text("INSERT INTO notes VALUES ('a;b'); INSERT INTO notes VALUES ('c');")
    (folder / "0002_notes.sql").write_text("-- what for; why\nCREATE TABLE notes (word TEXT);\n")
    for _ in range(2):
        migrate.up_to_date(db, folder)
    assert version(db) == 3
    assert [row["word"] for row in db.execute("SELECT word FROM notes")] == ["a;b", "c"]


def test_a_failing_script_leaves_version_and_schema_as_they_were(db, folder):
    before = schema(db)
    (folder / "0002_broken.sql").write_text("CREATE TABLE notes (word TEXT);\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(DatabaseUnusable, match=r"Migration 0002_broken\.sql failed and was undone: .*nowhere"):
        migrate.up_to_date(db, folder)
    assert (version(db), schema(db)) == (1, before)
    assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_scripts_before_a_failing_one_stay(db, folder):
    (folder / "0002_notes.sql").write_text("CREATE TABLE notes (word TEXT);")
    (folder / "0003_broken.sql").write_text("DROP TABLE nowhere;")
    with pytest.raises(DatabaseUnusable, match="0003_broken"):
        migrate.up_to_date(db, folder)
    assert version(db) == 2


def test_a_script_that_would_orphan_a_row_is_undone(db, folder):
    (folder / "0002_orphan.sql").write_text(
        "INSERT INTO messages (id, task_id, role, content, created_at) VALUES ('m', 'nobody', 'user', '', '');"
    )
    with pytest.raises(DatabaseUnusable, match=r"0002_orphan\.sql would leave a row of messages without its parent"):
        migrate.up_to_date(db, folder)
    assert version(db) == 1
    assert db.execute("SELECT count(*) FROM messages").fetchone()[0] == 0


def test_a_new_file_has_the_newest_version_and_runs_no_script(tmp_path, folder):
    (folder / "0005_broken.sql").write_text("DROP TABLE nowhere;")
    db = connect(tmp_path / "new.db")
    migrate.up_to_date(db, folder)
    assert version(db) == 5
    db.close()


def test_each_script_has_a_number_of_its_own():
    numbers = sorted(int(script.name[:4]) for script in migrate.MIGRATIONS.glob("*.sql"))
    assert numbers == list(range(2, 2 + len(numbers)))


def test_a_file_of_version_1_becomes_what_a_new_file_is(db):
    new = _shape(db)
    for undo in _BEFORE:
        db.execute(undo)
    assert _shape(db) != new

    migrate.up_to_date(db)

    assert version(db) == migrate.latest_version()
    assert _shape(db) == new


_BEFORE = (
    "ALTER TABLE messages DROP COLUMN withdrawn_at",
    "DROP INDEX idx_heard_place",
    "DROP INDEX idx_agentic_runs_merge",
    "ALTER TABLE runs DROP COLUMN logs_lost",
    "ALTER TABLE reviews DROP COLUMN logs_lost",
    "DROP INDEX idx_tasks_issue",
    "DROP INDEX idx_agentic_runs_pull",
    "DROP INDEX idx_backlog_items_task",
    "DROP INDEX idx_runs_created",
    "DROP INDEX idx_reviews_created",
    "ALTER TABLE prs DROP COLUMN described",
    "ALTER TABLE runs DROP COLUMN pull_text",
    "ALTER TABLE prs DROP COLUMN head_by",
    "ALTER TABLE model_profiles DROP COLUMN test_error",
    "ALTER TABLE model_profiles DROP COLUMN tested_at",
    "ALTER TABLE reviews DROP COLUMN reserved_usd",
    "ALTER TABLE runs DROP COLUMN reserved_usd",
    "ALTER TABLE agentic_runs DROP COLUMN more_usd",
    "DROP INDEX idx_backlog_items_number",
    "ALTER TABLE backlog_items DROP COLUMN archived_at",
    "ALTER TABLE backlog_items DROP COLUMN issue_number",
    "ALTER TABLE backlog_items DROP COLUMN number",
    "DROP INDEX idx_tasks_parent",
    "ALTER TABLE tasks DROP COLUMN picked_at",
    "ALTER TABLE tasks DROP COLUMN comment_shown",
    "ALTER TABLE tasks DROP COLUMN comment_id",
    "ALTER TABLE tasks DROP COLUMN moved_by",
    "ALTER TABLE tasks DROP COLUMN candidate",
    "ALTER TABLE tasks DROP COLUMN parent_id",
    "ALTER TABLE tasks DROP COLUMN branch",
    "ALTER TABLE tasks DROP COLUMN executor",
    "ALTER TABLE tasks DROP COLUMN issue_number",
    "DROP TABLE idempotency_keys",
    "ALTER TABLE agentic_runs DROP COLUMN merge_way",
    "ALTER TABLE agentic_runs DROP COLUMN bot_moves",
    "ALTER TABLE reviews DROP COLUMN posted_id",
    "ALTER TABLE reviews DROP COLUMN notes",
    "ALTER TABLE reviews DROP COLUMN base_sha",
    "DROP INDEX idx_feedbacks_finding",
    "ALTER TABLE review_feedbacks DROP COLUMN side",
    "ALTER TABLE review_feedbacks DROP COLUMN finding_id",
    "DROP TABLE remarks",
    "DROP TABLE findings",
    "ALTER TABLE reviews DROP COLUMN provider",
    "ALTER TABLE reviews DROP COLUMN waits",
    "ALTER TABLE reviews DROP COLUMN retry_at",
    "ALTER TABLE runs DROP COLUMN waits",
    "ALTER TABLE runs DROP COLUMN retry_at",
    "ALTER TABLE model_profiles DROP COLUMN base_url",
    "ALTER TABLE reviews DROP COLUMN cost_is_estimate",
    "ALTER TABLE reviews DROP COLUMN cost_usd",
    "ALTER TABLE reviews DROP COLUMN output_tokens",
    "ALTER TABLE reviews DROP COLUMN cached_tokens",
    "ALTER TABLE reviews DROP COLUMN input_tokens",
    "ALTER TABLE runs DROP COLUMN counted",
    "ALTER TABLE runs DROP COLUMN cost_is_estimate",
    "ALTER TABLE runs DROP COLUMN output_tokens",
    "ALTER TABLE runs DROP COLUMN cached_tokens",
    "ALTER TABLE runs DROP COLUMN input_tokens",
    "ALTER TABLE ci_checks DROP COLUMN open_runs",
    "DROP TABLE config_checks",
    "ALTER TABLE repos DROP COLUMN config_cuts",
    "ALTER TABLE prs DROP COLUMN comment_shown",
    "ALTER TABLE prs DROP COLUMN check_shown",
    "ALTER TABLE prs DROP COLUMN comment_losses",
    "ALTER TABLE agentic_runs DROP COLUMN last_gates",
    "ALTER TABLE agentic_runs DROP COLUMN said",
    "DROP TABLE redeliveries",
    "DROP TABLE heard",
    "ALTER TABLE repos DROP COLUMN comments_seen_at",
    "DROP INDEX idx_deliveries_ignored",
    "ALTER TABLE jobs DROP COLUMN interruptions",
    "ALTER TABLE webhook_deliveries DROP COLUMN interruptions",
    "ALTER TABLE github_app_config DROP COLUMN slug",
    "ALTER TABLE github_app_config DROP COLUMN webhook_secret",
)


def _shape(db) -> dict[str, set[tuple[object, ...]]]:
    """The columns of each table and index, whatever their order."""
    names = [row["name"] for row in db.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")]
    return {
        name: {
            *(tuple(row)[1:] for row in db.execute(f"PRAGMA table_info({name})")),
            *(tuple(row)[2:] for row in db.execute(f"PRAGMA index_info({name})")),
        }
        for name in names
    }


def test_a_trigger_is_one_statement():
    script = """
        CREATE TABLE a (b TEXT); -- a comment; with a semicolon
        CREATE TRIGGER t AFTER INSERT ON a BEGIN
            UPDATE a SET b = 'x;y'; DELETE FROM a WHERE b = '';
        END;
        INSERT INTO a VALUES ('it''s; fine'); INSERT INTO a VALUES ('z')
    """
    words = [statement.split(maxsplit=1)[0] for statement in migrate.statements(script)]
    assert words == ["CREATE", "--", "INSERT", "INSERT"]
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in migrate.statements(script):
        db.execute(statement)
    assert [row[0] for row in db.execute("SELECT name FROM sqlite_master")] == ["a", "t"]
    db.close()


async def test_programs_that_start_at_once_make_one_database(path):
    code = "import sys, pathlib; from app.store import offline; offline.bring_up_to_date(pathlib.Path(sys.argv[1]))"
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(path), stderr=asyncio.subprocess.PIPE)
        for _ in range(4)
    ]
    ended = [await process.communicate() for process in started]
    assert [(process.returncode, said) for process, (_, said) in zip(started, ended, strict=True)] == [(0, b"")] * 4
    db = connect(path, readonly=True)
    migrate.expect_up_to_date(db)
    db.close()
