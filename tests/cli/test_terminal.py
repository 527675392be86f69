"""What a terminal gets and what a pipe gets: colours, widths, completion, codes, and logs that are followed."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli import common, following, main
from app.store import runs

DURSOR = Path(sys.executable).with_name("dursor")


def on_a_terminal(arguments, **environment):
    """What `dursor` prints where its output is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([DURSOR, *arguments], stdout=theirs, stderr=theirs, env=os.environ | environment)
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so at the end
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    assert process.wait() == 0
    return b"".join(parts).decode()


def test_a_terminal_gets_colours_unless_somebody_wants_none_and_a_pipe_gets_none(db, path):
    assert "\x1b[32mdone" in on_a_terminal(["deliveries"], NO_COLOR="")
    assert "\x1b" not in on_a_terminal(["deliveries"], NO_COLOR="1")
    piped = subprocess.run([DURSOR, "deliveries"], capture_output=True, check=True, text=True)
    assert "\x1b" not in piped.stdout


def test_columns_stand_below_each_other_with_wide_letters_too(dursor, db):
    db.execute("UPDATE webhook_deliveries SET event = '漢字 event', action = 'é' WHERE guid = 'g1'")
    head, *lines = dursor("deliveries").stdout.splitlines()
    place = common.width(head[: head.index("STATUS")])
    for line, status in zip(lines, ("done", "failed"), strict=True):
        assert common.width(line[: line.index(status)]) == place


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_a_script_that_completes(dursor, shell):
    done = dursor("completion", shell)
    assert done.exit_code == 0
    assert "_DURSOR_COMPLETE" in done.stdout


def test_the_script_of_bash_completes_commands_and_columns(path):
    asked = os.environ | {"_DURSOR_COMPLETE": "bash_complete"}
    for words, wanted in (("dursor pref", "preferences"), ("dursor tasks move x in_", "in_progress")):
        asked |= {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
        done = subprocess.run([DURSOR], env=asked, capture_output=True, text=True, check=False)
        assert f"plain,{wanted}" in done.stdout.split("\n"), done.stderr


def commands(group=main, words=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
            if command.invoke_without_command:
                yield (*words, name), command
        else:
            yield (*words, name), command


INTERACTIVE = {
    ("serve",), ("setup",), ("demo",), ("completion",), ("backup",), ("db", "migrate"), ("db", "check"), ("db",),
}  # fmt: skip


def test_whatever_looks_or_changes_speaks_json():
    silent = {words for words, one in commands() if "--json" not in {name for each in one.params for name in each.opts}}
    assert silent <= INTERACTIVE


KEYS = {
    "tasks": {"id", "repository", "title", "mode", "kanban_status", "moved_by", "created_at", "updated_at"},
    "runs": {
        "id", "repository", "number", "title", "mode", "phase", "paused", "wait", "note", "iteration", "sha", "score",
        "error", "started_at", "last_activity", "cost_usd", "awaiting",
    },
    "deliveries": {
        "guid", "event", "action", "installation", "repository", "received_at", "status", "error", "attempts",
        "processed_at",
    },
    "jobs": {
        "id", "kind", "key", "lane", "status", "attempts", "run_after", "error", "created_at", "updated_at",
    },
}  # fmt: skip


@pytest.mark.parametrize("command", KEYS)
def test_the_keys_of_json_stay(dursor, db, command):
    for row in json.loads(dursor(command, "--json").stdout):
        assert row.keys() >= KEYS[command]


def test_a_log_that_grows_is_followed_until_its_end(dursor, db, monkeypatch):
    db.execute("UPDATE agentic_runs SET phase = 'completed' WHERE id = 'run'")
    db.execute("UPDATE runs SET status = 'running' WHERE id = 'exec'")
    db.execute("UPDATE reviews SET status = 'succeeded'")

    def grow(seconds):
        assert seconds == following.SECONDS
        db.execute("""UPDATE runs SET logs = '["one", "two", "more"]', status = 'succeeded' WHERE id = 'exec'""")

    monkeypatch.setattr("time.sleep", grow)
    assert dursor("logs", "exec", "--follow").stdout.splitlines() == ["one red", "two", "more"]
    assert [json.loads(line) for line in dursor("logs", "run", "-f", "--json").stdout.splitlines()] == [
        "one", "two", "more", "three",
    ]  # fmt: skip


def test_a_log_is_followed_when_it_is_longer_than_what_is_kept(dursor, db, monkeypatch):
    monkeypatch.setattr("app.store.rows.LOG_LIMIT", 3)
    db.execute("UPDATE runs SET status = 'running', logs = NULL WHERE id = 'exec'")
    runs.add_log(db, "exec", ["0", "1", "2"])
    more = [["3"], ["4", "5"], ["6", "7", "8", "9"]]

    def grow(seconds):
        runs.add_log(db, "exec", more.pop(0))
        db.execute("UPDATE runs SET status = ? WHERE id = 'exec'", ("running" if more else "succeeded",))

    monkeypatch.setattr("time.sleep", grow)
    assert dursor("logs", "exec", "--follow").stdout.splitlines() == ["0", "1", "2", "3", "4", "5", "7", "8", "9"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["status"], 0), (["logs", "nobody"], 1), (["logs"], 2), (["nonsense"], 2), (["runs", "--limit", "0"], 2)],
)
def test_exit_codes_say_whether_it_was_done_or_asked_wrongly(dursor, db, arguments, code):
    assert dursor(*arguments).exit_code == code
