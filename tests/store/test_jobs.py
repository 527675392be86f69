"""The outbox: keys, lanes, leases and the fence around them."""

from __future__ import annotations

import pytest

from app.store import jobs
from tests.store.asking import claim, plan, queue


def test_a_key_is_queued_once_with_the_newest_payload_and_the_earliest_time(db, clock):
    jobs.enqueue(db, "ReadCi", "k", {"n": 1}, delay=10)
    jobs.enqueue(db, "ReadCi", "k", {"n": 2}, delay=5)
    jobs.enqueue(db, "ReadCi", "k", {"n": 3}, delay=60)
    assert claim(db) is None
    clock.advance(5)
    job = claim(db)
    assert (job.kind, job.key, job.payload, job.attempts) == ("ReadCi", "k", {"n": 3}, 1)
    assert claim(db) is None


def test_a_wake_up_during_the_run_is_kept_for_afterwards(db):
    queue(db)
    first = claim(db)
    queue(db)
    queue(db)
    assert claim(db) is None
    assert jobs.finish(db, first)
    second = claim(db)
    assert second.id != first.id
    assert jobs.finish(db, second)
    assert claim(db) is None


def test_jobs_of_one_lane_run_one_after_another_and_others_pass_them(db):
    queue(db, "a", lane="one")
    queue(db, "b", lane="one")
    queue(db, "c", lane="two")
    queue(db, "d")
    queue(db, "e")
    first = claim(db)
    assert [job.key if job else None for job in [first, claim(db), claim(db), claim(db), claim(db)]] == [
        "a", "c", "d", "e", None,
    ]  # fmt: skip
    jobs.finish(db, first)
    assert claim(db).key == "b"


def test_the_one_that_is_due_longest_comes_first(db, clock):
    queue(db, "late", delay=20)
    queue(db, "early", delay=10)
    clock.advance(30)
    queue(db, "now")
    assert [claim(db).key for _ in range(3)] == ["early", "late", "now"]


def test_a_dead_letter_stays_until_it_is_retried_with_fresh_attempts(db, clock):
    queue(db)
    job = claim(db)
    jobs.give_up(db, job, "hopeless")
    clock.advance(10**7)
    jobs.forget_done(db, clock())
    assert claim(db) is None
    assert jobs.retry(db, job.id)
    assert claim(db).attempts == 1


def test_a_dead_letter_whose_key_is_queued_already_is_not_retried(db):
    queue(db)
    job = claim(db)
    jobs.give_up(db, job, "hopeless")
    queue(db)
    assert not jobs.retry(db, job.id)
    assert not jobs.retry(db, "no such job")


def test_finished_jobs_are_forgotten_after_a_while(db, clock):
    queue(db)
    jobs.finish(db, claim(db))
    before = clock()
    clock.advance(100)
    queue(db, "new")
    jobs.finish(db, claim(db))
    assert jobs.forget_done(db, before) == 0
    clock.advance(1)
    assert jobs.forget_done(db, clock()) == 2


def test_the_next_due_time_is_the_earliest_of_the_queued(db, clock):
    assert jobs.next_due(db) is None
    queue(db, "a", delay=30)
    queue(db, "b", delay=20)
    assert (jobs.next_due(db) - clock()).total_seconds() == 20


def test_one_that_is_due_and_waits_for_its_lane_hides_none_that_comes_due_later(db, clock):
    queue(db, "a", lane="one")
    claim(db)
    queue(db, "b", lane="one")
    queue(db, "c", lane="two", delay=5)
    assert claim(db) is None
    assert jobs.next_due(db) == clock()
    assert (jobs.next_due(db, later=True) - clock()).total_seconds() == 5


@pytest.mark.parametrize("status", [None, "queued", "running", "done", "failed", "canceled"])
def test_the_list_holds_the_newest_of_a_status(db, clock, status):
    for number, settle in enumerate([jobs.finish, lambda db, job: jobs.give_up(db, job, "no")] * 2):
        queue(db, f"{number}")
        settle(db, claim(db))
        clock.advance(1)
    wanted = {None: ["3", "2", "1", "0"], "done": ["2", "0"], "failed": ["3", "1"]}
    assert [row["key"] for row in _with_keys(db, jobs.listed(db, 10, status))] == wanted.get(status, [])
    assert len(jobs.listed(db, 1, status)) == min(1, len(wanted.get(status, [])))


def _with_keys(db, rows):
    return [db.execute("SELECT key FROM jobs WHERE id = ?", (row["id"],)).fetchone() for row in rows]


def test_claiming_listing_and_counting_never_scan_all_jobs(db):
    lines = plan(db, claim) + plan(db, jobs.next_due) + plan(db, jobs.expire)
    lines += plan(db, jobs.listed, 5, "failed") + plan(db, jobs.listed, 5)
    assert lines
    assert [line for line in lines if "SCAN" in line and "INDEX" not in line and "CONSTANT ROW" not in line] == []
    assert any("idx_jobs_queued" in line for line in lines)
    assert any("idx_jobs_failed" in line for line in lines)
