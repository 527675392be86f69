"""Trouble on the wire, ordered by tests: answers GitHub gives on a bad day, slowness and cut connections."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Literal

from app.localhub import deliveries


@dataclasses.dataclass
class Fault:
    """What befalls the next `times` requests whose method (`*`: any) and path (searched) match.

    `status` answers with that instead of the route's own answer. `reset` closes the connection without
    an answer. Both happen before the work is done or, with `when="after"`, once its effects are there.
    `delay` waits that many seconds first.
    """

    method: str
    pattern: str
    times: int = 1
    status: int | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    body: Any = None
    delay: float = 0.0
    reset: bool = False
    when: Literal["before", "after"] = "before"

    def fits(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and re.search(self.pattern, path) is not None


@dataclasses.dataclass
class Faults:
    """The faults in waiting, those of deliveries, and switches for what GitHub's servers do by themselves."""

    deliveries: deliveries.Faults = dataclasses.field(default_factory=deliveries.Faults)
    waiting: list[Fault] = dataclasses.field(default_factory=list)
    base_branch_modified: int = 0  # so many merges answer 405 although nothing is wrong

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, counted as used."""
        for fault in self.waiting:
            if fault.fits(method, path):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
