"""Commands that look: each lists what is there, for people and as JSON, and says in words what is not."""

from __future__ import annotations

import json

import pytest

LISTS = {
    "tasks": ["task"],
    "runs": ["run", "idle"],
    "deliveries": ["g2", "g1"],
    "jobs": ["j2", "j1"],
}


def test_status_gives_the_numbers(dursor, db):
    numbers = json.loads(dursor("status", "--json").stdout)
    inbox = numbers["inbox"] | {"oldest_seconds": 0}
    assert inbox == {"pending": 0, "failed": 1, "ignored_today": inbox["ignored_today"], "oldest_seconds": 0}
    assert numbers["outbox"] | {"oldest_seconds": 0} == {"queued": 1, "running": 0, "failed": 1, "oldest_seconds": 0}
    assert numbers["runs"] == {"awaiting_human": 1, "completed": 1}
    told = dursor("status").stdout
    assert "inbox: 0 pending, 1 failed" in told
    assert "runs: 1 awaiting human, 1 completed" in told


@pytest.mark.parametrize(("command", "wanted"), LISTS.items())
def test_a_list_names_everything_newest_first(dursor, db, command, wanted):
    rows = json.loads(dursor(command, "--json").stdout)
    assert [row.get("id") or row["guid"] for row in rows] == wanted
    head, *lines = dursor(command).stdout.splitlines()
    assert head.split()[0] in {"ID", "GUID"}
    assert [line.split()[0] for line in lines] == wanted
    assert len(json.loads(dursor(command, "--json", "--limit", "1").stdout)) == 1


def test_lists_of_a_status_hold_that_status(dursor, db):
    assert [row["guid"] for row in json.loads(dursor("deliveries", "--json", "--status", "failed").stdout)] == ["g1"]
    assert [row["id"] for row in json.loads(dursor("jobs", "--json", "--status", "failed").stdout)] == ["j1"]
    assert dursor("jobs", "--status", "canceled").stdout == "Nothing.\n"
    assert dursor("jobs", "--status", "bogus").exit_code == 2


def test_a_list_says_why_something_failed(dursor, db):
    assert "boom" in dursor("deliveries").stdout
    assert "GitHub said no" in dursor("jobs").stdout


def test_a_title_does_nothing_to_the_terminal(dursor, db):
    for command in ("tasks", "runs"):
        told = dursor(command).stdout
        assert "Fix it and more" in told
        assert not {"\x1b", "\x07", "\u202e"} & set(told)
    assert "\x1b" not in dursor("tasks", "--json").stdout


def test_run_show_tells_every_decision_in_order(dursor, db):
    rows = json.loads(dursor("run", "show", "run", "--json").stdout)["decisions"]
    assert [(row["action"], row["phase"]) for row in rows] == [("Started", "waiting_ci"), ("CiGreen", "awaiting_human")]
    lines = dursor("run", "show", "run").stdout.splitlines()
    assert lines[0].split()[:3] == ["TIME", "HAPPENED", "THEN"]
    assert lines[3] == ""
    assert dursor("run", "show", "idle").stdout == "Nothing.\n"


def test_run_show_tells_the_merge_gates_in_the_same_words_for_people_and_programs(dursor, db):
    gates = json.loads(dursor("run", "show", "run", "--json").stdout)["gates"]
    assert {gate["gate"] for gate in gates} >= {"ci", "approval", "secret"}
    assert dursor("run", "show", "run").stdout.splitlines()[4:] == [f"- {gate['text']}" for gate in gates]
    assert json.loads(dursor("run", "show", "idle", "--json").stdout)["gates"] == []


@pytest.mark.parametrize(
    ("key", "wanted"),
    [("exec", ["one red", "two"]), ("review", ["three"]), ("run", ["one red", "two", "three"]), ("idle", [])],
)
def test_logs_prints_the_lines_of_a_run_an_executor_run_or_a_review(dursor, db, key, wanted):
    assert dursor("logs", key).stdout.splitlines() == wanted
    assert len(json.loads(dursor("logs", key, "--json").stdout)) == len(wanted)


def test_a_log_that_is_not_as_we_write_it_is_shown_as_it_is(dursor, db):
    db.execute("UPDATE runs SET logs = 'not json' WHERE id = 'exec'")
    assert dursor("logs", "run").stdout == "not json\nthree\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "show", "nobody"], "There is no run nobody. `dursor runs` lists them."),
        (["logs", "nobody"], "There is no run nobody. `dursor runs` lists them; the newest executor runs are: exec."),
    ],
)
def test_what_is_not_there_is_said_with_where_to_look(dursor, db, arguments, words):
    done = dursor(*arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr


@pytest.mark.parametrize("command", ["status", "tasks", "runs", "deliveries", "jobs"])
def test_without_a_database_it_says_where_one_was_looked_for_and_makes_none(dursor, path, command):
    done = dursor(command)
    assert done.exit_code == 1
    assert f"There is no database at {path}" in done.stderr
    assert not path.parent.exists()


def test_an_empty_database_lists_nothing(dursor, path):
    dursor("db", "migrate")
    for command in LISTS:
        assert dursor(command).stdout == "Nothing.\n"
        assert json.loads(dursor(command, "--json").stdout) == []


def test_a_wrong_setting_is_said_in_words(dursor, db, monkeypatch):
    monkeypatch.setenv("DURSOR_LOG_LEVEL", "shouting")
    done = dursor("status")
    assert done.exit_code == 1
    assert "DURSOR_LOG_LEVEL" in done.stderr


def test_looking_works_while_somebody_writes(dursor, db):
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM jobs")
    assert len(json.loads(dursor("jobs", "--json").stdout)) == 2
    db.execute("ROLLBACK")


def test_help_names_every_command(dursor):
    told = dursor("--help").stdout
    for command in (*LISTS, "serve", "demo", "status", "run", "logs", "delivery", "job", "backup", "db"):
        assert f"\n  {command} " in told
