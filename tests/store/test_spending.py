"""Money: what counts of each executor run and review, and that no order of events takes more than there is."""

from __future__ import annotations

import asyncio
import itertools
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.lifecycle import budget
from app.lifecycle.run import Mode, Phase, Run
from app.perform import money
from app.repo_config import RepoConfig
from app.store import agentic_runs, repos, reviews, runs, spending, tasks
from app.store.database import Database

NUMBERS = itertools.count(100)
BEGUN = "2026-11-22T12:00:00.000000Z"


def repository(db, number=7):
    return repos.save(
        db, github_id=number, full_name=f"octo/r{number}", installation_id=1, repo_url="x", default_branch="main",
        workspace_path="",
    )  # fmt: skip


@pytest.fixture
def repo_id(db):
    return repository(db)


@pytest.fixture
def task_id(db, repo_id):
    return tasks.create(db, repo_id, "Greet", Mode.SEMI_AUTO)


def a_run(db, task_id, **values: Any):
    return runs.create(db, task_id=task_id, instruction="", **values)


COUNTS = {
    "waits for its turn": ({"status": "queued", "reserved_usd": 2}, (0, 2, 0)),
    "works": ({"status": "running", "reserved_usd": 2, "started_at": BEGUN}, (0, 2, 0)),
    "waits for its provider, and spent some": ({"status": "queued", "reserved_usd": 2, "cost_usd": 0.5}, (0, 2, 0)),
    "works on beyond what was set aside": ({"status": "running", "reserved_usd": 2, "cost_usd": 3}, (0, 3, 0)),
    "ended well": ({"status": "succeeded", "reserved_usd": 2, "cost_usd": 0.5, "started_at": BEGUN}, (0.5, 0, 0)),
    "failed": ({"status": "failed", "reserved_usd": 2, "cost_usd": 0.75, "started_at": BEGUN}, (0.75, 0, 0)),
    "stopped": ({"status": "canceled", "reserved_usd": 2, "cost_usd": 0.25, "started_at": BEGUN}, (0.25, 0, 0)),
    "cost more than was set aside": (
        {"status": "failed", "reserved_usd": 2, "cost_usd": 2.5, "started_at": BEGUN}, (2.5, 0, 0)
    ),
    "told no cost": ({"status": "succeeded", "reserved_usd": 2, "started_at": BEGUN}, (2, 0, 2)),
    "was interrupted, and told what its last part cost": (
        {"status": "succeeded", "reserved_usd": 2, "cost_usd": 0.5, "started_at": BEGUN, "submissions": 2}, (2, 0, 1.5)
    ),
    "never began": ({"status": "canceled", "reserved_usd": 2}, (0, 0, 0)),
    "costs nothing": ({"status": "succeeded", "started_at": BEGUN}, (0, 0, 0)),
    "costs nothing and works": ({"status": "running", "started_at": BEGUN}, (0, 0, 0)),
}  # fmt: skip


@pytest.mark.parametrize(("values", "wanted"), COUNTS.values(), ids=COUNTS.keys())
@pytest.mark.parametrize("kind", ["run", "review"])
def test_what_counts_of_one_that(db, repo_id, task_id, kind, values, wanted):
    if kind == "run":
        a_run(db, task_id, **values)
    else:
        status = "failed" if values["status"] == "canceled" else values["status"]
        reviews.create(db, task_id=task_id, executor_type="codex", target_run_ids="[]", **values | {"status": status})

    for found in (spending.of_task(db, task_id), spending.of_month(db, repo_id)):
        assert (found["settled"], found["reserved"], found["unknown"]) == wanted


def test_a_month_is_a_repositorys_and_begins_on_its_first(db, repo_id, task_id, clock):
    elsewhere = tasks.create(db, repository(db, 8), "Elsewhere", Mode.SEMI_AUTO)
    for task in (task_id, tasks.create(db, repo_id, "Another", Mode.SEMI_AUTO), elsewhere):
        a_run(db, task, status="succeeded", cost_usd=1, started_at=BEGUN)
    assert spending.of_month(db, repo_id)["settled"] == 2
    assert spending.of_task(db, task_id)["settled"] == 1

    clock.advance(9 * 86_400)  # to the first of December

    assert spending.of_month(db, repo_id)["settled"] == 0
    assert spending.of_task(db, task_id)["settled"] == 1


def test_candidates_draw_on_the_budget_of_their_task(db, repo_id, task_id):
    candidate = tasks.create(db, repo_id, "Greet", Mode.SEMI_AUTO, parent_id=task_id, candidate=1)
    run = Run("r" * 26, Mode.SEMI_AUTO, Phase.CODING)
    agentic_runs.create(db, task_id, run)
    a_run(db, task_id, status="succeeded", cost_usd=1)
    a_run(db, candidate, status="running", reserved_usd=2)
    spending.add(db, run.id, 5)
    spending.add(db, run.id, 2.5)

    for task in (task_id, candidate):
        found = spending.of_task(db, task)
        assert (found["settled"], found["reserved"], found["more"]) == (1, 2, 7.5)


def account(limit, **more):
    return budget.Account(limit, **more)


NONE = account(None)
RESERVATIONS = {
    "what one run may take": (2, account(10), account(200), 2),
    "no more than a whole budget": (2, account(1), account(200), 1),
    "no more than a whole month": (2, account(10), account(1.5), 1.5),
    "exactly what is left": (2, account(10, settled=8), account(200), 2),
    "too much for the pull request": (2, account(10, settled=8.5), account(200), budget.Short("pull request", 2, 0.5)),
    "too much with what is set aside": (
        2, account(10, settled=4, reserved=6), account(200), budget.Short("pull request", 2, 2)
    ),
    "enough after somebody added some": (2, account(10, more=0.5, settled=8.5), account(200), 2),
    "too much for the month": (2, account(10), account(200, settled=199), budget.Short("repository", 2, 1)),
    "all that is left, where one run has no bound": (None, account(10, settled=4), account(200), 6),
    "nothing left for a run without a bound": (
        None, account(10, settled=10), account(200), budget.Short("pull request", 0, 0)
    ),
    "no budget but the run's own": (2, NONE, NONE, 2),
    "nothing bounds anything": (None, NONE, NONE, None),
}  # fmt: skip


@pytest.mark.parametrize(("run_usd", "pull", "month", "wanted"), RESERVATIONS.values(), ids=RESERVATIONS.keys())
def test_what_is_set_aside_is(run_usd, pull, month, wanted):
    found = budget.reservation(run_usd, budget.Money(pull, month))

    if isinstance(wanted, budget.Short):
        assert isinstance(found, budget.Short)
        assert found.whose == wanted.whose
        assert (found.asked, found.missing) == pytest.approx((wanted.asked, wanted.missing))
    else:
        assert found == (wanted if wanted is None else pytest.approx(wanted))


CONFIG = RepoConfig.model_validate({"limits": {"run_usd": 2, "pull_request_usd": 5, "repository_usd_month": 9}})
ENDS = st.sampled_from(["succeeded", "failed", "canceled"])
COSTS = st.one_of(st.none(), st.integers(0, 250).map(lambda cents: cents / 100))
MOVES = st.one_of(
    st.tuples(st.just("start"), st.integers(0, 3), st.sampled_from(["patch_agent", "claude_code", "command:fix"])),
    st.tuples(st.just("begin"), st.integers(0, 9), st.none()),
    st.tuples(st.just("end"), st.integers(0, 9), st.tuples(ENDS, COSTS)),
    st.tuples(st.just("more"), st.integers(0, 3), st.integers(1, 300).map(lambda cents: cents / 100)),
)


def taken(found):
    return found["settled"] + found["reserved"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=40))
def test_nothing_starts_that_a_budget_does_not_hold_in_any_order(db, moves):
    repo_id = repository(db, next(NUMBERS))
    tasks_ = [tasks.create(db, repo_id, str(n), Mode.SEMI_AUTO) for n in range(4)]
    owners = [Run(db.new_id(), Mode.SEMI_AUTO, Phase.CODING) for _ in range(4)]
    for task, owner in zip(tasks_, owners, strict=True):
        agentic_runs.create(db, task, owner)
    made: list[str] = []
    for kind, which, what in moves:
        if kind == "start":
            task = tasks_[which]
            before = taken(spending.of_task(db, task)), taken(spending.of_month(db, repo_id))
            found = money.wanted(db, task, repo_id, CONFIG, what)
            limit = 5 + spending.of_task(db, task)["more"]
            holds = before[0] + 2 <= limit + 1e-6 and before[1] + 2 <= 9 + 1e-6
            assert isinstance(found, budget.Short) is (what != "command:fix" and not holds)
            if not isinstance(found, budget.Short):
                made.append(a_run(db, task, reserved_usd=found))
                assert taken(spending.of_task(db, task)) <= max(limit, before[0]) + 1e-6
                assert taken(spending.of_month(db, repo_id)) <= max(9, before[1]) + 1e-6
        elif kind == "more":
            spending.add(db, owners[which].id, what)
        elif made and runs.get(db, made[which % len(made)])["status"] in {"queued", "running"}:
            row = made[which % len(made)]
            if kind == "begin":
                runs.hand_out(db, row, "tree")
                runs.begin(db, row)
            else:
                runs.end(db, row, what[0], cost_usd=what[1])
    for row in made:
        if runs.get(db, row)["status"] in {"queued", "running"}:
            runs.end(db, row, "canceled")
    assert spending.of_month(db, repo_id)["reserved"] == 0


async def test_runs_that_start_at_the_same_moment_do_not_take_the_same_money(tmp_path):
    database = await Database.open(tmp_path / "dursor.db")
    repo_id = await database.write(repository)
    task_ids = [await database.write(lambda db: tasks.create(db, repo_id, "x", Mode.SEMI_AUTO)) for _ in range(12)]

    def start(task, db):
        found = money.wanted(db, task, repo_id, CONFIG, "patch_agent")
        return None if isinstance(found, budget.Short) else a_run(db, task, reserved_usd=found)

    made = await asyncio.gather(*(database.write(partial(start, task)) for task in task_ids))

    assert sum(one is not None for one in made) == 4  # of 9 dollars, 2 each
    month = await database.read(lambda db: dict(spending.of_month(db, repo_id)))
    assert taken(month) == 8
    await database.close()
