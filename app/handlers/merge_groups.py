"""merge_group: GitHub's queue made a commit of pull requests that it would merge, and asks for checks of it."""

from __future__ import annotations

import re

from pydantic import Field

from app import outbox
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.lifecycle.run import MergeWay
from app.payload import Narrow
from app.store import agentic_runs
from app.store.connection import Connection

QUEUES = "gh-readonly-queue/"
"""How the branches begin on which GitHub's queue has its commits tested."""

_REF = re.compile(rf"refs/heads/{QUEUES}.+/pr-(\d{{1,15}})-[0-9a-f]{{40,64}}")


class _Group(Narrow):
    head_sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    head_ref: str


def asked(event: Event, db: Connection) -> str | None:
    """Have the group's last pull request looked at where we put it into the queue; of others nothing is said."""
    group = _Group.model_validate(event.data["merge_group"])
    found = _REF.fullmatch(group.head_ref)
    if found is None:
        return "its branch names no pull request"
    number = int(found[1])
    run = agentic_runs.of_pull(db, event.repository.id, number)
    if run is None or not run.is_merging or run.merge_way is not MergeWay.QUEUE:
        return "dursor merges no pull request of it"
    outbox.enqueue(db, effects.Vouch(event.repository.id, number, group.head_sha))
    return None


ROUTES = on("merge_group", "checks_requested", to=asked)
