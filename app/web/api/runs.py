"""/runs: executor runs, one for each time that a program was asked; their logs; the word that ends one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from app.lifecycle import signals
from app.perform import splitting
from app.store import agentic_runs, listing, overview
from app.store.connection import Connection
from app.web.api import paging
from app.web.api.acting import BY, tell
from app.web.api.operation import Call, Handler, Operation
from app.web.api.problems import Trouble
from app.web.api.shapes import Id, Lines, Moment, Objects, Page, Paged, Shown, digits

Status = Literal["queued", "running", "succeeded", "failed", "canceled"]


class Run(Shown):
    """An executor run, without what is large."""

    id: str
    task_id: str
    agentic_run_id: str | None
    message_id: str | None
    attempt: int | None
    work: str | None
    executor_type: str
    executor: str | None
    model_id: str | None
    model_name: str | None
    provider: str | None
    status: Status
    summary: str | None
    error: str | None
    working_branch: str | None
    base_ref: str | None
    commit_sha: str | None
    session_id: str | None
    cost_usd: float | None
    cost_is_estimate: bool | None
    input_tokens: int | None
    cached_tokens: int | None
    output_tokens: int | None
    retry_at: Moment | None = Field(description="a provider's limit is waited for until then")
    created_at: Moment
    started_at: Moment | None
    completed_at: Moment | None
    pushed_at: Moment | None


class WholeRun(Run):
    """An executor run with what it was told and what it made."""

    instruction: str
    worktree_path: str | None = Field(description="where its tree lay on the server")
    patch: str | None
    files_changed: Objects
    warnings: Lines


class RunQuery(Paged):
    """Filters of the list."""

    task_id: Id | None = None
    agentic_run_id: Id | None = None
    status: Status | None = None


class LogQuery(Paged):
    """Which lines of a log."""

    limit: Annotated[int, Field(ge=1, le=1000, description="lines of a page"), BeforeValidator(digits)] = 200


class LogPage(Shown):
    """Lines of a log, the oldest first."""

    first: int = Field(
        description="the number of the first line here, from 0; of a long log the last 5000 lines are kept"
    )
    lines: list[str]
    next: str | None = Field(description="the cursor of what follows; null only when it has ended and all is told")


def log_of(what: listing.Listing, called: str) -> Handler:
    """A handler that answers with a page of the log of the run or review that is named."""

    def handler(db: Connection, call: Call[LogQuery, None]) -> LogPage:
        row = paging.found(db, what, call.ids[next(iter(call.ids))], called)
        name = f"{what.table}-log"
        ((log,), lives) = overview.logs(db, row["id"]) or ([], False)
        first = max(log.lost, int(paging.read(name, call.query.cursor, number=True) or 0))
        shown = log.since(first)[: call.query.limit]
        goes_on = first + len(shown) < log.end or lives
        return LogPage(first=first, lines=shown, next=paging.cursor(name, first + len(shown)) if goes_on else None)

    return handler


def cancel(db: Connection, call: Call[None, None]) -> Run:
    """Give up the run that it works for, which ends the program; a result that comes later is set aside."""
    row = paging.found(db, listing.RUNS, call.ids["run_id"], "executor run")
    if row["work"] == splitting.WORK and row["status"] in {"queued", "running"}:
        splitting.cancel(db, row, BY.lower())
        return Run.model_validate(dict(paging.found(db, listing.RUNS, row["id"], "executor run")))
    run = agentic_runs.find(db, row["agentic_run_id"]) if row["agentic_run_id"] else None
    if row["status"] not in {"queued", "running"} or run is None or run.attempt != row["attempt"]:
        raise Trouble("conflict", "It has ended, or nothing waits for it any more.")
    if not tell(db, run.id, signals.Canceled(by=BY)):
        raise Trouble("conflict", "What it works for has ended already.")
    return Run.model_validate(dict(paging.found(db, listing.RUNS, row["id"], "executor run")))


OPERATIONS = (
    Operation("GET", "/runs", "listRuns", "List executor runs, the newest first", paging.lists(listing.RUNS, Run),
              Page[Run], query=RunQuery),
    Operation("GET", "/runs/{run_id}", "getRun", "Show an executor run with its patch",
              paging.shows(listing.RUN, WholeRun, "executor run"), WholeRun),
    Operation("GET", "/runs/{run_id}/logs", "getRunLog", "Show lines of the log of an executor run",
              log_of(listing.RUNS, "executor run"), LogPage, query=LogQuery),
    Operation("POST", "/runs/{run_id}/cancel", "cancelRun", "Cancel an executor run and what it works for", cancel, Run,
              conflicts=True),
)  # fmt: skip
