"""What changes in a text each time the same thing fails: times, places on a machine, numbers of every kind.

A number inside a name (`F401`, `test_case_2`) is part of the name.
"""

from __future__ import annotations

import re

LINE_LENGTH = 500

_ANSI = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,300}(?:\x07|\x1b\\)|[@-Z\\-_])")
_ROOTS = re.compile(
    r"(?:/home/runner/work|/Users/runner/work|/__w|[A-Za-z]:[\\/]a)([\\/])[\w.-]{1,100}\1[\w.-]{1,100}\1"
    r"|/github/workspace/|/builds/[\w.-]{1,100}/[\w.-]{1,100}/"
)
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = "(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?"
_NOISE = tuple(
    (re.compile(pattern), mark)
    for pattern, mark in (
        (r"\d{4}-\d\d-\d\d[T _]\d\d[:_]\d\d[:_]\d\d(?:[.,_]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", "T"),
        (rf"{_DAY}(?:{_MONTH} {{1,2}}\d{{1,2}}|\d{{1,2}} {_MONTH} \d{{4}}),? \d\d:\d\d:\d\d(?: \d{{4}})?", "T"),
        (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", "U"),
        (r"\b0x[0-9a-fA-F]{1,16}\b|@[0-9a-f]{5,16}\b", "H"),
        (r"\b(?=[0-9a-f]{0,63}[a-f])(?=[0-9a-f]{0,63}\d)[0-9a-f]{7,64}\b", "H"),
        (r"(?<![\w.])(?:/[\w.+-]{1,100}){2,30}/", "P/"),
        (r"\b[A-Za-z]:(?:\\[\w.+ -]{1,100}){1,30}\\", "P/"),
        (r"\b(?:tmp[a-z0-9_]{6,12}|tmp\.[A-Za-z0-9]{6,12}|go-build\d{4,20}|pytest-\d{1,6}|gw\d{1,4})\b", "X"),
        (r"(?<![\w.])(?:\d{1,12}(?:\.\d{1,12})? ?(?:h|min|ms|m|s|µs|us|ns)(?![A-Za-z_]) ?){1,5}", "D "),
        (r"(?<![\w.])(?:\d{1,6}h)?(?:\d{1,6}m)?\d{1,12}(?:\.\d{1,12})?m?s\b", "D"),
        (r"(?<![\w.])\d{1,12}(?:\.\d{1,12})? (?:hour|minute|second|millisecond)s?\b", "D"),
        (r"(?<![A-Za-z_0-9])\d{1,30}(?:[.,]\d{1,30}){0,6}", "N"),
    )
)
_LEG = re.compile(r" \([^()]{1,200}\)$")


def plain(text: str) -> str:
    """The text without colours and other orders to a terminal."""
    return _ANSI.sub("", text)


def relative(text: str) -> str:
    """The text with paths as they are in the repository, where a runner's well-known directory precedes them."""
    return _ROOTS.sub("", text)


def normal(text: str) -> str:
    """What stays equal of a message."""
    text = relative(plain(text))
    for pattern, mark in _NOISE:
        text = pattern.sub(mark, text)
    return " ".join(text.split())[:LINE_LENGTH]


def stable_name(name: str) -> str:
    """What stays equal of a test's or a file's name: numbers are part of it."""
    for pattern, mark in _NOISE[:-4]:
        name = pattern.sub(mark, name)
    return " ".join(name.split())


def job_of(check: str) -> str:
    """The job a check belongs to: the name without the leg of its matrix, `test (3.12, ubuntu)` is `test`."""
    return _LEG.sub("", check)
