"""How the questions are answered that every event and every decision asks: by an index, never by reading a table."""

from __future__ import annotations

import re

import pytest

from app.lifecycle.run import Wait
from app.store import agentic_runs, backlog, heard, overview, spending, tasks
from tests.store.asking import plan

ASKED = [
    (agentic_runs.of_task, "t"),
    (agentic_runs.of_pull, 1, 2),
    (agentic_runs.of_issue, 1, 2),
    (agentic_runs.of_branch, 1, "b"),
    (agentic_runs.at_commit, 1, "sha"),
    (agentic_runs.waiting, 1, Wait.GATE),
    (agentic_runs.to_call_off,),
    (backlog.of_task, "t"),
    (heard.bodies, 1, 2),
    (heard.refused_labels, 1, 2),
    (overview.asked, "t"),
    (overview.awaited, "r"),
    (overview.costs, "r"),
    (spending.of_task, "t"),
    (spending.of_month, "r"),
    (tasks.of_issue, "r", 1),
    (tasks.of_breakdown, "r", 1),
    (tasks.overheard, "t"),
    (tasks.unheard, "t"),
]
_FEW = "idx_agentic_runs_(live|merge)"
READ_WHOLE = {"runs", "reviews", "tasks", "messages", "agentic_runs", "prs", "backlog_items", "heard"}


def scanned(lines: list[str]) -> list[str]:
    """The tables that are read from end to end; an index of the few that live, or are to merge, has few rows in it."""
    found = [line.split()[1] for line in lines if line.startswith("SCAN") and not re.search(_FEW, line)]
    return [table for table in found if table in READ_WHOLE]


@pytest.mark.parametrize(("function", "arguments"), [(one, rest) for one, *rest in ASKED])
def test_a_question_reads_no_whole_table(db, function, arguments):
    lines = plan(db, function, *arguments)
    assert lines
    assert scanned(lines) == []
    assert [line for line in lines if "AUTOMATIC" in line] == []


def test_what_an_issue_or_pull_request_has_is_looked_up_by_its_number(db):
    assert any("(repo_id=? AND issue_number=?)" in line for line in plan(db, tasks.of_issue, "r", 1))
    assert any("(repo_id=? AND issue_number=?)" in line for line in plan(db, agentic_runs.of_issue, 1, 2))
    assert any("(pr_number=?)" in line for line in plan(db, agentic_runs.of_pull, 1, 2))
    assert any("(created_at>?)" in line for line in plan(db, spending.of_month, "r"))


def test_the_costs_of_listed_runs_are_looked_up_run_by_run(db):
    lines = plan(db, overview.runs, 5)
    assert {"runs", "reviews"}.isdisjoint(scanned(lines))
    assert [line for line in lines if "AUTOMATIC" in line] == []
