"""Buttons of our check run, boxes of our status comment, and the label that keeps dursor away: commands without words.

Each becomes what the same person could have written, goes through the same parser, and needs the same permission.
"""

from __future__ import annotations

import re
from collections import Counter

from pydantic import AwareDatetime, Field

from app import outbox
from app.commands import hearing, offers
from app.commands.table import OFF_LABEL
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.payload import Narrow, User
from app.store import agentic_runs, installations, prs, repos, tasks
from app.store.connection import Connection, Row

_BOX = re.compile(
    r"^ {0,3}[-*+] \[(?P<mark>[ xX])\] [^\r\n]{0,400}?<!-- /dursor (?P<command>[a-z0-9_ ]{1,40}) -->[ \t]*$"
)
_OFFERED = frozenset(offer.command for offer in offers.ALL)
_PROMOTE = re.compile(r"promote [1-9][0-9]{0,4}")


class _App(Narrow):
    id: int | None = None


class _Check(Narrow):
    id: int = Field(ge=1, le=2**63 - 1)
    head_sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    external_id: str | None = None
    app: _App | None = None


class _Action(Narrow):
    identifier: str = Field(max_length=1000)


class _Comment(Narrow):
    id: int = Field(ge=1, le=2**63 - 1)
    body: str | None = Field(None)
    user: User | None = None
    updated_at: AwareDatetime | None = None


class _Issue(Narrow):
    number: int = Field(ge=1, le=2**53)
    pull_request: dict[str, object] | None = None


class _Text(Narrow):
    before: str = Field("", alias="from")


class _Changes(Narrow):
    body: _Text | None = None


class _Label(Narrow):
    name: str


def pressed(event: Event, db: Connection) -> str | None:
    """A button of our check run, about the commit it stands at."""
    check = _Check.model_validate(event.data["check_run"])
    action = _Action.model_validate(event.data.get("requested_action"))
    run = agentic_runs.find(db, check.external_id or "")
    if check.app is None or check.app.id is None or check.app.id != event.us.app_id or run is None:
        return "not our check"
    here = agentic_runs.of_pull(db, event.repository.id, run.pr_number or 0)
    if run.pr_number is None or here is None or here.id != run.id:
        return "not a check of this repository's"
    return _command(event, db, "button", check.id, run.pr_number, action.identifier, check.head_sha)


def ticked(event: Event, db: Connection) -> str | None:
    """A person edited our status comment or checklist; a box that was empty before and is ticked now is a command.

    Whatever they changed in it, it is drawn again.
    """
    comment = _Comment.model_validate(event.data["comment"])
    issue = _Issue.model_validate(event.data["issue"])
    if event.is_echo or not event.us.is_user(comment.user):
        return "edits command nothing"
    repo = repos.find(db, event.repository.id)
    if repo is None or not (
        draw_again(event, db, issue.number, comment.id) or _list_again(event, db, repo, issue.number, comment.id)
    ):
        return "not our status comment"
    before = _Changes.model_validate(event.data.get("changes") or {}).body
    empty = _boxes(before.before if before else "", ticked=False)
    for command in _boxes(comment.body or "", ticked=True) & empty:
        head = hearing.head_at(db, repo["id"], issue.number, comment.updated_at)
        is_pull = issue.pull_request is not None
        return _command(event, db, "box", comment.id, issue.number, command, head, is_pull=is_pull)
    return None


def draw_again(event: Event, db: Connection, number: int, comment_id: int) -> bool:
    """Have our status comment drawn again, whatever it says now; False where this comment is none."""
    repo, run = repos.find(db, event.repository.id), agentic_runs.of_pull(db, event.repository.id, number)
    pull = prs.in_repository(db, repo["id"], number) if repo else None
    if run is None or pull is None or pull["status_comment_id"] != comment_id:
        return False
    prs.change(db, pull["id"], comment_shown=None)
    outbox.enqueue(db, effects.ShowStatus(run.id))
    return True


def _list_again(event: Event, db: Connection, repo: Row, number: int, comment_id: int) -> bool:
    """Have our checklist of an issue's parts drawn again; False where this comment is none."""
    task = tasks.of_breakdown(db, repo["id"], number)
    if task is None or task["comment_id"] != comment_id:
        return False
    tasks.change(db, task["id"], comment_shown=None)
    outbox.enqueue(db, effects.ShowBacklog(event.repository.id, number))
    return True


def is_switch(event: Event) -> bool:
    """Whether the event put on, or took off, the label that keeps dursor away."""
    label = event.data.get("label")
    is_change = event.action in {"labeled", "unlabeled"} and isinstance(label, dict)
    return is_change and _Label.model_validate(label).name.lower() == OFF_LABEL


def switched(event: Event, db: Connection, number: int) -> str | None:
    """The label came or went where dursor works: that stops it or lets it go on, if its writer may say so."""
    return _hear(event, db, "label", number, number, "pause" if event.action == "labeled" else "resume", None)


def _command(
    event: Event, db: Connection, kind: effects.Kind, place: int, number: int, command: str, head: str | None,
    *, is_pull: bool = True,
) -> str | None:  # fmt: skip
    if command not in _OFFERED and not (_PROMOTE.fullmatch(command) and not is_pull):
        return "a command that was never offered"
    return _hear(event, db, kind, place, number, command, head, is_pull=is_pull)


def _hear(
    event: Event, db: Connection, kind: effects.Kind, place: int, number: int, command: str, head: str | None,
    *, is_pull: bool = True,
) -> str | None:  # fmt: skip
    if not installations.may_work(db, event.installation):
        return "the installation is suspended or gone"
    outbox.note_repository(db, event.repository, event.installation)
    said = hearing.Said(
        kind, place, number, f"/dursor {command}", event.sender, None, on_pull_request=is_pull, head_sha=head,
        nonce=event.guid,
    )  # fmt: skip
    return hearing.hear(db, event.repository.id, said, event.us.slug)


def _boxes(text: str, *, ticked: bool) -> Counter[str]:
    """The commands of the boxes that are ticked, or are not, and how many boxes each has."""
    found = (_BOX.match(line.rstrip("\r")) for line in text.split("\n"))
    return Counter(box["command"] for box in found if box and (box["mark"] != " ") == ticked)


ROUTES = {
    **on("check_run", "requested_action", to=pressed),
    **on("issue_comment", "edited", to=ticked),
}
