"""The log of one job, line by line as GitHub Actions writes it, and the annotations that its commands make.

Every line has a time with seven digits after the second; the file starts with a byte order mark. Commands
in the output (`::error file=a.py,line=1::text`) become annotations:
https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

LARGEST = 32 * 1024 * 1024
"""Characters of output kept; a job that writes more goes on, but no more is logged."""

_LONGEST_LINE = 1024 * 1024  # characters after which a line is broken
_PER_STEP = 10  # annotations of each level
_COMMAND = re.compile(r"^\s*::(?P<name>[a-z-]+)(?: (?P<values>.*?))?::(?P<text>.*)$", re.DOTALL)
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}
_MASK = "***"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark on lines of a file, with the fields of GitHub's `check-annotation`.

    The path `.github` stands for no file at all.
    """

    path: str
    start_line: int
    end_line: int
    start_column: int | None
    end_column: int | None
    annotation_level: str
    title: str
    message: str
    raw_details: str = ""


class Log:
    """Takes the output of a job's steps; annotated paths are told relative to the directory `workspace`."""

    def __init__(self, clock: Callable[[], datetime], workspace: str) -> None:
        self.annotations: list[Annotation] = []
        self._clock = clock
        self._workspace = workspace
        self._lines: list[str] = []
        self._size = 0
        self._counts: Counter[str] = Counter()
        self._masks: set[str] = set()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    @property
    def text(self) -> str:
        """The whole log."""
        return "\ufeff" + "".join(self._lines)

    def begin_step(self) -> None:
        """Start to count annotations anew."""
        self._counts.clear()

    def say(self, line: str) -> None:
        """Write a line of the runner's own, which is not looked at for commands."""
        for mask in self._masks:
            line = line.replace(mask, _MASK)
        if self._size < LARGEST:
            self._size += len(line)
            at = self._clock().astimezone(UTC)
            self._lines.append(f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z {line}\n")

    def feed(self, data: bytes, *, end: bool = False) -> None:
        """Take output as it comes, in any pieces; `end` closes an unfinished line."""
        *lines, self._rest = (self._rest + self._decoder.decode(data, end)).split("\n")
        while len(self._rest) > _LONGEST_LINE:
            lines.append(self._rest[:_LONGEST_LINE])
            self._rest = self._rest[_LONGEST_LINE:]
        if end and self._rest:
            lines.append(self._rest)
            self._rest = ""
        for line in lines:
            self._take(line.removesuffix("\r"))

    def fail(self, message: str) -> None:
        """Write an error of the runner's own, with an annotation that belongs to no file."""
        self.say(f"##[error]{message}")
        self.annotations.append(Annotation(".github", 1, 1, None, None, "failure", "", message))

    def _take(self, line: str) -> None:
        command = _COMMAND.match(line)
        name = command["name"] if command else ""
        if command is None or name not in (*_LEVELS, "group", "endgroup", "add-mask", "debug"):
            self.say(line)
            return
        text = _plain(command["text"])
        if name in _LEVELS:
            self._annotate(_LEVELS[name], command["values"] or "", text)
        elif name == "add-mask":
            self._masks |= {text} if text.strip() else set()
        if name not in ("add-mask", "debug"):
            self.say(f"##[{name}]{text}".replace("\n", " "))

    def _annotate(self, level: str, values: str, text: str) -> None:
        self._counts[level] += 1
        if self._counts[level] > _PER_STEP:
            return
        pairs = (pair.partition("=") for pair in values.split(","))
        given = {key.strip(): _plain(value).replace("%3A", ":").replace("%2C", ",") for key, _, value in pairs}
        line = _number(given.get("line")) or 1
        self.annotations.append(
            Annotation(
                path=self._path(given.get("file", "")),
                start_line=line,
                end_line=_number(given.get("endLine")) or line,
                start_column=_number(given.get("col")),
                end_column=_number(given.get("endColumn")),
                annotation_level=level,
                title=given.get("title", ""),
                message=text,
            )
        )

    def _path(self, file: str) -> str:
        path = PurePosixPath(file or ".github")
        return str(path.relative_to(self._workspace) if path.is_relative_to(self._workspace) else path)


def _plain(value: str) -> str:
    """Undo the escapes of a command's text."""
    return value.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else None
