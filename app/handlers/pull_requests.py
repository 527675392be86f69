"""pull_request: something about a pull request changed, so look at it again."""

from __future__ import annotations

from pydantic import Field

from app import outbox, repo_config
from app.handlers import buttons, configurations
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.lifecycle.run import Run
from app.payload import Narrow, User
from app.store import agentic_runs, installations, prs, repos
from app.store.connection import Connection


class _Label(Narrow):
    name: str


class _Repository(Narrow):
    id: int


class _Head(Narrow):
    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    ref: str | None = None
    repo: _Repository | None = None


class _Pull(Narrow):
    number: int = Field(ge=1, le=2**53)
    state: str
    title: str | None = None
    user: User | None = None
    labels: list[_Label] = Field(default_factory=list)
    head: _Head | None = None


def changed(event: Event, db: Connection) -> str | None:
    """Wake the pull request's run; without one, consider taking it."""
    pull = _Pull.model_validate(event.data["pull_request"])
    repository = event.repository
    configurations.look(event, db)
    run = agentic_runs.of_pull(db, repository.id, pull.number)
    if run is not None and not run.is_terminal:
        if event.is_echo and event.action not in _OUR_OWN_COUNTS:
            return "our own doing"
        if buttons.is_switch(event):
            return buttons.switched(event, db, pull.number)
        _note_push(event, db, pull)
        outbox.enqueue(db, effects.ReadPull(run.id), delay=_COALESCE)
        return None
    if event.is_echo:
        return "our own doing"
    if run is None and (waits := _waits_for(pull, repository.id, db)) is not None:
        outbox.enqueue(db, effects.OpenPull(waits.id), delay=_COALESCE)
        return None
    if pull.state != "open" or not (event.action in _MAY_START or buttons.is_switch(event)):
        return "nobody works on this pull request"
    if not installations.may_work(db, event.installation):
        return "the installation is suspended or gone"
    repo = repos.by_id(db, outbox.note_repository(db, repository, event.installation))
    if repo is not None and repo["config_read_at"] is not None:
        adopt = repo_config.from_json(repo["config"]).trigger.adopt
        if not adopt.may_want(pull.user.login if pull.user else None, [label.name for label in pull.labels]):
            return "the configuration does not ask for it"
    outbox.enqueue(db, _consider(event, repository.id, pull), delay=_COALESCE)
    return None


def _waits_for(pull: _Pull, repository: int, db: Connection) -> Run | None:
    """The run whose branch somebody opened a pull request from; a fork's branch of that name is another."""
    head = pull.head
    if pull.state != "open" or head is None or head.repo is None or head.repo.id != repository:
        return None
    return agentic_runs.of_branch(db, repository, head.ref or "")


def _note_push(event: Event, db: Connection, pull: _Pull) -> None:
    """Who pushed is told here alone; a commit names whoever made it."""
    who, repo = event.sender, repos.find(db, event.repository.id)
    row = prs.in_repository(db, repo["id"], pull.number) if repo is not None else None
    if event.action == "synchronize" and not event.is_echo and who is not None and pull.head and row is not None:
        prs.note_push(db, row["id"], sha=pull.head.sha, login=who.login, is_bot=who.type == "Bot")


def _consider(event: Event, repository_id: int, pull: _Pull) -> effects.ConsiderPull:
    """Who put the labels on is known where one was put on just now, and where they came with the pull request."""
    who = event.sender if event.action in {"opened", "labeled"} else None
    labels = [_Label.model_validate(event.data.get("label"))] if event.action == "labeled" else pull.labels
    if who is None:
        return effects.ConsiderPull(repository_id, pull.number, title=pull.title)
    names = tuple(label.name for label in labels)
    return effects.ConsiderPull(repository_id, pull.number, who.login, who.id, names, pull.title)


_COALESCE = 0.3
_MAY_START = {"opened", "reopened", "labeled", "ready_for_review", "synchronize"}
_OUR_OWN_COUNTS = {"closed", "synchronize", "dequeued", "auto_merge_disabled"}
"""Proof that a merge or push whose answer was lost did happen, or that a merge that was left to GitHub ended; what
GitHub does with its queue it may do in the name of who asked for it."""

ROUTES = on(
    "pull_request", "opened", "reopened", "synchronize", "closed", "edited", "labeled", "unlabeled",
    "ready_for_review", "converted_to_draft", "review_requested", "auto_merge_enabled", "auto_merge_disabled",
    "enqueued", "dequeued", to=changed,
)  # fmt: skip
