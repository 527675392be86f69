"""dursor preferences: each column of the table can be chosen, is held to its rules, and goes back."""

from __future__ import annotations

import json

import pytest

from app.store import preferences

CHOICES = {
    "default_repo_owner": "octo",
    "default_repo_name": "widgets",
    "default_branch": "main",
    "default_branch_prefix": "bots/dursor",
    "default_pr_creation_mode": "link",
    "default_coding_mode": "semi_auto",
    "auto_generate_pr_description": True,
    "update_pr_title_on_regenerate": False,
    "worktrees_dir": "/var/lib/trees",
}
WRONG = {
    "default_repo_owner": "a/b", "default_branch": "-x", "default_branch_prefix": "a..b",
    "default_pr_creation_mode": "draft", "default_coding_mode": "wild", "auto_generate_pr_description": "perhaps",
    "worktrees_dir": "here",
}  # fmt: skip


def shown(dursor):
    return json.loads(dursor("preferences", "--json").stdout)


def test_every_preference_is_in_the_table_of_choices():
    assert CHOICES.keys() == preferences.UNSET.keys()


@pytest.mark.parametrize(("key", "value"), CHOICES.items())
def test_a_preference_is_chosen_shown_and_unset(dursor, db, key, value):
    before = shown(dursor)
    done = dursor("preferences", "set", key, str(value).lower() if isinstance(value, bool) else value)
    assert done.exit_code == 0, done.output
    assert key in done.stdout
    assert shown(dursor) == before | {key: value}
    assert json.loads(dursor("preferences", "unset", key, "--json").stdout) == {key: before[key]}
    assert shown(dursor) == before


@pytest.mark.parametrize(("key", "value"), WRONG.items())
def test_what_a_preference_cannot_be_is_refused_and_nothing_changes(dursor, db, key, value):
    before = shown(dursor)
    done = dursor("preferences", "set", key, value) if not value.startswith("-") else None
    done = done or dursor("preferences", "set", "--", key, value)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{key} cannot be that" in done.stderr
    assert shown(dursor) == before


def test_a_preference_that_there_is_not_is_a_mistake_of_the_command_line(dursor, db):
    done = dursor("preferences", "set", "colour", "blue")
    assert done.exit_code == 2
    assert "default_branch_prefix" in done.stderr


def test_a_person_reads_a_table(dursor, db):
    lines = dursor("preferences", "show").stdout.splitlines()
    assert lines[0].split() == ["KEY", "VALUE"]
    assert ["default_branch", "-"] in [line.split() for line in lines]
    assert ["update_pr_title_on_regenerate", "yes"] in [line.split() for line in lines]
