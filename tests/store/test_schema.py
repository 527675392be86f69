"""The live schema against the owner's reference: table by table, column by column, index by index."""

from __future__ import annotations

import sqlite3

import pytest

from tests.store import reference

CHECKED = [(table, column) for table, columns in reference.TABLES.items() for column in columns if column.allowed]
REFERRING = [(table, column) for table, columns in reference.TABLES.items() for column in columns if column.refers]


@pytest.fixture
def filled(db):
    """A database with one good row in each of the fourteen tables."""
    for table in reference.TABLES:
        reference.insert(db, table, reference.row(table))
    return db


@pytest.mark.parametrize("table", reference.TABLES)
def test_a_table_has_the_columns_of_the_reference_in_order_and_further_ones_only_nullable(db, table):
    there = [
        (row["name"], row["type"], bool(row["notnull"]), bool(row["pk"]), row["dflt_value"])
        for row in db.execute(f"PRAGMA table_info({table})")
    ]
    wanted = [(*column[:4], column.default) for column in reference.TABLES[table]]
    assert there[: len(wanted)] == wanted
    assert [column for column in there[len(wanted) :] if column[2] or column[3] or column[4] is not None] == []


@pytest.mark.parametrize("table", reference.TABLES)
def test_a_table_refers_to_the_tables_of_the_reference(db, table):
    there = {row["from"]: (row["table"], row["to"]) for row in db.execute(f"PRAGMA foreign_key_list({table})")}
    wanted = {column.name: (column.refers, "id") for column in reference.TABLES[table] if column.refers}
    assert wanted.items() <= there.items()
    assert there.keys() & {column.name for column in reference.TABLES[table]} == wanted.keys()


@pytest.mark.parametrize(("name", "place"), reference.indexes().items())
def test_an_index_of_the_reference_is_there(db, name, place):
    table, column = place
    found = db.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'index' AND name = ?", (name,)).fetchone()
    assert found["tbl_name"] == table
    assert [row["name"] for row in db.execute(f"PRAGMA index_info({name})")] == [column]


def test_there_are_the_fourteen_tables_the_ledger_the_two_queues_and_their_helpers(db):
    there = {row["name"] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert there == {
        *reference.TABLES,
        "webhook_deliveries",
        "jobs",
        "installations",
        "redeliveries",
        "heard",
        "config_checks",
        "findings",
        "remarks",
        "idempotency_keys",
    }


@pytest.mark.parametrize(("table", "column"), CHECKED, ids=lambda value: getattr(value, "name", value))
def test_each_listed_value_is_taken_and_no_other(filled, table, column):
    for value in column.allowed:
        filled.execute(f"UPDATE {table} SET {column.name} = ?", (value,))
    for value in (2, -1) if column.kind == "INTEGER" else ("bogus", "", column.allowed[0].upper()):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
            filled.execute(f"UPDATE {table} SET {column.name} = ?", (value,))


@pytest.mark.parametrize(("table", "column"), REFERRING, ids=lambda value: getattr(value, "name", value))
def test_a_row_that_refers_to_nothing_is_refused(filled, table, column):
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        filled.execute(f"UPDATE {table} SET {column.name} = 'nobody'")


@pytest.mark.parametrize("table", reference.TABLES)
def test_a_column_that_must_be_there_cannot_be_null(filled, table):
    for column in reference.TABLES[table]:
        if column.not_null:
            with pytest.raises(sqlite3.IntegrityError, match="NOT NULL constraint failed"):
                filled.execute(f"UPDATE {table} SET {column.name} = NULL")
        elif not column.is_key:
            filled.execute(f"UPDATE {table} SET {column.name} = NULL")


def test_the_defaults_are_those_of_the_reference(filled):
    filled.execute("INSERT INTO tasks (id, repo_id, created_at, updated_at) VALUES ('t', 'repos-1', 'now', 'now')")
    task = filled.execute("SELECT * FROM tasks WHERE id = 't'").fetchone()
    assert (task["coding_mode"], task["kanban_status"]) == ("interactive", "backlog")


def test_one_pull_request_has_one_live_run_at_most(filled):
    again = reference.row("agentic_runs", 2)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint failed"):
        reference.insert(filled, "agentic_runs", again)
    reference.insert(filled, "agentic_runs", again | {"phase": "failed"})
    reference.insert(filled, "agentic_runs", reference.row("agentic_runs", 3, pr_number=8))
