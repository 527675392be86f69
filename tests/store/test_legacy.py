"""A database of an earlier dursor: fourteen tables without checks, adopted with every row or left as it was."""

from __future__ import annotations

import base64
import sqlite3

import pytest

from app.errors import DatabaseUnusable
from app.store import agentic_runs, app_config, audit, ci_checks
from app.store.connection import connect
from app.store.database import Database
from tests.store import reference

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"
PLAIN = base64.encodebytes(PEM.encode() * 3).decode()  # several lines, as base64 -w76 writes it


@pytest.fixture
def legacy(path):
    """An open legacy database with two rows in each table that may have two; the test closes it."""
    path.parent.mkdir()
    db = sqlite3.connect(path, isolation_level=None)
    for statement in reference.legacy_schema():
        db.execute(statement)
    for table in reference.TABLES:
        reference.insert(db, table, reference.row(table))
        if table not in {"github_app_config", "user_preferences", "agentic_runs"}:
            reference.insert(db, table, reference.row(table, 2))
    reference.insert(db, "agentic_runs", reference.row("agentic_runs", 2, phase="failed"))
    db.execute("UPDATE github_app_config SET private_key = ?", (PLAIN,))
    return db


def contents(db) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for table, columns in reference.TABLES.items():
        names = ", ".join(column.name for column in columns)
        found[table] = [tuple(row) for row in db.execute(f"SELECT {names} FROM {table} ORDER BY id")]
    return found


async def opened(path, clock):
    database = await Database.open(path, clock)
    try:
        return await database.read(contents)
    finally:
        await database.close()


async def refusal(path, clock) -> str:
    """What is said about a database that cannot be adopted; its bytes stay as they were."""
    before = path.read_bytes()
    with pytest.raises(DatabaseUnusable) as refused:
        await Database.open(path, clock)
    assert path.read_bytes() == before
    return str(refused.value)


async def test_it_opens_with_every_row(path, clock, legacy):
    before = contents(legacy)
    legacy.close()
    assert all(before.values())
    assert await opened(path, clock) == before
    assert await opened(path, clock) == before


async def test_it_has_the_checks_and_indexes_of_a_new_one_afterwards(path, clock, legacy, db):
    legacy.close()
    await opened(path, clock)
    with sqlite3.connect(path) as adopted:
        query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        assert adopted.execute(query).fetchall() == [tuple(row) for row in db.execute(query)]
        assert adopted.execute("PRAGMA foreign_key_check").fetchall() == []
    adopted.close()


async def test_its_plain_private_key_reads_and_the_next_write_encrypts_it(path, clock, legacy):
    legacy.close()
    key = base64.urlsafe_b64encode(bytes(32)).decode()
    database = await Database.open(path, clock)
    config = await database.read(lambda db: app_config.load(db, []))
    assert config is not None
    assert config.private_key == PEM * 3
    await database.write(lambda db: app_config.save(db, config, [key]))
    stored = await database.read(lambda db: db.execute("SELECT private_key FROM github_app_config").fetchone()[0])
    assert "BEGIN" not in base64.urlsafe_b64decode(stored).decode("latin-1")
    assert await database.read(lambda db: app_config.load(db, [key])) == config
    await database.close()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("tasks", "coding_mode", "yolo"),
        ("runs", "status", "exploded"),
        ("agentic_runs", "phase", "planning"),
        ("user_preferences", "auto_generate_pr_description", 7),
        ("messages", "role", "tool"),
    ],
)
async def test_a_row_that_no_check_allows_stops_it_and_is_named(path, clock, legacy, table, column, value):
    legacy.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = (SELECT max(rowid) FROM {table})", (value,))
    key = legacy.execute(f"SELECT id FROM {table} ORDER BY rowid DESC").fetchone()[0]
    legacy.close()
    said = await refusal(path, clock)
    assert table in said
    assert repr(key) in said
    assert column in said


async def test_a_row_without_its_parent_stops_it_and_is_named(path, clock, legacy):
    legacy.execute("UPDATE prs SET task_id = 'gone' WHERE id = 'prs-2'")
    legacy.close()
    said = await refusal(path, clock)
    assert "'prs-2' of prs" in said
    assert "tasks" in said


async def test_of_two_live_runs_of_one_pull_request_the_one_active_last_lives_on(path, clock, legacy):
    for number, last in [(3, "2026-03-01"), (4, "2026-05-01"), (5, "2026-04-01")]:
        row = reference.row("agentic_runs", number, pr_number=9, last_activity=last, phase="waiting_ci")
        reference.insert(legacy, "agentic_runs", row)
    legacy.close()
    database = await Database.open(path, clock)
    live = await database.read(lambda db: agentic_runs.of_task(db, "tasks-1"))
    ended = await database.read(lambda db: agentic_runs.row_of(db, "agentic_runs-3"))
    trail = await database.read(lambda db: audit.of_run(db, "agentic_runs-5"))
    phases = await database.read(lambda db: [tuple(row) for row in db.execute("SELECT id, phase FROM agentic_runs")])
    await database.close()
    assert dict(phases) == {
        "agentic_runs-1": "coding", "agentic_runs-2": "failed", "agentic_runs-3": "canceled",
        "agentic_runs-4": "waiting_ci", "agentic_runs-5": "canceled",
    }  # fmt: skip
    assert live is not None
    assert ended is not None
    assert ended["error"] == "Another run of pull request #9 was active later."
    assert [row["phase"] for row in trail] == ["canceled"]


async def test_live_runs_without_a_pull_request_all_live_on(path, clock, legacy):
    for number in (3, 4):
        reference.insert(legacy, "agentic_runs", reference.row("agentic_runs", number, pr_number=None))
    before = contents(legacy)
    legacy.close()
    assert await opened(path, clock) == before


async def test_of_several_checks_of_one_commit_the_newest_speaks_until_ci_is_read_again(path, clock, legacy):
    reference.insert(legacy, "ci_checks", reference.row("ci_checks", 3, status="failure", sha="sha 'ü' 1"))
    legacy.close()
    database = await Database.open(path, clock)
    found = await database.read(lambda db: ci_checks.at(db, "prs-1", "sha 'ü' 1"))
    assert found is not None
    assert found["status"] == "failure"
    reading = ci_checks.Reading("success", "green", {"lint": "success"}, [], None, 5)
    for _ in range(2):
        await database.write(
            lambda db: ci_checks.save(db, task_id="tasks-1", pr_id="prs-1", sha="sha 'ü' 1", reading=reading)
        )
    found = await database.read(lambda db: ci_checks.at(db, "prs-1", "sha 'ü' 1"))
    count = await database.read(lambda db: db.execute("SELECT count(*) FROM ci_checks").fetchone()[0])
    await database.close()
    assert found is not None
    assert found["verdict"] == "green"
    assert count == 4


async def test_columns_and_tables_that_only_the_old_one_has_are_kept(path, clock, legacy):
    legacy.execute('ALTER TABLE tasks ADD COLUMN "pinned by" TEXT')
    legacy.execute("UPDATE tasks SET \"pinned by\" = 'Ada' WHERE id = 'tasks-2'")
    legacy.execute("CREATE TABLE schema_notes (word TEXT)")
    legacy.execute("INSERT INTO schema_notes VALUES ('kept')")
    legacy.close()
    await opened(path, clock)
    db = connect(path)
    assert db.execute('SELECT "pinned by" FROM tasks ORDER BY id').fetchall()[1][0] == "Ada"
    assert db.execute("SELECT word FROM schema_notes").fetchone()[0] == "kept"
    db.close()


async def test_it_may_lack_tables_that_its_version_did_not_have_yet(path, clock, legacy):
    legacy.execute("DROP TABLE ci_checks")
    legacy.close()
    assert (await opened(path, clock))["ci_checks"] == []
