"""docs/database.md says where a person sees each column: never "SQL" for one that the API shows, nor the other way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.web.api import (
    agentic_runs,
    backlog,
    messages,
    models,
    preferences,
    pulls,
    queues,
    repos,
    reviews,
    runs,
    tasks,
)
from app.web.api.table import OPERATIONS
from tests.store.reference import TABLES

PAGE = (Path(__file__).resolve().parents[2] / "docs/database.md").read_text()
SHOWN: dict[str, tuple[str, type[BaseModel]]] = {
    "repos": ("/repos", repos.Repo),
    "tasks": ("/tasks", tasks.Task),
    "messages": ("/tasks/ID/messages", messages.Message),
    "findings": ("/findings", reviews.Finding),
    "agentic_runs": ("/agentic-runs", agentic_runs.AgenticRun),
    "agentic_audit_log": ("/agentic-runs/ID/audit-log", agentic_runs.Decision),
    "runs": ("/runs", runs.WholeRun),
    "prs": ("/prs", pulls.Pull),
    "ci_checks": ("/ci-checks", pulls.WholeCiCheck),
    "reviews": ("/reviews", reviews.Review),
    "review_feedbacks": ("/reviews/ID/feedbacks", reviews.Feedback),
    "webhook_deliveries": ("/deliveries", queues.WholeDelivery),
    "jobs": ("/jobs", queues.WholeJob),
    "model_profiles": ("/models", models.Model),
    "user_preferences": ("/preferences", preferences.Preferences),
    "backlog_items": ("/backlog-items", backlog.BacklogItem),
}


def rows(table):
    """Column and where a person sees it, as the page says."""
    section = PAGE.split(f"\n## {table}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)`(?: \+)? \| .* \| (.*) \|$", section, re.MULTILINE)


@pytest.mark.parametrize("table", SHOWN)
def test_the_page_says_sql_of_what_only_the_database_shows(table):
    path, shape = SHOWN[table]
    assert any(one.path.replace("{", "").startswith(path.split("/ID")[0]) for one in OPERATIONS)
    told = dict(rows(table))
    assert not {column for column, where in told.items() if where == "SQL" and column in shape.model_fields}
    assert not {column for column, where in told.items() if where == f"`{path}`" and column not in shape.model_fields}


def test_a_person_can_see_every_column_that_each_dursor_has_had():
    hidden = {
        (table, column)
        for table in TABLES.keys() & SHOWN.keys()
        for column, where in rows(table)
        if where == "SQL" and column in {one.name for one in TABLES[table]}
    }
    assert not hidden
