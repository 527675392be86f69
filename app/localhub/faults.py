"""Trouble on the wire, ordered by tests: answers GitHub gives on a bad day, slowness and cut connections."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Literal

from app.localhub import deliveries

LIMITS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
SECONDARY = "a secondary rate limit"
WAIT = "Please wait a few minutes before you try again."
UNICORN = "<!DOCTYPE html><html><head><title>Unicorn!</title></head><body>This page is taking too long.</body></html>"


@dataclasses.dataclass
class Fault:
    """What befalls the next `times` requests whose method (`*`: any) and path (searched) match.

    Where `asks` is set, only those whose body holds it.

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
    asks: str = ""

    def fits(self, method: str, path: str, body: str) -> bool:
        return self.method in ("*", method) and re.search(self.pattern, path) is not None and self.asks in body


@dataclasses.dataclass
class Faults:
    """The faults in waiting, those of deliveries, and switches for what GitHub's servers do by themselves."""

    deliveries: deliveries.Faults = dataclasses.field(default_factory=deliveries.Faults)
    waiting: list[Fault] = dataclasses.field(default_factory=list)
    base_branch_modified: int = 0  # so many merges answer 405 although nothing is wrong

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def bad_gateway(self, method: str, pattern: str, times: int = 1) -> None:
        """A page of HTML from something in front of GitHub."""
        html = {"content-type": "text/html; charset=utf-8"}
        self.add(Fault(method, pattern, times, status=502, headers=html, body=UNICORN))

    def truncated(self, method: str, pattern: str, times: int = 1) -> None:
        """A success whose JSON breaks off."""
        headers = {"content-type": "application/json; charset=utf-8"}
        self.add(Fault(method, pattern, times, status=200, headers=headers, body='{"id": 1, "state": "op'))

    def slow(self, method: str, pattern: str, seconds: float, times: int = 1) -> None:
        """The right answer, late."""
        self.add(Fault(method, pattern, times, delay=seconds))

    def too_many(self, method: str, pattern: str, seconds: int = 1, times: int = 1) -> None:
        """429 with the seconds to wait."""
        headers, body = {"retry-after": str(seconds)}, {"message": "Too many requests", "documentation_url": LIMITS}
        self.add(Fault(method, pattern, times, status=429, headers=headers, body=body))

    def secondary(self, method: str, pattern: str, seconds: int | None = 1, times: int = 1) -> None:
        """403 by the secondary rate limit; GitHub does not always say for how long."""
        headers = {} if seconds is None else {"retry-after": str(seconds)}
        body = {"message": f"You have exceeded {SECONDARY}. {WAIT}", "documentation_url": LIMITS}
        self.add(Fault(method, pattern, times, status=403, headers=headers, body=body))

    def take(self, method: str, path: str, body: str = "") -> Fault | None:
        """The fault for this request, counted as used."""
        for fault in self.waiting:
            if fault.fits(method, path, body):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
