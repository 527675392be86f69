"""Finds commands in a comment: lines that begin with `/dursor VERB` or `@dursor VERB`.

Text in code blocks, indented code, quotes and HTML comments is not spoken to us, and neither is what
follows the line with which mail programs introduce the message that is answered. Every scan is linear
in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TEXT = 65_536
MAX_COMMANDS = 5
MAX_ARGUMENT = 4_000

_COMMAND = re.compile(
    r"^ {0,3}(?:/dursor|@(?P<slug>[A-Za-z0-9-]{1,40}))[ \t]+(?P<verb>[A-Za-z]{1,16})\b[ \t]*(?P<rest>.*)$"
)
_FENCE = re.compile(r"^ {0,3}(?:(?:[-*+]|\d{1,9}[.)]) {1,4}){0,9}(`{3,}(?=[^`]*$)|~{3,})")
_LINE = re.compile(r"\r\n|\r|\n")  # what str.splitlines adds to these (U+2028 and others) breaks no line on GitHub
_MAIL = re.compile(r"^(?:On .{1,200} wrote:|-{2,} ?Original Message ?-{2,}|_{10,})[ \t]*$")


@dataclass(frozen=True, slots=True)
class Command:
    """One command; the verb is lower case, the rest is a stranger's text until its writer is known."""

    verb: str
    rest: str


def commands(text: str, slug: str = "dursor") -> list[Command]:
    """The commands in a comment, in order, at most five."""
    found: list[Command] = []
    for line in _spoken(_without_html_comments(text[:MAX_TEXT])):
        match = _COMMAND.match(line)
        if match and (match["slug"] or slug).lower() in {slug.lower(), "dursor"}:
            found.append(Command(match["verb"].lower(), match["rest"].strip()[:MAX_ARGUMENT]))
            if len(found) == MAX_COMMANDS:
                break
    return found


def without_commands(text: str) -> str:
    """What a comment says beside its commands; without any, all of it."""
    if not commands(text):
        return text
    return "\n".join(line for line in _LINE.split(text) if not _COMMAND.match(line)).strip()


def _spoken(text: str) -> Iterator[str]:
    fence = ""
    for line in _LINE.split(text):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif _MAIL.match(line):
            return
        elif not line.startswith(("    ", "\t")) and not line.lstrip(" ").startswith(">"):
            yield line


def _without_html_comments(text: str) -> str:
    """The text without `<!-- … -->`; one that is never closed hides the rest, as on GitHub's pages."""
    parts: list[str] = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0:
        parts.append(text[at:begin])
        end = text.find("-->", begin + 4)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join(parts) + text[at:]
