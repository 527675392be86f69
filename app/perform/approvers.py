"""Who approved which commit, as `agentic_runs.approved_by` keeps it: by what way, under what name and number.

An approval of a head that dursor has not heard of yet waits until it has.
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

_KEPT = re.compile(r"(comment|review):([^#@]{1,255})(?:#(\d{1,19}))?(?:@([0-9a-f]{40,64}))?")


_FROM = re.compile(r"nobody@([0-9a-f]{40,64})>(\S{20,40})")
"""As it is kept that reviews of a commit up to a time were of another change: it was to go into another branch."""


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
    """Note that no review up to `at` (ISO 8601, UTC, GitHub's clock) approves the head as it is merged now."""
    agentic_runs.note(db, run.id, approved_by=f"nobody@{run.head_sha}>{at}")


def is_void(kept: str | None, sha: str, submitted_at: str | None) -> bool:
    """Whether a review of `sha` was of another change."""
    found = _FROM.fullmatch(kept or "")
    return found is not None and found[1] == sha and (submitted_at or "") <= found[2]


def keep(db: Connection, run: Run, approver: Approver) -> None:
    """Note whose word the head has now; a run whose gates wait for one is looked at, whoever gave the last."""
    agentic_runs.note(db, run.id, approved_by=str(approver))
    seeing.note_met(db, run.id, Gate.APPROVAL)
    if run.wait is Wait.GATE:
        outbox.enqueue(db, effects.ReadPull(run.id))


async def until_known(world: World, run: Run | None, head_sha: str) -> None:
    """Return where the run is at this head. Raises Transient, and has the head read, where it is not yet."""
    if run is None or run.is_terminal or run.head_sha == head_sha:
        return
    await world.database.write(lambda db: outbox.enqueue(db, effects.ReadPull(run.id)))
    raise Transient("what the word is about is not known here yet", after=2)
