"""Commands that repair: a delivery is handled again, a dead letter is retried, and nothing else changes."""

from __future__ import annotations

from app.store import deliveries, jobs


def test_a_delivery_is_handled_again(dursor, db):
    done = dursor("delivery", "replay", "g1")
    assert (done.exit_code, done.stdout) == (0, "Delivery g1 will be handled again within half a minute.\n")
    assert [each.guid for each in deliveries.pending(db, 5)] == ["g1"]


def test_a_dead_letter_is_retried(dursor, db):
    assert dursor("job", "retry", "j1").exit_code == 0
    job = jobs.claim(db, "test", 60)
    assert job is not None
    assert (job.id, job.attempts) == ("j1", 1)


def test_what_cannot_be_repaired_is_said(dursor, db):
    for arguments, words in (
        (["delivery", "replay", "nobody"], "There is no delivery nobody. `dursor deliveries` lists them."),
        (["job", "retry", "nobody"], "There is no job nobody. `dursor jobs` lists them."),
        (["job", "retry", "j2"], "The job has not failed"),
    ):
        before = list(map(tuple, db.execute("SELECT id, status FROM jobs")))
        done = dursor(*arguments)
        assert done.exit_code == 1
        assert words in done.stderr
        assert list(map(tuple, db.execute("SELECT id, status FROM jobs"))) == before


def test_a_locked_database_is_said(dursor, db, monkeypatch):
    monkeypatch.setattr("app.store.connection.LOCK_SECONDS", 0.05)
    db.execute("BEGIN IMMEDIATE")
    done = dursor("job", "retry", "j1")
    db.execute("ROLLBACK")
    assert done.exit_code == 1
    assert "cannot be written: database is locked" in done.stderr


def test_an_older_database_is_not_touched_but_for_the_migration(dursor, db, path):
    db.execute("PRAGMA user_version = 0")
    for arguments in (["job", "retry", "j1"], ["jobs"], ["db", "check"]):
        done = dursor(*arguments)
        assert done.exit_code == 1
        assert "`dursor db migrate`" in done.stderr


def test_a_newer_database_is_refused(dursor, db):
    db.execute("PRAGMA user_version = 99")
    for arguments in (["job", "retry", "j1"], ["jobs"], ["db", "migrate"]):
        done = dursor(*arguments)
        assert done.exit_code == 1
        assert "version 99" in done.stderr
