"""Who approved which commit, as `agentic_runs.approved_by` keeps it: by what way, under what name and number.

Behind that stands until when what was approved was another change, as it was to go into another branch. An approval
of a head that dursor has not heard of yet waits until it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app import outbox
from app.errors import Transient
from app.lifecycle import effects
from app.lifecycle.gate import Gate
from app.lifecycle.run import Run, Wait
from app.perform import seeing
from app.perform.world import World
from app.store import agentic_runs
from app.store.connection import Connection

Way = Literal["comment", "review"]

_VOID = r">(\S{20,40})"
_KEPT = re.compile(rf"(comment|review):([^#@>]{{1,255}})(?:#(\d{{1,19}}))?(?:@([0-9a-f]{{40,64}}))?(?:{_VOID})?")
_VOID_UNTIL = re.compile(rf"[^>]*{_VOID}")


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who approved; number and commit are None where they were not kept."""

    way: Way
    login: str
    id: int | None = None
    sha: str | None = None

    def __str__(self) -> str:
        number = f"#{self.id}" if self.id is not None else ""
        return f"{self.way}:{self.login}{number}" + (f"@{self.sha}" if self.sha is not None else "")


def read(kept: str | None) -> Approver | None:
    """The other side of `str`; None for nobody."""
    found = _KEPT.fullmatch(kept or "")
    if found is None:
        return None
    way: Way = "review" if found[1] == "review" else "comment"
    return Approver(way, found[2], int(found[3]) if found[3] else None, found[4])


def void(db: Connection, run: Run, at: str) -> None:
    """Note that nothing said up to `at` (ISO 8601, UTC, GitHub's clock) approves what is merged now, of any commit."""
    agentic_runs.note(db, run.id, approved_by=f"nobody>{at}")


def is_void(kept: str | None, said_at: str | None) -> bool:
    """Whether what was said then was of another change."""
    found = _VOID_UNTIL.fullmatch(kept or "")
    return found is not None and (said_at or "") <= found[1]


def expect(db: Connection, run: Run, said_at: str | None) -> None:
    """Raise Transient where what was said then turned out, since that was looked at, to be of another change."""
    row = agentic_runs.row_of(db, run.id)
    if row is not None and said_at is not None and is_void(row["approved_by"], said_at):
        raise Transient("the base changed meanwhile", after=1)


def keep(db: Connection, run: Run, approver: Approver) -> None:
    """Note whose word the head has now; a run whose gates wait for one is looked at, whoever gave the last."""
    row = agentic_runs.row_of(db, run.id)
    void_until = _VOID_UNTIL.fullmatch((row["approved_by"] if row else None) or "")
    agentic_runs.note(db, run.id, approved_by=str(approver) + (f">{void_until[1]}" if void_until else ""))
    seeing.note_met(db, run.id, Gate.APPROVAL)
    if run.wait is Wait.GATE:
        outbox.enqueue(db, effects.ReadPull(run.id))


async def until_known(world: World, run: Run | None, head_sha: str) -> None:
    """Return where the run is at this head. Raises Transient, and has the head read, where it is not yet."""
    if run is None or run.is_terminal or run.head_sha == head_sha:
        return
    await world.database.write(lambda db: outbox.enqueue(db, effects.ReadPull(run.id)))
    raise Transient("what the word is about is not known here yet", after=2)
