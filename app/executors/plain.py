"""Text of programs and strangers made fit for logs, the database and people."""

from __future__ import annotations

import re

# ECMA-48 escape sequences: CSI, OSC, other strings, two-character ones. Possessive, so linear.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*+[ -/]*+[@-~]|\][^\x07\x1b]*+(?:\x07|\x1b\\)?|[PX^_][^\x1b]*+(?:\x1b\\)?|[ -/]*+[0-~])"
)
# Control characters but tab and line feed, lone surrogates, and what hides or turns text around:
# bidirectional controls, zero-width characters, the "tag" block (CVE-2021-42574 and its kin).
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)


def text(value: str) -> str:
    """`value` without escape sequences, control, hidden and bidirectional characters; tabs and lines stay."""
    return _HIDDEN.sub("", _ESCAPES.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))


def terminal(value: str) -> str:
    """`text` of what a terminal shows: of a line with carriage returns, the last part that is not empty."""
    if "\r" in value:
        value = "\n".join(_overwritten(line) if "\r" in line else line for line in value.split("\n"))
    return text(value)


def bounded(value: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis where something was cut."""
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "…"


def _overwritten(line: str) -> str:
    return next((part for part in reversed(line.split("\r")) if text(part).strip()), "")
