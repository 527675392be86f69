"""python -m bench comments: hostile comments of 64 KiB, read for commands and made harmless.

Linear means: twice as long takes about twice the time. Each text is read at half its length and at all of it, in the
same run, and the time of the whole is told beside that of going over the same text once with `str.splitlines`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from app import harmless
from app.commands import grammar
from app.prompts import seen

SIZE = grammar.MAX_TEXT
ROUNDS = 7
HOSTILE = {
    "open comments": "<!--",
    "closed comments": "<!---->",
    "open fences": "```\n~~~\n",
    "nested quotes": "> ",
    "nested lists": "- ",
    "commands": "/dursor fix\n",
    "almost commands": "/dursor " + " " * 90 + "\n",
    "mentions": "@a ",
    "mails": "Am " + "schrieb " * 40 + "\n",
    "links": "[](",
    "images": "![",
    "tags": "<a href='",
    "backticks": "`",
    "line breaks": "\r\n\n\r",
    "hidden characters": "\u200b\u202e",
}
READERS: dict[str, Callable[[str], object]] = {
    "commands": grammar.commands,
    "harmless": harmless.harmless,
    "rendered": seen.rendered,
}


def main() -> None:
    """Print for each text and reader: milliseconds, the ratio of whole to half, and of whole to one plain pass."""
    print(f"comments: texts of {SIZE // 1024} KiB; ms (whole : half, whole : str.splitlines)")
    print(f"{'':18}" + "".join(f"{name:>24}" for name in READERS))
    for name, piece in HOSTILE.items():
        whole = (piece * (SIZE // len(piece) + 1))[:SIZE]
        plain = _seconds(str.splitlines, whole)
        told = []
        for read in READERS.values():
            took, half = _seconds(read, whole), _seconds(read, whole[: SIZE // 2])
            told.append(f"{took * 1000:9.2f} ({took / half:4.1f}, {took / plain:5.0f})")
        print(f"{name:18}" + "".join(f"{one:>24}" for one in told))


def _seconds(read: Callable[[str], object], text: str) -> float:
    return statistics.median(_once(read, text) for _ in range(ROUNDS))


def _once(read: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    read(text)
    return time.perf_counter() - began
