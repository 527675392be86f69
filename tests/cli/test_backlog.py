"""dursor backlog and dursor tasks: what people do to parts of larger work and to cards."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from app import cli

ITEM = """INSERT INTO backlog_items (id, repo_id, title, created_at, updated_at, issue_number, number)
          VALUES (?, 'repo', ?, '2026-01-01', '2026-01-01', 4, ?)"""


@pytest.fixture
def items(db):
    for number, title in enumerate(("One", "Two"), 1):
        db.execute(ITEM, (f"i{number}", title, number))
    return db


def kinds(db):
    return {row["kind"] for row in db.execute("SELECT kind FROM jobs WHERE status = 'queued'")}


def test_items_are_listed_shown_edited_and_archived_and_their_checklist_drawn(dursor, items):
    listed = json.loads(dursor("backlog", "list", "--json").stdout)
    assert [(one["id"], one["number"], one["issue"]) for one in listed] == [("i2", 2, 4), ("i1", 1, 4)]
    assert json.loads(dursor("backlog", "list", "--repo", "octo/other", "--json").stdout) == []

    assert dursor("backlog", "edit", "i1", "--title", "Uno", "--size", "large", "--file", "a.py").exit_code == 0
    shown = json.loads(dursor("backlog", "show", "i1", "--json").stdout)
    assert (shown["title"], shown["estimated_size"], shown["target_files"]) == ("Uno", "large", ["a.py"])
    assert "title: Uno\n" in dursor("backlog", "show", "i1").stdout
    assert shown["updated_at"] > shown["created_at"]
    assert "ShowBacklog" in kinds(items)

    assert dursor("backlog", "archive", "i1").exit_code == 0
    assert [one["id"] for one in json.loads(dursor("backlog", "list", "--json").stdout)] == ["i2"]
    assert len(json.loads(dursor("backlog", "list", "--all", "--json").stdout)) == 2
    assert dursor("backlog", "archive", "i1", "--undo").exit_code == 0
    assert len(json.loads(dursor("backlog", "list", "--json").stdout)) == 2


def test_an_item_is_promoted_once_and_its_task_is_linked_both_ways(dursor, items):
    done = json.loads(dursor("backlog", "promote", "i1", "--say", "Be quick", "--json").stdout)
    (item,) = items.execute("SELECT task_id FROM backlog_items WHERE id = 'i1'")
    (task,) = items.execute("SELECT * FROM tasks WHERE id = ?", (item["task_id"],))
    assert (task["title"], task["kanban_status"], task["issue_number"]) == ("One", "in_progress", None)
    assert task["branch"] == "dursor/4-1-one"
    (run,) = items.execute("SELECT task_id FROM agentic_runs WHERE id = ?", (done["agentic_run_id"],))
    assert run["task_id"] == item["task_id"]
    assert {"StartWork", "ShowBacklog"} <= kinds(items)
    said = [row["content"] for row in items.execute("SELECT content FROM messages WHERE role = 'user'")]
    assert said == ["Do part 1 of issue #4: One\n\nBe quick"]

    again = dursor("backlog", "promote", "i1")
    assert again.exit_code == 1
    assert "is being worked on" in again.stderr


def test_what_is_archived_or_in_a_sleeping_repository_is_not_promoted(dursor, items):
    dursor("backlog", "archive", "i1")
    assert "is archived" in dursor("backlog", "promote", "i1").stderr
    items.execute("UPDATE repos SET active = 0")
    assert "may not work in this repository" in dursor("backlog", "promote", "i2").stderr


def test_an_item_that_is_part_of_no_issue_has_no_number_in_what_is_said_of_it(dursor, items):
    items.execute("UPDATE backlog_items SET number = NULL, issue_number = NULL")
    dursor("backlog", "promote", "i1")
    again = dursor("backlog", "promote", "i1").stderr
    assert again == "Error: The item is being worked on. A message to its task gives one more instruction.\n"
    dursor("backlog", "archive", "i2")
    assert "Error: The item is archived" in dursor("backlog", "promote", "i2").stderr


@pytest.mark.parametrize("arguments", [("show",), ("edit", "--title", "x"), ("archive",), ("promote",)])
def test_an_item_that_is_not_there_is_said_so(dursor, db, arguments):
    done = dursor("backlog", arguments[0], "nobody", *arguments[1:])
    assert done.exit_code == 1
    assert "There is no item nobody. `dursor backlog list` lists them." in done.stderr


def test_a_card_is_moved_and_says_by_whom(dursor, db):
    assert dursor("tasks", "move", "task", "done").stdout == "The card of task lies in done.\n"
    (told,) = json.loads(dursor("tasks", "--json").stdout)
    assert (told["kanban_status"], told["moved_by"]) == ("done", "The administrator")
    assert dursor("tasks", "move", "nobody", "done").exit_code == 1
    assert CliRunner().invoke(cli.main, ["tasks", "move", "task", "nowhere"]).exit_code == 2
