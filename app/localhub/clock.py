"""The hub's own clock: real time plus an offset a test can move, and GitHub's way of writing times."""

from __future__ import annotations

import dataclasses
import datetime


@dataclasses.dataclass
class Clock:
    """UTC time; `offset` seconds are added to the machine's clock."""

    offset: float = 0.0

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=self.offset)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.offset += seconds

    def text(self) -> str:
        return iso(self.now())


def iso(moment: datetime.datetime) -> str:
    """`2026-11-22T10:00:00Z`, the form of every time in GitHub's answers."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
