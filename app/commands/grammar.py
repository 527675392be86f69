"""Finds commands in a comment: lines that begin with `/dursor VERB` or `@dursor VERB`.

Text in code blocks, indented code, quotes and HTML comments is not spoken to us, and neither is what follows the
lines with which mail programs introduce the message that is answered: somebody else wrote it. Every scan is linear in
the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_TEXT = 65_536
MAX_COMMANDS = 5
MAX_ARGUMENT = 4_000

_COMMAND = re.compile(
    r"^ {0,3}(?:/(?i:dursor)|@(?P<slug>[A-Za-z0-9-]{1,40}))[ \t]+(?P<verb>[A-Za-z]{1,16})\b[ \t]*(?P<rest>.*)$"
)
_FENCE = re.compile(r"^ {0,3}(?:(?:[-*+]|\d{1,9}[.)]) {1,4}){0,9}(`{3,}(?=[^`]*$)|~{3,})")
_LINE = re.compile(r"\r\n|\r|\n")  # what str.splitlines adds to these (U+2028 and others) breaks no line on GitHub
_ELEMENT = re.compile(r"^ {0,3}<(pre|blockquote|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_COMMENT_END = "-->"
_WROTE = r"wrote|schrieb .{1,100}|a écrit[ \u00a0]?|escribió|ha scritto|escreveu|schreef .{1,100}"
_MAIL = re.compile(
    rf"^(?:(?:On|Am|Le|El|Il|Em|Op) .{{1,300}} (?:{_WROTE}):|-{{2,}} ?Original Message ?-{{2,}}|_{{10,}}|-- "
    r"|(?:Reply to this email directly|You are receiving this because)\b.*)[ \t]*$"
)
_HEADERS = re.compile(
    r"^\*{0,2}(?:From|Von|De|Da|Van):\*{0,2} .{1,300} "
    r"\*{0,2}(?:Sent|Date|Gesendet|Envoyé|Enviado|Inviato|Verzonden|To|An|À|Para|A|Aan):\*{0,2} "
)
_FIRST_LETTERS = frozenset("OALEI*FVD")
"""What a line begins with that may be the first of several."""

_TOGETHER = 3
_WRAPPED_AT = 200
"""How many lines mail programs spread that over, and how long they are at most."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command; the verb is lower case, the rest is a stranger's text until its writer is known."""

    verb: str
    rest: str


def commands(text: str, slug: str = "dursor") -> list[Command]:
    """The commands in a comment, in order, at most five."""
    found: list[Command] = []
    for line in _spoken(text[:MAX_TEXT]):
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
    fence, until = "", ""  # what ends the code block, the comment or the element that a line is in
    lines = _LINE.split(text)
    for place, written in enumerate(lines):
        if not written:
            continue
        line = written
        if not fence:
            line, until = _shown(written, until)
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif _begins_mail(lines[place : place + _TOGETHER]):
            return
        elif not line.startswith(("    ", "\t")) and not line.lstrip(" ").startswith(">"):
            yield line


def _begins_mail(lines: Sequence[str]) -> bool:
    """Whether the message that is answered begins here, in one line or in a few that mail programs wrap or list."""
    if _MAIL.match(lines[0]):
        return True
    if lines[0][:1] not in _FIRST_LETTERS:
        return False
    near = [line[:_WRAPPED_AT].strip() for line in lines]
    joined = [" ".join(near[:count]) for count in range(2, len(near) + 1)]
    return any(_MAIL.match(one) or _HEADERS.match(f"{one} ") for one in joined)


def _shown(line: str, until: str) -> tuple[str, str]:
    """What a page shows of a line, and what ends that which hides the next; what is never closed hides the rest."""
    if until not in {"", _COMMENT_END}:
        return "", "" if until in line.lower() else until
    parts: list[str] = []
    at = 0
    while True:
        if until:
            end = line.find(until, at)
            if end < 0:
                return "".join(parts), until
            at = end + len(until)
        begin = line.find("<!--", at)
        if begin < 0:
            break
        parts.append(line[at:begin])
        at, until = begin + 4, _COMMENT_END
    shown = "".join([*parts, line[at:]])
    element = _ELEMENT.match(shown)
    if element is None:
        return shown, ""
    closing = f"</{element[1].lower()}>"
    return "", "" if closing in shown.lower() else closing
