"""/backlog-items: parts of larger work that wait until somebody makes a task of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from app import advance
from app.perform import promoting
from app.store import backlog, listing, repos
from app.store.connection import Connection, Row
from app.web.api.acting import BY
from app.web.api.operation import Call, Operation
from app.web.api.paging import found, lists, shows
from app.web.api.problems import NotFound, Trouble
from app.web.api.shapes import (
    KEPT,
    Change,
    Id,
    Lines,
    Moment,
    Page,
    Paged,
    Sent,
    Shown,
    Switch,
    Title,
    loaded,
    text,
    unset,
)

Type = Literal["feature", "bug_fix", "refactoring", "docs", "test"]
Size = Literal["small", "medium", "large"]
Description = Annotated[str, text(20_000), KEPT]
Path = Annotated[str, text(500, shortest=1)]
Tag = Annotated[str, text(50, shortest=1)]


class Subtask(Sent):
    """One step of an item."""

    title: Title
    completed: bool = False


def _subtasks(value: object) -> list[Any]:
    """Steps as they are stored; an earlier dursor may have kept mere titles."""
    found = loaded(value)
    steps = [one if isinstance(one, dict) else {"title": one} for one in (found if isinstance(found, list) else [])]
    return [{"title": str(one.get("title", "")), "completed": bool(one.get("completed"))} for one in steps]


class ShownSubtask(Shown):
    """One step of an item."""

    title: str
    completed: bool


class BacklogItem(Shown):
    """An item."""

    id: str
    repo_id: str
    title: str
    description: str
    type: Type
    estimated_size: Size
    target_files: Lines
    implementation_hint: str | None
    tags: Lines
    subtasks: Annotated[list[ShownSubtask], BeforeValidator(_subtasks)]
    task_id: str | None = Field(description="the task that it became")
    issue_number: int | None = Field(description="the issue that was split")
    number: int | None = Field(description="how people name it in its issue")
    archived_at: Moment | None
    created_at: Moment
    updated_at: Moment


class BacklogQuery(Paged):
    """Filters of the list."""

    repo_id: Id | None = None
    type: Type | None = None
    archived: Switch | None = None


class NewBacklogItem(Sent):
    """An item to be kept."""

    repo_id: Id
    title: Title
    description: Description = ""
    type: Type = "feature"
    estimated_size: Size = "medium"
    target_files: list[Path] = Field([], max_length=100)
    implementation_hint: Description | None = None
    tags: list[Tag] = Field([], max_length=20)
    subtasks: list[Subtask] = Field([], max_length=50)


class BacklogChange(Change):
    """What is to change of an item; what is left out stays."""

    title: Title = unset()
    description: Description = unset()
    type: Type = unset()
    estimated_size: Size = unset()
    target_files: Annotated[list[Path], Field(max_length=100)] = unset()
    implementation_hint: Description | None = unset()
    tags: Annotated[list[Tag], Field(max_length=20)] = unset()
    subtasks: Annotated[list[Subtask], Field(max_length=50)] = unset()
    archived: bool = unset()


def create(db: Connection, call: Call[None, NewBacklogItem]) -> BacklogItem:
    """The item as it is kept."""
    values = call.body.model_dump()
    if repos.by_id(db, values["repo_id"]) is None:
        raise Trouble("conflict", "There is no such repository.")
    return _item(db, backlog.create(db, values.pop("repo_id"), **values))


def change(db: Connection, call: Call[None, BacklogChange]) -> BacklogItem:
    """The item with what changed."""
    if not backlog.change(db, call.ids["item_id"], **call.body.model_dump(exclude_unset=True)):
        raise NotFound("item")
    advance.show_backlog(db, _row(db, call))
    return _item(db, call.ids["item_id"])


def promote(db: Connection, call: Call[None, None]) -> BacklogItem:
    """The item with the task that works on it now."""
    done = promoting.by_administrator(db, call.settings, _row(db, call), "", BY)
    if done.run is None:
        raise Trouble("conflict", done.refusal or "It cannot be promoted.")
    return _item(db, call.ids["item_id"])


def remove(db: Connection, call: Call[None, None]) -> None:
    """Nothing; the task that it became stays."""
    row = _row(db, call)
    backlog.remove(db, row["id"])
    advance.show_backlog(db, row)


def _row(db: Connection, call: Call[None, Any]) -> Row:
    row = backlog.find(db, call.ids["item_id"])
    if row is None:
        raise NotFound("item")
    return row


def _item(db: Connection, item_id: str) -> BacklogItem:
    return BacklogItem.model_validate(dict(found(db, listing.BACKLOG_ITEMS, item_id, "item")))


OPERATIONS = (
    Operation("GET", "/backlog-items", "listBacklogItems", "List items of the backlog, the newest first",
              lists(listing.BACKLOG_ITEMS, BacklogItem), Page[BacklogItem], query=BacklogQuery),
    Operation("POST", "/backlog-items", "createBacklogItem", "Put an item into the backlog", create, BacklogItem,
              body=NewBacklogItem, status=201, conflicts=True),
    Operation("GET", "/backlog-items/{item_id}", "getBacklogItem", "Show an item",
              shows(listing.BACKLOG_ITEMS, BacklogItem, "item"), BacklogItem),
    Operation("PATCH", "/backlog-items/{item_id}", "changeBacklogItem", "Change an item", change, BacklogItem,
              body=BacklogChange),
    Operation("POST", "/backlog-items/{item_id}/promote", "promoteBacklogItem", "Make a task of an item and begin it",
              promote, BacklogItem, conflicts=True),
    Operation("DELETE", "/backlog-items/{item_id}", "deleteBacklogItem", "Delete an item", remove, None, status=204),
)  # fmt: skip
