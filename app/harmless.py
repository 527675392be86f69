"""Makes the words of strangers and models harmless before they are shown: data that does nothing on GitHub's pages."""

from __future__ import annotations

import re
from functools import reduce

from app import redact

_MAX_QUOTE = 2_000
_BREAK = "\u200b"
"""A space without width: what it stands in is shown as before and means nothing any more."""

_BOX = r"(?m)^([ \t>]{0,20}(?:[-*+]|\d{1,9}[.)])[ \t]{1,4})"
_HELD_BOX = re.compile(rf"{_BOX}{_BREAK}\[[ xX]\]")

_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}(?=[^`]*$)|~{3,})")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_REFERENCES = (
    (re.compile(r"#(?=\d)"), f"#{_BREAK}"),  # references, with which closing keywords close
    (re.compile(r"\b(gh)-(?=\d)", re.IGNORECASE), rf"\1{_BREAK}-"),
    (re.compile(r"\b(close[sd]?|fix(?:es|ed)?|resolve[sd]?)(:?\s{1,5})(?=https?:)", re.IGNORECASE), rf"\1{_BREAK}\2"),
)
_BREAKS = (
    (re.compile("@"), rf"@{_BREAK}"),  # mentions
    (re.compile(r"<(?=[A-Za-z/!?])"), f"<{_BREAK}"),  # HTML, comments, addresses in angle brackets
    (re.compile(r"&(?=[#A-Za-z])"), f"&{_BREAK}"),  # an entity becomes its character before mentions are looked for
    (re.compile(r"!\["), f"!{_BREAK}["),  # images
    *_REFERENCES,
    (re.compile(rf"{_BOX}\[(?=[ xX]\])"), rf"\1{_BREAK}["),  # boxes to tick
    (re.compile(r"(?m)^([^\S\n]{0,80})/(?=[A-Za-z])"), rf"\1{_BREAK}/"),  # commands, ours and other bots'
)


def harmless(text: str, limit: int = _MAX_QUOTE) -> str:
    """A stranger's or a model's words: no mentions, references, commands, images, HTML or secrets."""
    text = redact.text(visible(text))[:limit]
    for what, instead in _BREAKS:
        text = what.sub(instead, text)
    return text


def closing_nothing(text: str) -> str:
    """Text that may stand as it is, but for what would close issues."""
    for what, instead in _REFERENCES:
        text = what.sub(instead, text)
    return text


def unticked(text: str, limit: int) -> str:
    """The same with its boxes, none of them ticked, for a place where to tick one does nothing."""
    return _HELD_BOX.sub(r"\1[ ]", harmless(text, limit))


def visible(text: str) -> str:
    """Text without the characters that nobody sees, its lines ended by line feeds."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def spelled(text: str) -> str:
    """Text with the characters that nobody sees spelled out, such as `<U+202E>`."""
    return _UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def line(text: str, limit: int = 200) -> str:
    """The same on one line that is plain text: nothing in it is emphasis, a link, code or a table."""
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", " ".join(harmless(text, limit).split()))


def code(text: str, limit: int = 100) -> str:
    """A stranger's name for something (a check, a file, a key), as one code span that it cannot leave."""
    shown = " ".join(harmless(text, limit).split()).replace("|", "\u00a6") or "?"
    marks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{marks}{pad}{shown}{pad}{marks}"


def quote(text: str, limit: int = _MAX_QUOTE) -> str:
    """The same as a quotation, each line of it marked; an open code fence ends with it."""
    return "\n".join(f"> {part}".rstrip() for part in harmless(text, limit).strip().splitlines())


def fence_after(fence: str, row: str) -> str:
    """The marks of the code fence that is open after a line, empty for none; `fence` is that of the line before."""
    found = _FENCE.match(row)
    if found is None or not fence:
        return found["marks"] if found else fence
    return "" if found["marks"].startswith(fence) and not row[found.end() :].strip() else fence


def closed(text: str) -> str:
    """Text with an end to the code fence that it leaves open, which would swallow what stands behind it."""
    fence = reduce(fence_after, text.split("\n"), "")
    return f"{text}\n{fence}" if fence else text
