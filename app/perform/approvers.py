"""Who approved which commit, as `agentic_runs.approved_by` keeps it: by what way, under what name and number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Way = Literal["comment", "review"]

_KEPT = re.compile(r"(comment|review):([^#@]{1,255})(?:#(\d{1,19}))?(?:@([0-9a-f]{40,64}))?")


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
