"""Text on its way to GitHub: secrets taken out, cut where GitHub would refuse it, never cut badly."""

from __future__ import annotations

import re

from app import redact

MAX_BODY = 64_000  # GitHub takes 65,536 characters; some surrogates count twice
CUT = "\n\n(cut: the text is too long for GitHub)"
_FENCE = re.compile(r"^ {0,3}(`{3,100}+(?!.*`)|~{3,100}+)(.*)$", re.MULTILINE)
_COMMENT_ENDS = "\n-->"


def body(text: str, limit: int = MAX_BODY) -> str:
    """`text` in at most `limit` UTF-16 units, with fences and HTML comments closed where it is cut."""
    text = _storable(redact.text(text))
    if _units(text) <= limit:
        return text
    kept = _first(text, limit - 120 - len(CUT))
    return kept + closing(kept) + CUT


def line(text: str, limit: int) -> str:
    """`text` on one line in at most `limit` UTF-16 units."""
    text = " ".join(_storable(redact.text(text)).split())
    return text if _units(text) <= limit else _first(text, limit - 1) + "…"


def _storable(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)


def _first(text: str, units: int) -> str:
    """The first `units` UTF-16 units, and no half of a surrogate pair."""
    return text.encode("utf-16-le")[: 2 * max(units, 0)].decode("utf-16-le", "ignore")


def closing(text: str) -> str:
    """What closes the code fence or HTML comment that `text` leaves open (CommonMark 4.5, 4.6)."""
    fence = ""
    for match in _FENCE.finditer(text):
        marks, info = match.groups()
        if not fence:
            fence = marks
        elif marks[0] == fence[0] and len(marks) >= len(fence) and not info.strip():
            fence = ""
    if fence:
        return f"\n{fence}"
    return _COMMENT_ENDS if text.rfind("<!--") > text.rfind("-->") else ""
