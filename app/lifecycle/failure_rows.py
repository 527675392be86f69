"""Finds in a log what test runners, compilers and linters say failed, each as one row: the table of their one-liners.

What they say over several lines is read in `failure_blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.lifecycle import failure_blocks
from app.lifecycle.failure import Failure, distinct
from app.lifecycle.failure_noise import relative

MAX_ROWS = 50
MESSAGE_LENGTH = 300

_TEST = r"(?P<where>[\w./\\-]{1,300}\.py(?:::[^\s\[]{1,300}(?:\[.{0,300}?\])?)?)"
_FILE = r"(?P<where>(?:[A-Za-z]:)?[\w./\\@+-]{1,300}\.\w{1,12})"
_ONE_LINERS = tuple(
    re.compile(pattern)
    for pattern in (
        # pytest's short summary
        rf"^(?:FAILED|ERROR) {_TEST}(?: - (?P<message>.*))?$",
        # mypy, gcc, clang, javac under gradle
        rf"^{_FILE}:(?P<line>\d{{1,9}})(?::\d{{1,9}})?: (?:fatal )?error: (?P<message>.*)$",
        # ruff, flake8, pylint
        rf"^{_FILE}:(?P<line>\d{{1,9}}):\d{{1,9}}: (?P<message>[A-Z]{{1,4}}\d{{2,5}}:? .*)$",
        # go build, go vet, golangci-lint
        r"^(?:vet: )?(?P<where>[\w./\\-]{1,300}\.go):(?P<line>\d{1,9}):\d{1,9}: (?P<message>.*)$",
        # tsc, plain and pretty
        rf"^{_FILE}\((?P<line>\d{{1,9}}),\d{{1,9}}\): error (?P<message>TS\d{{3,6}}: .*)$",
        rf"^{_FILE}:(?P<line>\d{{1,9}}):\d{{1,9}} - error (?P<message>TS\d{{3,6}}: .*)$",
        # maven: surefire and the compiler
        r"^\[ERROR\] +(?P<where>[\w.$]{1,200}\.\w{1,200}):(?P<line>\d{1,9})(?:->\S{1,200})? (?P<message>.*)$",
        rf"^\[ERROR\] {_FILE}:\[(?P<line>\d{{1,9}}),\d{{1,9}}\] (?P<message>.*)$",
        # the linker
        r"^(?:\S{0,300}ld: )?\S{1,300}: (?P<message>(?P<where>undefined reference) to .*)$",
        # npm, docker, make
        r"^npm (?:ERR!|error) (?P<where>code) (?P<message>E\w{2,60})$",
        r"^npm (?:ERR!|error) (?P<message>(?P<where>Missing script): .*)$",
        r"^(?:#\d{1,6} )?(?P<where>ERROR): (?P<message>(?:failed to (?:solve|build)|process \").*)$",
        r"^make(?:\[\d{1,4}\])?: \*\*\* (?P<message>(?P<where>No rule to make target) .*)$",
    )
)
_SAID_OF_THE_RUN = re.compile(r"^(?:could not compile|aborting due to|test failed|Compilation failure)")


def recognise(lines: Sequence[str]) -> tuple[Failure, ...]:
    """At most `MAX_ROWS` failures that these lines tell of, each once."""
    rows: list[Failure] = []
    for number, line in enumerate(lines):
        if len(rows) == 10 * MAX_ROWS:
            break
        row = _one_liner(line) or failure_blocks.at(lines, number)
        if row is not None and not _SAID_OF_THE_RUN.match(row.message):
            rows.append(Failure(relative(row.where).strip()[:MESSAGE_LENGTH], row.message[:MESSAGE_LENGTH], row.line))
    return distinct(rows, MAX_ROWS)


def _one_liner(line: str) -> Failure | None:
    for pattern in _ONE_LINERS:
        if found := pattern.match(line):
            told = found.groupdict()
            message = (told.get("message") or "failed").strip()
            return Failure(told["where"], message, int(told["line"]) if told.get("line") else None)
    return None
