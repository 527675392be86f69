"""Which lines of a patch may carry a review comment, and the text such a comment quotes."""

from __future__ import annotations

import dataclasses
import re

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of a patch: its number on the old (LEFT) and new (RIGHT) side, and where it stands."""

    left: int | None
    right: int | None
    position: int
    hunk: int
    text: str


def lines(patch: str) -> list[Line]:
    """The lines of one file's patch; `position` counts from the line below the first `@@`."""
    found: list[Line] = []
    left = right = hunk = 0
    for position, text in enumerate(patch.split("\n")):
        header = HUNK.match(text)
        if header:
            left, right, hunk = int(header[1]), int(header[3]), hunk + 1
        elif text.startswith("-"):
            found.append(Line(left, None, position, hunk, text))
            left += 1
        elif text.startswith("+"):
            found.append(Line(None, right, position, hunk, text))
            right += 1
        elif text.startswith(" "):
            found.append(Line(left, right, position, hunk, text))
            left, right = left + 1, right + 1
    return found


def anchor(patch: str, number: int, side: str) -> Line | None:
    """The line of the diff that carries a comment on line `number` of `side`, if any does."""
    for line in lines(patch):
        if (line.right if side == "RIGHT" else line.left) == number:
            return line
    return None


def hunk_until(patch: str, line: Line) -> str:
    """The hunk's text down to `line`, as a review comment quotes it."""
    rows = patch.split("\n")[: line.position + 1]
    start = max(index for index, row in enumerate(rows) if HUNK.match(row))
    return "\n".join(rows[start:])
