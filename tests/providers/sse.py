"""Server-sent events as text, and identifiers as providers make them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any


def event(data: Mapping[str, Any], name: str | None = None) -> str:
    """One event of a stream."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data)}\n\n"


def identifier(prefix: str) -> str:
    return prefix + uuid.uuid4().hex[:24]


def halves(text: str) -> tuple[str, str]:
    """A text in two pieces, as it streams."""
    middle = (len(text) + 1) // 2
    return text[:middle], text[middle:]
