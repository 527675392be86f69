"""The bounded log of one program: bytes of two streams come in, clean redacted lines go out.

The head is passed on as it comes. What follows is kept as bytes, only the end of it, and passed on when
the program has ended, with a note of what was left out; so 200 MB of output cost neither memory nor time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from app import redact
from app.executors import base, plain

HEAD_BYTES = TAIL_BYTES = 256 * 1024
LINE_CHARACTERS = 64 * 1024  # a longer line is split
_LONGEST_SECRET = 4 * 1024

Write = Callable[[base.LogLine], None]


class Log:
    """Collects one program's output; `last` is its last line that was not empty."""

    def __init__(self, write: Write) -> None:
        self.last = ""
        self._write = write
        self._streams: dict[base.Stream, _Lines] = {"stdout": _Lines(), "stderr": _Lines()}
        self._head = HEAD_BYTES
        self._tail: deque[tuple[base.Stream, bytes]] = deque()
        self._tail_size = 0
        self._left_out = 0
        self._torn: dict[base.Stream, bool] = {}  # of what streams something was left out, and in mid-line?

    def feed(self, stream: base.Stream, chunk: bytes) -> None:
        """Take the next bytes of a stream."""
        if self._head > 0:
            self._head -= len(chunk)
            self._pass_on(stream, self._streams[stream].feed(chunk))
        else:
            self._keep(stream, chunk)

    def finish(self) -> None:
        """The program has ended: pass on what is kept."""
        for stream, torn in self._torn.items():
            self._pass_on(stream, self._streams[stream].break_off())
            self._streams[stream] = _Lines(torn=torn)
        if self._left_out:
            self.note(f"… {self._left_out:,} bytes were left out here …")
        for stream, chunk in self._tail:
            self._pass_on(stream, self._streams[stream].feed(chunk))
        self._tail.clear()
        for stream, lines in self._streams.items():
            self._pass_on(stream, lines.finish())

    def note(self, text: str) -> None:
        """A line of dursor's own."""
        self._write(base.LogLine(redact.text(plain.terminal(text)), "dursor"))

    def _pass_on(self, stream: base.Stream, lines: Iterator[str]) -> None:
        for line in lines:
            if line.strip():
                self.last = line
            self._write(base.LogLine(line, stream))

    def _keep(self, stream: base.Stream, chunk: bytes) -> None:
        self._tail.append((stream, chunk))
        self._tail_size += len(chunk)
        while self._tail_size > TAIL_BYTES:
            stream, oldest = self._tail.popleft()
            excess = min(self._tail_size - TAIL_BYTES, len(oldest))
            self._tail_size -= excess
            self._left_out += excess
            self._torn[stream] = oldest[excess - 1] != ord("\n")
            if excess < len(oldest):
                self._tail.appendleft((stream, oldest[excess:]))


class _Lines:
    """Cuts one stream into clean, redacted lines of bounded length.

    `torn` says that the stream begins in the middle of a line: its first characters may be the rest of a
    secret, so they are dropped up to the first line end, or as many as a secret may be long.
    """

    def __init__(self, *, torn: bool = False) -> None:
        self._pending = bytearray()
        self._torn = torn

    def feed(self, chunk: bytes) -> Iterator[str]:
        whole, end, rest = chunk.rpartition(b"\n")
        if end:
            yield from self._take((bytes(self._pending) + whole).decode(errors="replace"))
            self._pending.clear()
        self._pending += rest
        if len(self._pending) > LINE_CHARACTERS + 2 * _LONGEST_SECRET:
            yield from self._overlong()

    def finish(self) -> Iterator[str]:
        """What stands after the last line end, if anything."""
        if self._pending:
            yield from self._take(self._pending.decode(errors="replace"))
            self._pending.clear()

    def break_off(self) -> Iterator[str]:
        """What stands after the last line end when its continuation is lost, a half secret not included."""
        if text := redact.text(self._pending.decode(errors="replace"))[:-_LONGEST_SECRET]:
            yield from self._take(text)
        self._pending.clear()

    def _overlong(self) -> Iterator[str]:
        """Pass on all but the end of an unfinished line; no character and no secret is cut in two."""
        complete = len(self._pending)
        while complete > len(self._pending) - 4 and self._pending[complete - 1] & 0xC0 == 0x80:
            complete -= 1  # a continuation byte: its character may not be complete yet
        complete -= 1
        text = self._pending[:complete].decode(errors="replace")
        cut = _clean_cut(text)
        if cut is None:
            yield from self.break_off()
            yield redact.MASK  # for what is dropped here, and at the begin of the rest
            self._torn = True
        else:
            self._pending[:complete] = text[cut:].encode()
            yield from self._take(text[:cut])

    def _take(self, text: str) -> Iterator[str]:
        if self._torn:
            self._torn = False
            first, end, others = text.partition("\n")
            text = redact.text(first)[_LONGEST_SECRET:] + end + others
        for line in redact.text(plain.terminal(text)).split("\n"):
            for start in range(0, max(len(line), 1), LINE_CHARACTERS):
                yield line[start : start + LINE_CHARACTERS]


def _clean_cut(text: str) -> int | None:
    """A place near the end of `text` where no secret is cut, a longest secret before it; None if secrets abound."""
    last = len(text) - _LONGEST_SECRET
    for cut in range(last, last - _LONGEST_SECRET, -_LONGEST_SECRET // 8):
        before, after = text[cut - _LONGEST_SECRET : cut], text[cut : cut + _LONGEST_SECRET]
        if redact.text(before) + redact.text(after) == redact.text(before + after):
            return cut
    return None
