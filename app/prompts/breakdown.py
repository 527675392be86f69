"""The instruction to split an issue into parts: the issue is information, the person who asked may add words."""

from __future__ import annotations

from collections.abc import Sequence

from app.prompts import fences, seen
from app.prompts.work import TITLE
from app.store.connection import Row

_ISSUE, _WORDS, _KEPT = 30_000, 4_000, 8_000
_WHAT = (
    "Split the issue below into parts of which each can be done and merged by itself, in the order in which they are "
    "best done. The current directory holds the repository as it is: read what you need there, and change nothing. "
    "A part says what is to be done and how one sees that it is, names the files that will change, and is small enough "
    "for one pull request. Leave out what is there already. As few parts as make sense, and at most {most}."
)
_KEEP = "These parts are there already and stay as they are: do not name them again, in other words neither."


def breakdown(title: str, issue: str, words: str, kept: Sequence[Row], extra: str, *, most: int) -> str:
    """What to split; `words` are of the person who asked, `kept` the parts that stay, `extra` the configuration's."""
    marks = fences.Fences()
    parts = [_WHAT.format(most=most), marks.rules, marks.data("title of the issue", seen.line(title, TITLE))]
    if issue:
        parts.append(marks.data("the issue", fences.head(seen.rendered(issue), _ISSUE)))
    if kept:
        named = [f"{row['number']}. {seen.line(row['title'], TITLE)}" for row in kept]
        listed = fences.first(named, _KEPT, lambda count: f"[{count} more]")
        parts += [_KEEP, marks.data("parts that stay", listed)]
    if words:
        parts.append(marks.request("how to split it", fences.head(seen.rendered(words), _WORDS)))
    if extra:
        parts.append(marks.request("instructions of the repository's configuration", seen.rendered(extra)))
    return "\n\n".join(parts)
