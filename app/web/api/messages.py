"""/tasks/{task_id}/messages: the conversation about a task. A message added here works as `/dursor do` does."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app import outbox
from app.lifecycle import effects
from app.perform import tasking
from app.store import agentic_runs, listing, tasks
from app.store.connection import Connection
from app.web.api.acting import BY
from app.web.api.operation import Call, Operation
from app.web.api.paging import found, lists
from app.web.api.shapes import Moment, Page, Paged, Sent, Shown, Words


class Message(Shown):
    """What somebody said."""

    id: str
    task_id: str
    role: Literal["user", "assistant", "system"]
    content: str
    source: str | None = Field(description="where it was said")
    author: str | None
    run_id: str | None = Field(description="the executor run that was given it; null while it waits")
    withdrawn_at: Moment | None = Field(description="when whoever asked for it took it back")
    created_at: Moment


class NewMessage(Sent):
    """One more instruction."""

    content: Words


def say(db: Connection, call: Call[None, NewMessage]) -> Message:
    """The message as it is kept: for the live run of the task or for its candidates, or else for its next run."""
    task_id = found(db, listing.TASKS, call.ids["task_id"], "task")["id"]
    asked, run = tasking.Request(BY, call.body.content, f"api:{db.new_id()}"), agentic_runs.of_task(db, task_id)
    said: str | None = None
    if run is not None and not run.is_terminal:
        said = tasking.add(db, run, task_id, asked)
        outbox.enqueue(db, effects.ShowStatus(run.id))
    said = said or tasks.say(db, task_id, "user", asked.words, source=asked.source, author=BY)
    return Message.model_validate(dict(found(db, listing.MESSAGES, str(said), "message")))


OPERATIONS = (
    Operation("GET", "/tasks/{task_id}/messages", "listMessages", "List what was said about a task, the oldest first",
              lists(listing.MESSAGES, Message, within=(listing.TASKS, "task"), task_id="task_id"), Page[Message],
              query=Paged),
    Operation("POST", "/tasks/{task_id}/messages", "addMessage", "Say one more thing to a task, as `/dursor do` does",
              say, Message, body=NewMessage, status=201),
)  # fmt: skip
