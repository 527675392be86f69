"""heard: what people said or pressed that asks something of dursor; each thing counts once, as it was when it came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.store.connection import Connection, Row, iso
from app.store.rows import one


def note(db: Connection, source: str, *, repository: int, number: int, author: str, body: str | None) -> bool:
    """Note what was said; False when it was heard, or taken back, before."""
    return bool(
        db.execute(
            """INSERT INTO heard (source, repository, number, author, body, heard_at) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (source) DO NOTHING""",
            (source, repository, number, author, body, db.now),
        ).rowcount
    )


def find(db: Connection, source: str) -> Row | None:
    """What was heard under this source."""
    return one(db, "SELECT * FROM heard WHERE source = ?", source)


def bodies(db: Connection, repository: int, number: int) -> dict[str, str]:
    """The words of reviews and remarks on a pull request as they were when they came, by their source."""
    rows = db.execute(
        "SELECT source, body FROM heard WHERE repository = ? AND number = ? AND body IS NOT NULL", (repository, number)
    )
    return {row["source"]: row["body"] for row in rows}


def withdraw(db: Connection, source: str, *, repository: int, number: int) -> None:
    """Note that its author took it back, also when that is known before it was heard."""
    db.execute(
        """INSERT INTO heard (source, repository, number, heard_at, withdrawn_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (source) DO UPDATE SET withdrawn_at = excluded.withdrawn_at, body = NULL""",
        (source, repository, number, db.now, db.now),
    )


def tell(db: Connection, source: str, *, repository: int, number: int, author: str) -> None:
    """Note that somebody who may not command was answered."""
    db.execute(
        """INSERT INTO heard (source, repository, number, author, heard_at, told_at) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (source) DO UPDATE SET told_at = excluded.told_at, author = excluded.author""",
        (source, repository, number, author, db.now, db.now),
    )


def was_told(db: Connection, *, repository: int, number: int, author: str, since: datetime) -> bool:
    """Whether somebody who may not command was answered on this pull request since then."""
    found = one(
        db,
        "SELECT 1 FROM heard WHERE repository = ? AND number = ? AND author = ? AND told_at >= ?",
        repository, number, author, iso(since),
    )  # fmt: skip
    return found is not None


def refuse_labels(db: Connection, repository: int, number: int, names: Iterable[str]) -> None:
    """Note labels that somebody put on who may not command, so that nobody answers for them later."""
    for name in names:
        source = f"{_label(repository, number)}{name}"
        note(db, source, repository=repository, number=number, author="", body=None)


def refused_labels(db: Connection, repository: int, number: int) -> set[str]:
    """The labels that were refused on a pull request."""
    prefix = _label(repository, number)
    rows = db.execute(
        "SELECT source FROM heard WHERE repository = ? AND number = ? AND substr(source, 1, ?) = ?",
        (repository, number, len(prefix), prefix),
    )
    return {row["source"].removeprefix(prefix) for row in rows}


def _label(repository: int, number: int) -> str:
    return f"label:{repository}:{number}:"


def forget(db: Connection, older_than: datetime) -> int:
    """Delete what was heard long ago; returns how much. Labels that were refused stay: no time makes them right."""
    return db.execute(
        "DELETE FROM heard WHERE heard_at < ? AND source NOT GLOB 'label:*:*:*'", (iso(older_than),)
    ).rowcount
