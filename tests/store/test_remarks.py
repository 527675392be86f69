"""Remarks get labels that go on counting within a task, and an answer each time that they were worked on."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Mode, Phase
from app.perform import threads
from app.store import connection, migrate, remarks, repos, runs, tasks
from tests.lifecycle import making


@pytest.fixture
def db(tmp_path):
    opened = connection.connect(tmp_path / "test.db")
    migrate.up_to_date(opened)
    yield opened
    opened.close()


@pytest.fixture
def task(db):
    repo = repos.save(
        db, github_id=1, full_name="octo/widgets", installation_id=1, repo_url="", default_branch="main",
        workspace_path="x",
    )  # fmt: skip
    return tasks.create(db, repo, "A task", Mode.SEMI_AUTO)


def said(db, task, source, *comments):
    message = tasks.say(db, task, "user", "words", source=source, author="bob")
    assert message is not None
    remarks.add(db, message, zip(remarks.labels(db, task, len(comments)), comments, strict=True))
    return message


def given(db, task, **values):
    run = runs.create(db, task_id=task, instruction="x")
    tasks.give(db, task, run)
    runs.end(db, run, **values)
    return run


def test_labels_go_on_counting(db, task):
    said(db, task, "review:1", 11, 12)
    said(db, task, "review:2", 13)
    assert remarks.known(db, task) == {11: "R1", 12: "R2", 13: "R3"}


def waiting(db, task, **values):
    """Whether the answer to the one remark of a task is due, in a run that is like this."""
    run = making.a_run(**values)
    return threads.any_due(db, run, db.execute("SELECT 'none' AS id").fetchone(), task)


GOES_ON = {"phase": Phase.WAITING_CI}
OVER = {"phase": Phase.AWAITING_HUMAN}
AT_IT = {"phase": Phase.FIXING_REVIEW}


@pytest.mark.parametrize(
    ("ended", "is_due"),
    [
        ({"status": "succeeded", "commit_sha": "c", "pushed_at": "2026"}, [True, True, True, True]),
        ({"status": "succeeded"}, [True, True, True, True]),
        ({"status": "succeeded", "commit_sha": "c"}, [False, False, False, True]),
        ({"status": "failed"}, [False, False, True, True]),
        ({"status": "canceled"}, [False, False, False, True]),
        ({"status": "running"}, [False, False, False, True]),
    ],
)
def test_what_came_to_nothing_is_an_answer_only_when_nobody_tries_again(db, task, ended, is_due):
    said(db, task, "review:1", 11)
    assert not waiting(db, task, **OVER)
    given(db, task, **ended)
    assert [waiting(db, task, **how) for how in (AT_IT, OVER | {"asked": True}, GOES_ON, OVER)] == is_due
    assert waiting(db, task, phase=Phase.COMPLETED) is is_due[0]


def test_what_was_answered_is_due_again_only_when_it_is_worked_on_again(db, task):
    said(db, task, "review:1", 11)
    given(db, task, status="failed")
    (row,) = remarks.unanswered(db, task)
    remarks.answered(db, row["id"])
    assert not waiting(db, task, **OVER)

    given(db, task, status="succeeded", commit_sha="c", pushed_at="2026")
    assert waiting(db, task, **AT_IT)


def test_work_that_never_reached_the_branch_leaves_its_requests_unheard(db, task):
    said(db, task, "review:1", 11)
    tasks.say(db, task, "system", "aside", source="aside:1")
    tasks.say(db, task, "system", "I see.", source="reply:1", author="bob")
    given(db, task, status="succeeded", commit_sha="c")
    assert [row["source"] for row in tasks.unheard(db, task)] == ["review:1"]
    assert [row["source"] for row in tasks.overheard(db, task)] == ["reply:1"]
    given(db, task, status="succeeded", commit_sha="d", pushed_at="2026")
    assert tasks.unheard(db, task) == tasks.overheard(db, task) == []
