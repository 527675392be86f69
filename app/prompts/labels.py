"""What an executor says of each request and finding, in the lines `R1: …` and `F3: …` that end its answer."""

from __future__ import annotations

import re

_LONGEST = 20_000  # characters of an answer that are looked through, from its end
_SAID = 600  # characters of one line that are kept
_LINE = re.compile(
    r"[ \t>]{0,20}(?:[0-9]{1,3}[.)][ \t])?[ \t*+\-•_`~#\[(]{0,20}"
    r"(?P<kind>[RrFf])(?P<number>[1-9][0-9]{0,5})[*_`\])]{0,6}[ \t]{0,4}"
    r"(?:[:：–—]|-(?=[ \t]))[*_`]{0,6}[ \t]{0,20}(?P<said>.*)"  # noqa: RUF001 - the colons and dashes that models write
)


def said(summary: str) -> dict[str, str]:
    """What is said of each label, such as `R1`; of several lines about one the last counts, empty ones do not."""
    found: dict[str, str] = {}
    for line in summary[-_LONGEST:].splitlines():
        match = _LINE.fullmatch(line)
        if match and (words := match["said"][:_SAID].strip(" \t*_`")):
            found[f"{match['kind'].upper()}{match['number']}"] = words
    return found


_VERDICT = re.compile(r"(?P<no>not\W{1,3})?(?:done|fixed)\b[ \t]*[*_`]{0,3}[:;,.–—-]{0,2}[ \t]*", re.IGNORECASE)  # noqa: RUF001


def verdict(said: str | None) -> tuple[bool | None, str | None]:
    """Whether a line says that it was done, None where it says neither; and its words without that."""
    match = _VERDICT.match(said) if said else None
    if said is None or match is None:
        return None, said
    return match["no"] is None, said[match.end() :].strip()
