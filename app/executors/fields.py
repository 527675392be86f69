"""Reads the fields of events that agents print: another shape than expected is as good as absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text(event: Mapping[str, Any], key: str) -> str:
    """A text, or "" where there is none."""
    value = event.get(key)
    return value if isinstance(value, str) else ""


def part(event: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object, or an empty one."""
    value = event.get(key)
    return value if isinstance(value, dict) else {}


def parts(event: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects of a list, or none."""
    value = event.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def count(event: Mapping[str, Any], key: str) -> int:
    """A number of tokens or the like; 0 for what is none."""
    value = event.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else 0


def money(event: Mapping[str, Any], key: str) -> float | None:
    """Dollars, or None where none are told."""
    value = event.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= float(value) < 1e6 else None  # type: ignore[arg-type]
