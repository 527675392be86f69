"""Leases: a claimed job is its holder's until it is settled, put back or the time runs out; then the fence holds."""

from __future__ import annotations

import pytest

from app.store import jobs, restarts
from tests.store.asking import claim, queue, states


def test_a_lease_that_ran_out_makes_the_job_queued_and_spends_the_attempt(db, clock):
    queue(db)
    claim(db, 60)
    clock.advance(59)
    assert jobs.expire(db) == 0
    clock.advance(2)
    assert jobs.expire(db) == 1
    assert claim(db).attempts == 2


def test_a_lease_that_is_extended_holds(db, clock):
    queue(db)
    job = claim(db, 60)
    clock.advance(50)
    assert jobs.extend(db, job, 60)
    clock.advance(50)
    assert jobs.expire(db) == 0


def test_an_expired_job_whose_twin_waits_leaves_the_work_to_it(db, clock):
    queue(db)
    claim(db, 60)
    queue(db)
    clock.advance(61)
    jobs.expire(db)
    assert states(db) == [("k", "done", 1), ("k", "queued", 0)]


@pytest.mark.parametrize(
    "settle",
    [
        jobs.finish,
        lambda db, job: jobs.extend(db, job, 60),
        lambda db, job: jobs.give_up(db, job, "no"),
        lambda db, job: jobs.put_back(db, job, delay=0, error=None, spent=True),
    ],
    ids=["finish", "extend", "give up", "put back"],
)
@pytest.mark.parametrize("spent", [True, False])
def test_a_stale_holder_cannot_settle(db, clock, settle, spent):
    queue(db)
    stale = claim(db)
    jobs.put_back(db, stale, delay=0, error=None, spent=spent)
    holder = claim(db)
    before = [tuple(row) for row in db.execute("SELECT * FROM jobs")]
    assert not settle(db, stale)
    assert [tuple(row) for row in db.execute("SELECT * FROM jobs")] == before
    assert jobs.finish(db, holder)
    assert not settle(db, holder)


def test_what_is_put_back_waits_and_says_why(db, clock):
    queue(db)
    jobs.put_back(db, claim(db), delay=30, error="GitHub is down", spent=True)
    assert claim(db) is None
    assert jobs.listed(db, 5)[0]["error"] == "GitHub is down"
    clock.advance(30)
    assert claim(db).attempts == 2


def test_putting_back_without_spending_leaves_the_count_alone(db):
    queue(db)
    for _ in range(20):
        job = claim(db)
        assert job.attempts == 1
        jobs.put_back(db, job, delay=0, error=None, spent=False)


def test_what_is_put_back_gives_way_to_its_twin(db):
    queue(db)
    job = claim(db)
    queue(db)
    assert jobs.put_back(db, job, delay=30, error="x", spent=True)
    assert states(db) == [("k", "done", 1), ("k", "queued", 0)]


def test_a_new_server_takes_over_what_the_last_one_had_in_hand_and_counts_no_attempt(db):
    queue(db, "a")
    queue(db, "b")
    claim(db, 10**6)
    claim(db, 10**6)
    queue(db, "b")
    restarts.release_jobs(db)
    assert states(db) == [("a", "queued", 0), ("b", "done", 0), ("b", "queued", 0)]


def test_what_was_begun_and_not_finished_is_remembered_however_often_the_server_ends(db):
    for key in ("a", "b", "c"):
        jobs.enqueue(db, "Do", key, {}, lane=key)
    claim(db)
    assert jobs.put_back(db, claim(db), delay=10, error="not yet", spent=False)
    assert restarts.interrupted_lanes(db) == {"a", "b"}
    restarts.release_jobs(db)
    assert restarts.interrupted_lanes(db) == {"a", "b"}


def test_a_job_under_which_server_after_server_ends_is_set_aside(db):
    queue(db)
    for _ in range(restarts.JOB_INTERRUPTIONS - 1):
        assert claim(db, 10**6) is not None
        assert restarts.release_jobs(db) == []
    claim(db, 10**6)
    queue(db)  # a twin does not wash it clean

    (dead,) = restarts.release_jobs(db)

    assert dead.key == "k"
    assert sorted(states(db)) == [("k", "done", 0), ("k", "failed", 0)]
    (row,) = db.execute("SELECT error FROM jobs WHERE status = 'failed'")
    assert "the server ended 8 times" in row["error"]
    queue(db)
    assert claim(db, 10**6) is None  # a sweep would bring it back for ever


def test_a_job_that_came_to_some_end_is_no_suspect_any_more(db):
    queue(db)
    for _ in range(restarts.JOB_INTERRUPTIONS + 2):
        claim(db, 10**6)
        restarts.release_jobs(db)
        assert jobs.put_back(db, claim(db, 10**6), delay=0, error="GitHub is slow", spent=False)
    assert states(db) == [("k", "queued", 0)]


def test_suspects_are_put_back_apart_so_that_the_innocent_get_done(db, clock):
    for key in ("a", "b", "c"):
        queue(db, key)
    for _ in range(2):
        for _ in range(3):
            claim(db, 10**6)
        restarts.release_jobs(db)
    clock.advance(0.1)
    assert claim(db).key == "a"
    assert claim(db) is None
    clock.advance(restarts.APART_SECONDS)
    assert claim(db).key == "b"
