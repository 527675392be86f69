"""Brings a database file to this program's version, or refuses with words.

`schema.sql` is the schema of a new file. A file of an earlier version goes through the numbered scripts
in `migrations/`, each in one transaction; a file from before the numbers (the fourteen tables, version
0) is adopted by `legacy`. `PRAGMA user_version` holds the number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from app.errors import DatabaseUnusable
from app.store import legacy
from app.store.connection import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def up_to_date(db: Connection, folder: Path = MIGRATIONS) -> None:
    """Create or upgrade the schema.

    Two programs may start at once: each step is taken under the write lock and looks again. Raises
    `DatabaseUnusable` when the file is newer than the program, is not a database, or a step fails; the
    file is then as it was. Its write-ahead log begins when the file is known to be ours.
    """
    try:
        if _known_version(db, folder) == 0:
            _create(db, latest_version(folder))
        for number, script in _scripts(folder):
            _apply(db, number, script)
        db.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        raise DatabaseUnusable(f"The database {_name(db)} cannot be used: {error}.") from error


def expect_up_to_date(db: Connection, folder: Path = MIGRATIONS) -> None:
    """Raise `DatabaseUnusable`, with what to do, unless the file has this program's version."""
    version = _known_version(db, folder)
    if version != latest_version(folder):
        raise DatabaseUnusable(
            f"The database {_name(db)} has version {version}, this dursor works with version "
            f"{latest_version(folder)}. Make a copy of the file and run `dursor db migrate`."
        )


def latest_version(folder: Path = MIGRATIONS) -> int:
    """The version `schema.sql` has: that of the newest script, or 1 while there is none."""
    return max((number for number, _ in _scripts(folder)), default=1)


def schema_text() -> str:
    """The text of `schema.sql`: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parents[1]
    inside = package / "schema.sql"
    return (inside if inside.exists() else package.parent / "schema.sql").read_text(encoding="utf-8")


def statements(script: str) -> Iterator[str]:
    """The statements of a script, split at the semicolons where SQLite says that one is complete."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    rest = statement.removesuffix(";")
    if rest.strip():
        yield rest


def _create(db: Connection, latest: int) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("PRAGMA legacy_alter_table = ON")
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version(db) == 0:
            old = legacy.set_aside(db)
            for statement in statements(schema_text()):
                db.execute(statement)
            legacy.copy_back(db, old)
            db.execute(f"PRAGMA user_version = {latest}")
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.execute("PRAGMA legacy_alter_table = OFF")
        db.execute("PRAGMA foreign_keys = ON")


def _apply(db: Connection, number: int, script: Path) -> None:
    if _version(db) >= number:
        return
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version(db) < number:
            for statement in statements(script.read_text(encoding="utf-8")):
                db.execute(statement)
            broken = db.execute("PRAGMA foreign_key_check").fetchone()
            if broken:
                raise DatabaseUnusable(f"Migration {script.name} would leave a row of {broken[0]} without its parent.")
            db.execute(f"PRAGMA user_version = {number}")
        db.execute("COMMIT")
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"Migration {script.name} failed and was undone: {error}.") from error
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.execute("PRAGMA foreign_keys = ON")


def _scripts(folder: Path) -> list[tuple[int, Path]]:
    return sorted((int(script.name[:4]), script) for script in folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def _known_version(db: Connection, folder: Path) -> int:
    version, latest = _version(db), latest_version(folder)
    if version > latest:
        raise DatabaseUnusable(
            f"The database {_name(db)} has version {version}, this dursor knows versions up to {latest}. "
            "Start the newer dursor it was used with, or restore a backup from before the upgrade."
        )
    return version


def _version(db: Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _name(db: Connection) -> str:
    return str(db.execute("PRAGMA database_list").fetchone()[2])
