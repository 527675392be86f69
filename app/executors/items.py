"""The parts of an issue as agents give them: the schema they are asked for, and what is kept of an answer."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import UserError
from app.executors import fields
from app.executors import sarif_texts as texts

MAX_ITEMS = 30
TYPES = ("feature", "bug_fix", "refactoring", "docs", "test")
SIZES = ("small", "medium", "large")
_FILES, _TAGS, _SUBTASKS = 20, 8, 20
_TITLE, _DESCRIPTION, _HINT, _PATH, _TAG = 200, 4_000, 2_000, 300, 40
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_ITEM: dict[str, Any] = {
    "title": {"type": "string", "description": "what is done when this part is done, in one line"},
    "description": {"type": "string", "description": "what is to be done and how one sees that it is, in Markdown"},
    "type": {"type": "string", "enum": list(TYPES)},
    "estimated_size": {"type": "string", "enum": list(SIZES)},
    "target_files": {**_TEXTS, "description": "files that will change, relative to the current directory"},
    "implementation_hint": {"type": ["string", "null"], "description": "where to begin, and what to look out for"},
    "tags": {**_TEXTS, "description": "a few single words"},
    "subtasks": {**_TEXTS, "description": "the steps of this part, each in one line"},
}

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "summary": _TEXT,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": _ITEM,
                "required": list(_ITEM),
                "additionalProperties": False,
            },
        },
    },
    "required": ["summary", "items"],
    "additionalProperties": False,
}
"""Every property is required and none is added, as OpenAI's strict mode wants it."""


@dataclass(frozen=True, slots=True)
class Items:
    """The parts as columns of `backlog_items`, and how many more there were."""

    found: tuple[dict[str, Any], ...]
    left_out: int = 0


def items(answer: Any) -> Items:
    """The parts in an answer, redacted and bounded. Raises UserError for an answer without any."""
    told = fields.parts(answer, "items") if isinstance(answer, dict) else []
    found = [_item(one) for one in told]
    kept = [one for one in found if one["title"]]
    if not kept:
        raise UserError("The answer names no parts.")
    return Items(tuple(kept[:MAX_ITEMS]), max(0, len(kept) - MAX_ITEMS))


def _item(told: Mapping[str, Any]) -> dict[str, Any]:
    kind, size = fields.text(told, "type"), fields.text(told, "estimated_size")
    return {
        "title": _line(fields.text(told, "title"), _TITLE),
        "description": texts.clean(fields.text(told, "description"), _DESCRIPTION),
        "type": kind if kind in TYPES else "feature",
        "estimated_size": size if size in SIZES else "medium",
        "target_files": [path for path in _lines(told, "target_files", _FILES, _PATH) if _is_inside(path)],
        "implementation_hint": texts.clean(fields.text(told, "implementation_hint"), _HINT) or None,
        "tags": _lines(told, "tags", _TAGS, _TAG),
        "subtasks": [{"title": step, "completed": False} for step in _lines(told, "subtasks", _SUBTASKS, _TITLE)],
    }


def _lines(told: Mapping[str, Any], key: str, most: int, longest: int) -> list[str]:
    value = told.get(key)
    named = [_line(one, longest) for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return list(dict.fromkeys(filter(None, named)))[:most]


def _line(text: str, limit: int) -> str:
    return " ".join(texts.clean(text, limit).split())


def _is_inside(path: str) -> bool:
    """Whether it names something below the directory, and no place of git's."""
    parts = posixpath.normpath(path).split("/")
    return not path.startswith("/") and "\\" not in path and ".." not in parts and ".git" not in parts
