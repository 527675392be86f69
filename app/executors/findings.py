"""A review as agents give it: the schema they are asked for, and what is made of an answer that fits it.

The same report as a tool's SARIF becomes: paths are of the worktree or none, texts are redacted and bounded.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import redact
from app.executors import fields, plain, sarif
from app.executors import sarif_model as model
from app.executors import sarif_places as places
from app.executors import sarif_texts as texts

MAX_FINDINGS = 100
_SEVERITIES = ("info", "warning", "error", "critical")
_CATEGORIES = ("bug", "security", "performance", "style", "maintainability")
_LINE: dict[str, Any] = {"type": ["integer", "null"]}
_TEXT = {"type": "string"}
_FINDING = {
    "path": {"type": "string", "description": "relative to the current directory; empty when it is about no file"},
    "line_start": _LINE,
    "line_end": _LINE,
    "severity": {"type": "string", "enum": list(_SEVERITIES)},
    "category": {"type": "string", "enum": list(_CATEGORIES)},
    "title": _TEXT,
    "description": _TEXT,
    "suggestion": {"type": ["string", "null"], "description": "what those lines should read instead"},
}

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "summary": _TEXT,
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": _FINDING,
                "required": list(_FINDING),
                "additionalProperties": False,
            },
        },
    },
    "required": ["summary", "findings"],
    "additionalProperties": False,
}
"""Every property is required and none is added, as OpenAI's strict mode wants it."""


def report(answer: Mapping[str, Any], worktree: Path) -> sarif.Report:
    """What a reviewer found in `worktree`, in which nothing runs now; findings over a hundred are counted in a note."""
    told = fields.parts(answer, "findings")
    where = places.Places(worktree, model.Run(tool=model.Tool(driver=model.Component(name="review"))))
    found = tuple(_finding(one, where) for one in told[:MAX_FINDINGS])
    left = len(told) - len(found)
    notes = (f"{left:,} more findings were left out.",) if left else ()
    return sarif.Report(found, (), notes)


def _finding(told: Mapping[str, Any], where: places.Places) -> sarif.Finding:
    named = fields.text(told, "path")
    path = where.path(model.ArtifactLocation(uri=urllib.parse.quote(named))) if named else None
    lines = where.lines(path) if path else None
    start, end = _extent(told, lines)
    severity, category = fields.text(told, "severity"), fields.text(told, "category")
    description = texts.clean(fields.text(told, "description"), 8_000)
    return sarif.Finding(
        path=path,
        line_start=start,
        line_end=end,
        severity=severity if severity in _SEVERITIES else "warning",  # type: ignore[arg-type]
        category=category if category in _CATEGORIES else "maintainability",  # type: ignore[arg-type]
        rule="",
        title=texts.clean(fields.text(told, "title"), 300) or "A finding without words",
        description=description,
        suggestion=_suggestion(told) if start else None,
        snippet=_snippet(lines[start - 1 : end]) if lines and start and end else None,
    )


def _extent(told: Mapping[str, Any], lines: tuple[str, ...] | None) -> tuple[int | None, int | None]:
    """The lines it is about, when the file has them; no lines for a place that is not there."""
    start = told.get("line_start")
    if lines is None or isinstance(start, bool) or not isinstance(start, int) or not 1 <= start <= len(lines):
        return None, None
    end = told.get("line_end")
    is_range = isinstance(end, int) and not isinstance(end, bool) and start <= end <= len(lines)
    return start, end if is_range else start


def _snippet(lines: tuple[str, ...]) -> str:
    return plain.bounded(redact.text(plain.text("\n".join(lines[:20]))), 2_000)


def _suggestion(told: Mapping[str, Any]) -> str | None:
    """Applied as it is, so one that would have to be altered to be shown is none."""
    text = told.get("suggestion")
    return text if isinstance(text, str) and len(text) <= 4_000 and texts.clean(text, 4_000) == text.strip() else None
