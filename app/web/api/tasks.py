"""/tasks: goals. To make one starts no run: its card lies in `todo` or `backlog` until `POST /agentic-runs`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app import bounds
from app.lifecycle import signals
from app.lifecycle.kanban import Column
from app.lifecycle.run import Mode
from app.store import agentic_runs, listing, preferences, repos, tasks
from app.store.connection import Connection
from app.web.api.acting import BY, tell
from app.web.api.operation import Call, Operation
from app.web.api.paging import found, lists, shows
from app.web.api.problems import Trouble
from app.web.api.shapes import Change, Id, Moment, Page, Paged, Sent, Shown, Title, Words, unset

ModeName = Literal["interactive", "semi_auto", "full_auto"]
Card = Literal["backlog", "todo", "in_progress", "in_review", "done", "archived"]


class Task(Shown):
    """A task."""

    id: str
    repo_id: str
    title: str | None
    coding_mode: ModeName
    kanban_status: Card
    moved_by: str | None = Field(description="who put its card there; null: the rule that follows its run")
    issue_number: int | None = Field(description="the issue it began in")
    parent_id: str | None = Field(description="the task that it is a candidate for")
    candidate: int | None
    executor: str | None = Field(description="who works on it; null: as configured")
    branch: str | None
    created_at: Moment
    updated_at: Moment


class TaskQuery(Paged):
    """Filters of the list."""

    repo_id: Id | None = None
    kanban_status: Card | None = None
    coding_mode: ModeName | None = None


class NewTask(Sent):
    """A task to be made of a repository that is known. No run starts with it."""

    repo_id: Id | None = Field(None, description="the repository; where it is left out, that of the preferences")
    title: Title
    message: Words = Field(description="the first message of its conversation: what is to be done")
    coding_mode: ModeName | None = Field(None, description="the preferences' mode, or else `interactive`")
    kanban_status: Literal["todo", "backlog"] = "todo"


class TaskChange(Change):
    """What is to change of a task; what is left out stays."""

    title: Title = unset()
    coding_mode: Annotated[ModeName, Field(description="a live run of the task gets it too")] = unset()
    kanban_status: Annotated[Card, Field(description="where its card lies from now on")] = unset()


def create(db: Connection, call: Call[None, NewTask]) -> Task:
    """The task and its first message."""
    body = call.body
    repo = preferences.repository(db) if body.repo_id is None else repos.by_id(db, body.repo_id)
    if repo is None or repo["active"] == 0:
        raise Trouble("conflict", "There is no such repository, or the App may not see it any more.")
    mode = Mode(body.coding_mode or preferences.load(db)["default_coding_mode"] or Mode.INTERACTIVE)
    expect_allowed(call, mode)
    task_id = tasks.create(db, repo["id"], body.title, mode)
    tasks.change(db, task_id, kanban_status=body.kanban_status)
    tasks.say(db, task_id, "user", body.message, source=f"api:{db.new_id()}", author=BY)
    return _task(db, task_id)


def change(db: Connection, call: Call[None, TaskChange]) -> Task:
    """The task with what changed; a mode goes to its live run, too."""
    task_id = found(db, listing.TASKS, call.ids["task_id"], "task")["id"]
    chosen = call.body.model_dump(exclude_unset=True)
    if "coding_mode" in chosen:
        expect_allowed(call, Mode(chosen["coding_mode"]))
        run = agentic_runs.of_task(db, task_id)
        if run is not None and not run.is_terminal:
            tell(db, run.id, signals.ModeChosen(mode=Mode(chosen["coding_mode"]), by=BY))
    if (column := chosen.pop("kanban_status", None)) is not None:
        tasks.move(db, task_id, Column(column), BY)
    if chosen:
        tasks.change(db, task_id, **chosen)
    return _task(db, task_id)


def expect_allowed(call: Call[object, object], mode: Mode) -> None:
    """Raise the problem `conflict` for a mode beyond what the operator's settings allow."""
    bound = bounds.of(call.settings)
    if not bound.allow(mode):
        raise Trouble("conflict", f"DURSOR_MAX_MODE allows {bound.max_mode} at most.")


def _task(db: Connection, task_id: str) -> Task:
    return Task.model_validate(dict(found(db, listing.TASKS, task_id, "task")))


OPERATIONS = (
    Operation("GET", "/tasks", "listTasks", "List tasks, the newest first", lists(listing.TASKS, Task), Page[Task],
              query=TaskQuery),
    Operation("POST", "/tasks", "createTask", "Make a task with its first message; no run starts", create, Task,
              body=NewTask, status=201, conflicts=True),
    Operation("GET", "/tasks/{task_id}", "getTask", "Show a task", shows(listing.TASKS, Task, "task"), Task),
    Operation("PATCH", "/tasks/{task_id}", "changeTask", "Change title, mode or card of a task", change, Task,
              body=TaskChange, conflicts=True),
)  # fmt: skip
