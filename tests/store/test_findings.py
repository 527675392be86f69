"""findings: numbers that people name, what counts in a review, and what a thread is still to be told."""

from __future__ import annotations

import sqlite3

import pytest

from app.lifecycle.run import Mode
from app.store import findings, prs, repos, reviews, tasks


@pytest.fixture
def task_id(db):
    repo_id = repos.save(
        db, github_id=7, full_name="octo/hello", installation_id=1, repo_url="x", default_branch="main",
        workspace_path="",
    )  # fmt: skip
    return tasks.create(db, repo_id, "Greet", Mode.SEMI_AUTO)


@pytest.fixture
def pr_id(db, task_id):
    return prs.create(db, task_id, number=1, url="u", branch="b", title="t", head_sha="a" * 40)


def review(db, task_id, *found, sha="a" * 40):
    """A review that found `found`: pairs of a severity and the id of a finding, or None."""
    review_id = reviews.create(db, task_id=task_id, executor_type="command", target_run_ids="[]", sha=sha)
    rows = [
        {
            "file_path": "a.py",
            "severity": severity,
            "category": "bug",
            "title": "t",
            "description": "d",
            "finding_id": one,
        }
        for severity, one in found
    ]
    reviews.end(db, review_id, "succeeded", feedbacks=rows)
    return review_id


def test_findings_are_numbered_in_each_pull_request_from_one(db, task_id, pr_id):
    other = prs.create(db, task_id, number=2, url="u", branch="c", title="t", head_sha="b" * 40)
    first, second = findings.open_(db, pr_id, "a"), findings.open_(db, pr_id, "b")
    elsewhere = findings.open_(db, other, "a")
    assert [findings.get(db, one)["number"] for one in (first, second, elsewhere)] == [1, 2, 1]
    assert [(row["number"], row["id"]) for row in findings.of_pull(db, pr_id)] == [(1, first), (2, second)]
    assert [row["id"] for row in findings.of_pull(db, pr_id)] == [first, second]


def test_one_identity_has_one_row(db, pr_id):
    findings.open_(db, pr_id, "same")
    with pytest.raises(sqlite3.IntegrityError):
        findings.open_(db, pr_id, "same")


def test_what_was_declined_does_not_count_and_what_has_no_finding_does(db, task_id, pr_id):
    kept, declined = findings.open_(db, pr_id, "a"), findings.open_(db, pr_id, "b")
    review_id = review(db, task_id, ("warning", kept), ("critical", declined), ("error", None))
    assert [row["severity"] for row in findings.counted(db, review_id)] == ["critical", "error", "warning"]
    assert findings.decline(db, declined, by="mona", why="It is meant so.")
    counted = findings.counted(db, review_id)
    assert [(row["severity"], row["number"]) for row in counted] == [("error", None), ("warning", 1)]


def test_a_finding_is_known_by_the_remark_that_showed_it(db, task_id, pr_id):
    finding, review_id = findings.open_(db, pr_id, "a"), review(db, task_id)
    assert findings.get(db, finding)["review_id"] is None
    findings.show(db, finding, review_id, 88)
    assert findings.get(db, finding)["review_id"] == review_id
    assert dict(findings.by_comment(db, pr_id, 88) or {})["id"] == finding


def test_a_thread_is_told_once_of_each_end(db, task_id, pr_id):
    finding, review_id = findings.open_(db, pr_id, "a"), review(db, task_id)
    findings.fix(db, finding, "b" * 40)
    assert findings.to_answer(db, pr_id) == []  # it stands in the body: there is no thread
    findings.show(db, finding, review_id, 88)
    (due,) = findings.to_answer(db, pr_id)
    assert due["answer"] == f"fixed:{'b' * 40}"
    findings.answered(db, finding, due["answer"])
    assert findings.to_answer(db, pr_id) == []
    findings.decline(db, finding, by="mona", why="no")
    assert [row["answer"] for row in findings.to_answer(db, pr_id)] == ["declined"]
    findings.answered(db, finding, "declined")
    assert findings.to_answer(db, pr_id) == []


def test_what_comes_back_after_its_thread_was_told_of_the_fix_is_shown_again(db, task_id, pr_id):
    told, untold = findings.open_(db, pr_id, "a"), findings.open_(db, pr_id, "b")
    review_id = review(db, task_id)
    for comment, finding in enumerate((told, untold), 88):
        findings.show(db, finding, review_id, comment)
        findings.fix(db, finding, "b" * 40)
    findings.answered(db, told, f"fixed:{'b' * 40}")
    assert findings.reopen(db, told)
    assert findings.reopen(db, untold)
    assert not findings.reopen(db, told)
    assert [row["id"] for row in findings.of_pull(db, pr_id) if row["review_id"] is None] == [told]
    assert findings.get(db, untold)["comment_id"] == 89
    assert findings.to_answer(db, pr_id) == []


def test_only_an_open_finding_is_fixed_and_a_declined_one_stays_declined(db, pr_id):
    finding = findings.open_(db, pr_id, "a")
    findings.outlive(db, finding)
    assert findings.get(db, finding)["survived"] == 1
    findings.decline(db, finding, by="mona", why="no")
    assert not findings.fix(db, finding, "b" * 40)
    assert not findings.decline(db, finding, by="hubot", why="again")
    assert findings.get(db, finding)["declined_by"] == "mona"
