"""What a check finds: one line, fit for a terminal, without secrets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from app import redact
from app.executors import plain

State = Literal["ok", "warning", "failed"]
_MARKS = {"ok": "✓", "warning": "!", "failed": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at, `says` what is so, `do` what to do about it; `do` is there unless all is well."""

    state: State
    what: str
    says: str
    do: str = ""

    def line(self) -> str:
        """The finding for people."""
        return f"{_MARKS[self.state]} {self.what}: {self.says}" + (f" → {self.do}" if self.do else "")

    def data(self) -> dict[str, Any]:
        """The finding for programs."""
        return asdict(self)


def ok(what: str, says: str) -> Finding:
    return _finding("ok", what, says, "")


def warning(what: str, says: str, do: str) -> Finding:
    return _finding("warning", what, says, do)


def failed(what: str, says: str, do: str) -> Finding:
    return _finding("failed", what, says, do)


def has_failed(findings: Iterable[Finding]) -> bool:
    return any(finding.state == "failed" for finding in findings)


def _finding(state: State, *texts: str) -> Finding:
    what, says, do = (" ".join(plain.text(redact.text(text)).split()) for text in texts)
    return Finding(state, what, says, do)
