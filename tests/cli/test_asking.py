"""What the API does is there on the command line: tasks, runs, repositories, pull requests, CI and reviews."""

from __future__ import annotations

import json

import pytest

_ROWS = """
INSERT INTO prs (id, task_id, number, url, branch, title, latest_commit, created_at, updated_at)
VALUES ('pr', 'task', 5, 'https://github.com/octo/widgets/pull/5', 'mend', 'Mend', 'c0ffee', '2026', '2026');
INSERT INTO ci_checks (id, task_id, pr_id, status, sha, jobs, failed_jobs, created_at, updated_at, verdict)
VALUES ('ci', 'task', 'pr', 'failure', 'c0ffee', '{}', '[]', '2026', '2026', 'red');
INSERT INTO review_feedbacks (id, review_id, file_path, line_start, severity, category, title, description)
VALUES ('f', 'review', 'a.py', 3, 'warning', 'bug', 'Odd', 'It is odd.')
"""


def told(dursor, *arguments):
    """What a command prints for programs."""
    done = dursor(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_task_is_made_talked_about_and_begun(dursor, db):
    made = told(dursor, "tasks", "add", "--repo", "octo/widgets", "--title", "Tidy", "--say", "All of it.")["id"]
    assert told(dursor, "tasks", "say", made, "The docs, too.")["task_id"] == made
    said = told(dursor, "tasks", "messages", made)
    assert [(one["role"], one["content"]) for one in said] == [("user", "All of it."), ("user", "The docs, too.")]
    assert "The docs, too." in dursor("tasks", "messages", made).stdout
    run = told(dursor, "tasks", "begin", made, "--executor", "codex")["agentic_run_id"]
    (row,) = db.execute("SELECT * FROM agentic_runs WHERE id = ?", (run,))
    assert (row["task_id"], row["phase"]) == (made, "coding")
    assert db.execute("SELECT 1 FROM jobs WHERE kind = 'StartWork'").fetchone()
    again = dursor("tasks", "begin", made)
    assert (again.exit_code, "works on it" in again.stderr) == (1, True)


def test_a_run_is_told_what_comments_tell_it_and_says_what_that_changed(dursor, db):
    assert told(dursor, "run", "pause", "run") == {
        "id": "run", "changed": True, "phase": "awaiting_human", "paused": True, "mode": "semi_auto",
    }  # fmt: skip
    assert "awaiting_human, paused, semi_auto" in dursor("run", "pause", "run").stdout
    assert told(dursor, "run", "resume", "run")["paused"] is False
    assert told(dursor, "run", "mode", "run", "interactive")["mode"] == "interactive"
    assert told(dursor, "run", "cancel", "run")["phase"] == "canceled"
    assert told(dursor, "run", "cancel", "run")["changed"] is False
    assert told(dursor, "run", "retry", "run")["phase"] == "waiting_ci"


def test_the_base_of_new_pull_requests_is_chosen_for_a_repository(dursor, db):
    assert told(dursor, "repos", "base", "repo", "develop")["selected_branch"] == "develop"
    (listed,) = told(dursor, "repos")
    assert (listed["full_name"], listed["selected_branch"]) == ("octo/widgets", "develop")
    assert "develop" in dursor("repos").stdout
    assert told(dursor, "repos", "base", "repo")["selected_branch"] is None
    wrong = dursor("repos", "base", "repo", "-x")
    assert wrong.exit_code == 2
    assert dursor("repos", "base", "repo", "a..b").exit_code == 1


def test_pull_requests_ci_and_reviews_are_listed(dursor, db):
    for statement in _ROWS.strip().split(";\n"):
        db.execute(statement)
    assert [one["number"] for one in told(dursor, "prs", "--status", "open")] == [5]
    assert told(dursor, "prs", "--status", "merged") == []
    assert [one["verdict"] for one in told(dursor, "checks", "--pr", "pr")] == ["red"]
    assert told(dursor, "checks", "--pr", "other") == []
    assert [one["id"] for one in told(dursor, "reviews")] == ["review"]
    assert [one["title"] for one in told(dursor, "review", "show", "review")] == ["Odd"]
    assert "a.py" in dursor("review", "show", "review").stdout


def test_an_item_is_put_into_the_backlog(dursor, db):
    made = told(dursor, "backlog", "add", "--repo", "octo/widgets", "--title", "Später", "--size", "small")["id"]
    shown = told(dursor, "backlog", "show", made)
    assert (shown["title"], shown["estimated_size"], shown["type"]) == ("Später", "small", "feature")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "pause", "nobody"), "There is no run nobody. `dursor runs` lists them."),
        (("tasks", "begin", "nobody"), "There is no such task"),
        (("tasks", "say", "nobody", "x"), "There is no task nobody. `dursor tasks` lists them."),
        (("tasks", "messages", "nobody"), "There is no task nobody. `dursor tasks` lists them."),
        (("tasks", "add", "--title", "x", "--say", "x"), "There is no such repository"),
        (("tasks", "add", "--repo", "octo/gone", "--title", "x", "--say", "x"), "There is no repository octo/gone."),
        (("tasks", "add", "--repo", "octo/widgets", "--title", "", "--say", "x"), "title cannot be that: "),
        (("tasks", "begin", "task", "--executor", "gpt"), "executor cannot be that: "),
        (("backlog", "edit", "nobody"), "nothing is to change."),
        (("backlog", "edit", "nobody", "--title", "", "--size", "large"), "title cannot be that: "),
        (("review", "show", "nobody"), "There is no review nobody. `dursor reviews` lists them."),
        (("repos", "base", "nobody"), "There is no repository nobody. `dursor repos` lists them."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(dursor, db, arguments, words):
    done = dursor(*arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr


@pytest.mark.parametrize(
    "arguments", [("tasks", "move", "task", "done"), ("preferences", "show"), ("repos", "base", "x")]
)
def test_json_in_front_of_a_subcommand_is_not_passed_over(dursor, db, arguments):
    group, *more = arguments
    done = dursor(group, "--json", *more)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"--json stands behind {more[0]}." in done.stderr


def test_what_is_done_to_the_database_is_told_to_programs(dursor, db, path, tmp_path):
    assert told(dursor, "db", "migrate")["path"] == str(path)
    assert told(dursor, "db", "check") == {"sound": True, "problems": []}
    assert told(dursor, "backup", str(tmp_path / "copy.db")) == {"path": str(tmp_path / "copy.db")}
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM repos")
    damaged = dursor("db", "check", "--json")
    assert (damaged.exit_code, json.loads(damaged.stdout)["sound"]) == (1, False)
