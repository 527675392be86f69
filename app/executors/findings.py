"""A review as agents give it: the schema they are asked for, and what is made of an answer that fits it.

The same report as a tool's SARIF becomes: paths are of the worktree or none, texts are redacted and bounded.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import redact
from app.errors import UserError
from app.executors import fields, plain
from app.executors import sarif_model as model
from app.executors import sarif_places as places
from app.executors import sarif_texts as texts
from app.executors.reported import Finding, Report, Side

MAX_FINDINGS = 100
_SEVERITIES = ("info", "warning", "error", "critical")
_CATEGORIES = ("bug", "security", "performance", "style", "maintainability")
_NUMBER = re.compile(r"\s*[Ff]?([1-9][0-9]{0,5})\s*")
_LINE: dict[str, Any] = {"type": ["integer", "null"]}
_TEXT = {"type": "string"}
_FINDING = {
    "path": {"type": "string", "description": "relative to the current directory; empty when it is about no file"},
    "line_start": _LINE,
    "line_end": _LINE,
    "side": {
        "type": ["string", "null"],
        "description": "old when the lines are ones that the change removes, counted in the file as it was; else null",
    },
    "severity": {"type": "string", "enum": list(_SEVERITIES)},
    "category": {"type": "string", "enum": list(_CATEGORIES)},
    "title": _TEXT,
    "description": _TEXT,
    "suggestion": {"type": ["string", "null"], "description": "what those lines should read instead"},
    "known": {
        "type": ["string", "null"],
        "description": "its number, such as F3, when it is one of the open findings you were told of; else null",
    },
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
        "resolved": {
            "type": "array",
            "items": _TEXT,
            "description": "numbers, such as F3, of the open findings you were told of that are mended or were none",
        },
    },
    "required": ["summary", "findings", "resolved"],
    "additionalProperties": False,
}
"""Every property is required and none is added, as OpenAI's strict mode wants it."""


def old_paths(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """The files of the base that an answer is about, as it names them."""
    told = [fields.text(one, "path") for one in fields.parts(answer, "findings")[:MAX_FINDINGS] if _side(one) == "old"]
    return tuple(dict.fromkeys(filter(None, told)))


def report(answer: Any, worktree: Path, base: Mapping[str, bytes | None] | None = None) -> Report:
    """What a reviewer found in `worktree`, in which nothing runs now; findings over a hundred are counted in a note.

    `base` has the files of the base that `old_paths` named. Raises UserError for an answer that is no review.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("findings"), list):
        raise UserError("The reviewer answered with something that is no list of findings.")
    told = fields.parts(answer, "findings")
    where = places.Places(worktree, model.Run(tool=model.Tool(driver=model.Component(name="review"))))
    found = tuple(_finding(one, where, base or {}) for one in told[:MAX_FINDINGS])
    notes = []
    if odd := len(answer["findings"]) - len(told):
        notes.append(f"{odd:,} findings could not be read.")
    if left := len(told) - len(found):
        notes.append(f"{left:,} more findings were left out.")
    resolved = answer.get("resolved")
    numbers = tuple(filter(None, map(_number, resolved[:1000] if isinstance(resolved, list) else ())))
    return Report(found, (), tuple(notes), numbers, complete=not notes)


def _finding(told: Mapping[str, Any], where: places.Places, base: Mapping[str, bytes | None]) -> Finding:
    named, side = fields.text(told, "path"), _side(told)
    is_name = named and "://" not in named
    path = where.path(model.ArtifactLocation(uri=urllib.parse.quote(named, errors="replace"))) if is_name else None
    lines = (_lines(base.get(named)) if side == "old" else where.lines(path)) if path else None
    start, end = _extent(told, lines)
    severity, category = fields.text(told, "severity"), fields.text(told, "category")
    return Finding(
        path=path,
        line_start=start,
        line_end=end,
        severity=severity if severity in _SEVERITIES else "error",  # type: ignore[arg-type]
        category=category if category in _CATEGORIES else "maintainability",  # type: ignore[arg-type]
        rule="",
        title=" ".join(texts.clean(fields.text(told, "title"), 300).split()) or "A finding without words",
        description=texts.clean(fields.text(told, "description"), 8_000),
        suggestion=_suggestion(told) if start and side == "new" else None,
        snippet=_snippet(lines[start - 1 : end]) if lines and start and end else None,
        side=side if start else "new",
        known=_number(told.get("known")),
    )


def _side(told: Mapping[str, Any]) -> Side:
    return "old" if told.get("side") == "old" else "new"


def _number(told: Any) -> int | None:
    """F3 is 3; anything that is no such number is none."""
    match = _NUMBER.fullmatch(told) if isinstance(told, str) else None
    return int(match[1]) if match else None


def _lines(content: bytes | None) -> tuple[str, ...] | None:
    try:
        return None if content is None else tuple(content.decode().split("\n"))
    except UnicodeDecodeError:
        return None


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
