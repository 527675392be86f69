"""A job's log, cut to the steps that failed and cleaned of what a runner adds: marks, timestamps, colours, folds."""

from __future__ import annotations

import re

from app.lifecycle.failure_noise import LINE_LENGTH, plain

LOG_LINES = 120
_EARLIER = 30

TELLING = re.compile(
    r"error|fail|assert|exception|panic|expected|undefined|not found|denied|\bE[0-9]{3,4}\b", re.IGNORECASE
)
_STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT[\d:.]{8,20}Z ?")
_FOLD = re.compile(r"^(?:##\[(?:group|endgroup|command|section|debug)\]|::(?:group|endgroup|debug)::)")
_STEP = "##[group]Run "
_ERROR = "##[error]"


def failing_lines(log: str) -> list[str]:
    """The lines of the steps that failed, each up to its last `##[error]`; all lines where no step is marked.

    What follows the error is the job's cleaning up. A step that failed and was forgiven has its mark too.
    """
    lines = [plain(_STAMP.sub("", line)).removeprefix("\ufeff").rstrip()[:LINE_LENGTH] for line in log.splitlines()]
    sections: list[list[str]] = [[]]
    for line in lines:
        if line.startswith(_STEP):
            sections.append([])
        sections[-1].append(line)
    cut = [section[: _after_error(section)] for section in sections]
    wanted = [line for section in cut for line in section] or lines
    return [line for line in wanted if line and not _FOLD.match(line)]


def excerpt(lines: list[str]) -> tuple[str, ...]:
    """The end of the lines, and before it the telling ones of what is left out; at most `LOG_LINES`."""
    if len(lines) <= LOG_LINES:
        return tuple(lines)
    told = [line for line in lines[: -(LOG_LINES - _EARLIER)] if TELLING.search(line)][-(_EARLIER - 1) :]
    return (*told, "...", *lines[-(LOG_LINES - _EARLIER) :])


def _after_error(section: list[str]) -> int:
    return max((number for number, line in enumerate(section, 1) if line.startswith(_ERROR)), default=0)
