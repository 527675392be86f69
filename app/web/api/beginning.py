"""POST /agentic-runs: begins the work on a task that was made without a run."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app import repo_config
from app.lifecycle.run import Mode
from app.perform import tasking
from app.store import agentic_runs, installations, listing, repos
from app.store.connection import Connection
from app.web.api.agentic_runs import AgenticRun
from app.web.api.operation import Call, Operation
from app.web.api.paging import found
from app.web.api.problems import Trouble
from app.web.api.shapes import Id, Sent
from app.web.api.tasks import expect_allowed

Executor = Annotated[
    str,
    Field(
        max_length=100,
        pattern=r"^(patch_agent|claude_code|codex|gemini|command:[A-Za-z0-9_-]+)$",
        description="who works on it; where it is left out, as configured",
    ),
]


class NewRun(Sent):
    """The task that a run is to begin with."""

    task_id: Id
    executor: Executor | None = None


def create(db: Connection, call: Call[None, NewRun]) -> AgenticRun:
    """The run, which codes on a branch of its own and opens a pull request."""
    task = listing.find(db, listing.TASKS, call.body.task_id)
    if task is None or (task["issue_number"] is not None and task["branch"] is None):
        raise Trouble("conflict", "There is no such task, or it is the splitting of an issue.")
    before = agentic_runs.of_task(db, task["id"])
    if before is not None:
        said = "has ended; `retry` begins it again" if before.is_terminal else "works on it"
        raise Trouble("conflict", f"The run {before.id} {said}.")
    repo = repos.by_id(db, task["repo_id"])
    if repo is None or repo["active"] == 0 or not installations.may_work(db, repo["installation_id"]):
        raise Trouble("conflict", "The App may not work in this repository any more.")
    expect_allowed(call, Mode(task["coding_mode"]))
    kind, _, name = (call.body.executor or "").partition(":")
    is_known = repo["config_read_at"] is None or name in repo_config.from_json(repo["config"]).commands
    if kind == "command" and not is_known:
        raise Trouble("conflict", f"The repository's configuration has no command {name!r}.")
    run = tasking.start(db, task, call.body.executor)
    return AgenticRun.model_validate(dict(found(db, listing.AGENTIC_RUNS, run.id, "run")))


OPERATIONS = (
    Operation("POST", "/agentic-runs", "createAgenticRun", "Begin the work on a task: on a branch, to a pull request",
              create, AgenticRun, body=NewRun, status=201, conflicts=True),
)  # fmt: skip
