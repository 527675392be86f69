"""What failed, as evidence for the one who fixes it, and a signature that tells two failures apart.

The signature stays equal when the same thing fails again: it does not see times, durations, addresses,
line numbers, temporary paths and the like. A number inside a name (`F401`, `test_case_2`) is part of the name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")
_ANSI = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|[@-Z\\-_])")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_HEX = re.compile(r"\b(?:0x[0-9a-fA-F]{1,16}|[0-9a-f]{7,64})\b")
_PATH = re.compile(r"(?:/[\w.+-]{1,100}){2,30}/")
_WINDOWS_PATH = re.compile(r"\b[A-Za-z]:(?:\\[\w.+ -]{1,100}){1,30}\\")
_TEMPORARY = re.compile(r"\btmp[a-z0-9_]{6,12}\b")
_NUMBER = re.compile(r"(?<![A-Za-z_0-9])\d{1,30}(?:\.\d{1,30})?")
_NOISE = (
    (_ANSI, ""), (_TIME, "T"), (_UUID, "U"), (_HEX, "H"), (_PATH, "P/"), (_WINDOWS_PATH, "P/"), (_TEMPORARY, "X"),
    (_NUMBER, "N"),
)  # fmt: skip
_TELLING = re.compile(
    r"error|fail|assert|exception|panic|expected|undefined|not found|denied|\bE[0-9]{3,4}\b", re.IGNORECASE
)
_STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT[\d:.]{8,20}Z ?")
_COMMAND = re.compile(r"^##\[(group|endgroup|command|section|debug)\]")

LOG_LINES = 120
LINE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """One red check with what explains it; all texts are redacted and bounded."""

    name: str
    conclusion: str
    step: str | None = None
    annotations: tuple[str, ...] = ()
    log: tuple[str, ...] = ()


def signature(failed: Iterable[FailedCheck]) -> str:
    """Twenty hexadecimal digits that name this set of failures."""
    lines: set[str] = set()
    for check in failed:
        told = [line for line in check.log if _TELLING.search(line)]
        for text in (*check.annotations, *told) or (check.conclusion,):
            lines.add(f"{check.name}|{_normal(text)}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:20]


def excerpt(log: str) -> tuple[str, ...]:
    """The part of a job's log that explains its failure, without timestamps, colours and folds.

    The last lines up to the last `##[error]`, which is where the failing step ended (what follows is the
    job's cleaning up); the end of the log where there is none.
    """
    lines = [_ANSI.sub("", _STAMP.sub("", line)).rstrip()[:LINE_LENGTH] for line in log.splitlines()]
    errors = [number for number, line in enumerate(lines) if line.startswith("##[error]")]
    end = errors[-1] + 1 if errors else len(lines)
    wanted = [line for line in lines[:end] if line and not _COMMAND.match(line)]
    return tuple(wanted[-LOG_LINES:])


def _normal(text: str) -> str:
    for pattern, mark in _NOISE:
        text = pattern.sub(mark, text)
    return " ".join(text.split())[:LINE_LENGTH]
