"""JSON objects, one a line, from a stream of bytes; lines of several megabytes are usual."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

LONGEST = 32 * 1024 * 1024
"""Bytes of one line; agents were seen to write three megabytes. A longer one is passed over."""


class Lines:
    """Takes chunks, gives whole lines: an object, or the text of a line that is none."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._skipping = False

    def feed(self, chunk: bytes) -> Iterator[dict[str, Any] | str]:
        """The lines that `chunk` completes."""
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            self._add(piece)
            yield from self._line()
        self._add(rest)

    def finish(self) -> Iterator[dict[str, Any] | str]:
        """What is left when the stream has ended."""
        yield from self._line()

    def _add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > LONGEST:
            self._pieces.clear()
            self._skipping = True
        elif piece:
            self._pieces.append(piece)

    def _line(self) -> Iterator[dict[str, Any] | str]:
        line, skipped = b"".join(self._pieces).strip(), self._skipping
        self._pieces, self._size, self._skipping = [], 0, False
        if skipped:
            yield f"(a line of more than {LONGEST // 1024**2} MB was passed over)"
        elif line:
            yield _read(line)


def _read(line: bytes) -> dict[str, Any] | str:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return line.decode(errors="replace")
    return found if isinstance(found, dict) else line.decode(errors="replace")
