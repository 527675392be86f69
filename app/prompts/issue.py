"""The issue that a task began in, to be added to an instruction: information, whoever wrote it."""

from __future__ import annotations

from app.prompts import fences, seen

_MOST = 20_000


def issue(text: str | None) -> str:
    """What the issue said when work on it was asked for; empty where there is none."""
    if not text:
        return ""
    marks = fences.Fences()
    told = marks.data("the issue, as it was when work on it was asked for", fences.head(seen.rendered(text), _MOST))
    return f"{marks.rules}\n\n{told}"
