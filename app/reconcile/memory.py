"""What a sweep remembers of the one before; a new server remembers nothing, and looks at everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Memory:
    """By run: when it was looked at, and how new its pull request was then. By repository: when it was listened to."""

    looked: dict[str, datetime] = field(default_factory=dict)
    versions: dict[str, str | None] = field(default_factory=dict)
    heard: dict[int, datetime] = field(default_factory=dict)
    places_at: datetime | None = None

    def keep(self, run_ids: set[str]) -> None:
        """Forget the runs that are not live any more."""
        self.looked = {run: when for run, when in self.looked.items() if run in run_ids}
        self.versions = {run: what for run, what in self.versions.items() if run in run_ids}
