"""What `use` is given: executors with perhaps some words after them."""

from __future__ import annotations

import re
from collections.abc import Collection

from app.executors import registry

_NAMES = re.compile(r"[\w:-]+(?:[ \t]*,[ \t]*[\w:-]+)*", re.ASCII)


def executors(rest: str, commands: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The executors that are named, as the configuration spells them, and the words after them.

    A command may be named without `command:`. Whether there is one of such a name is not asked here.
    """
    found = _NAMES.match(rest)
    if found is None:
        return (), rest.strip()
    names = (name.strip() for name in found[0].split(","))
    return tuple(_spelled(name, commands) for name in names), rest[found.end() :].strip()


def _spelled(name: str, commands: Collection[str]) -> str:
    if name.lower() in registry.AGENTS:
        return name.lower()
    return f"command:{name}" if name in commands else name
