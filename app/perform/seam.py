"""What crosses the seam to an engine is JSON: its values written and read back."""

from __future__ import annotations

from pydantic import JsonValue

from app.executors import base
from app.repo_commands import Command, ExitCodes


def exit_codes(command: Command | None) -> JsonValue:
    """What a command's exit codes mean, where the configuration says so."""
    named = command.exit_codes if command else None
    return {"changed": [*named.changed], "nothing": [*named.nothing]} if named and named != ExitCodes() else None


def codes(value: JsonValue) -> base.Codes | None:
    """The same, read back."""
    if not isinstance(value, dict):
        return None
    lists = {name: frozenset(_numbers(found)) for name, found in value.items()}
    return base.Codes(lists.get("changed", frozenset()), lists.get("nothing", frozenset()))


def words(value: JsonValue) -> tuple[str, ...]:
    """A list of texts; empty where there is none."""
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def text(value: JsonValue) -> str | None:
    """A text, or None."""
    return value if isinstance(value, str) else None


def counts(value: JsonValue) -> dict[str, int]:
    """Numbers by name."""
    return {name: count for name, count in value.items() if isinstance(count, int)} if isinstance(value, dict) else {}


def line(event: base.Event) -> str:
    """An event as a line of the log."""
    match event:
        case base.LogLine(text=text):
            return text
        case base.ToolUse(name=name, detail=detail):
            return f"[{name}] {detail}"
        case base.Said(text=text):
            return text
        case base.Retry(why=why):
            return f"[retry] {why}"
        case base.Denied(name=name, detail=detail):
            return f"[denied] {name}: {detail}"
        case base.Usage(input_tokens=given, output_tokens=made, cost_usd=cost):
            return f"[usage] {given:,} tokens in, {made:,} out" + (f", ${cost:.2f}" if cost is not None else "")


def _numbers(value: JsonValue) -> list[int]:
    return [number for number in value if isinstance(number, int)] if isinstance(value, list) else []
