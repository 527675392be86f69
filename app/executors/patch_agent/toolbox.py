"""The tools that are offered to a model, and what happens when it calls one, rightly or wrongly."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema_rs

from app.executors import base, state_files
from app.executors.patch_agent import changing, looking, paths
from app.executors.patch_agent.model import Call, Tool

ANSWER = "answer"
"""The tool that takes the structured answer; it is the loop that reads it."""

_RESULT = 30_000  # characters
_TEXT: dict[str, Any] = {"type": "string"}
_PATH = {"type": "string", "description": "relative to the worktree"}
_LINES = {"type": "integer", "minimum": 1, "maximum": 5000}


def _tool(name: str, description: str, needed: Mapping[str, Any], others: Mapping[str, Any] | None = None) -> Tool:
    properties = {**needed, **(others or {})}
    schema = {"type": "object", "properties": properties, "required": [*needed], "additionalProperties": False}
    return Tool(name, description, schema)


_LOOKING = (
    _tool("list", "Names the files and directories below a path.", {}, {"path": _PATH}),
    _tool(
        "search",
        "Finds the lines that match a regular expression (Rust's syntax: no lookaround, no backreferences).",
        {"pattern": _TEXT},
        {"path": _PATH, "names": {"type": "string", "description": "a glob such as *.py that files must fit"}},
    ),
    _tool("read", "Shows lines of a file, with their numbers.", {"path": _PATH}, {"first": _LINES, "count": _LINES}),
)
_CHANGING = (
    _tool(
        "edit",
        "Replaces a text that stands exactly once in a file. Give it as it is, without line numbers.",
        {"path": _PATH, "old": _TEXT, "new": _TEXT},
    ),
    _tool(
        "create",
        "Writes a new file, or with `replace` a present one anew.",
        {"path": _PATH, "content": _TEXT},
        {"replace": {"type": "boolean"}},
    ),
    _tool("delete", "Removes a file.", {"path": _PATH}),
    _tool("move", "Renames a file.", {"path": _PATH, "to": _PATH}),
)


@dataclass(frozen=True, slots=True)
class Done:
    """What a call came to; `is_forbidden` marks what the agent may not do at all."""

    text: str
    is_error: bool = False
    is_forbidden: bool = False


class Toolbox:
    """The tools for one request: in a review those that look, with a schema one to answer with.

    Raises OSError where the state directory cannot be used.
    """

    def __init__(self, request: base.Request) -> None:
        self._root = request.worktree
        scratch = state_files.within(request.state_dir, "patch_agent/new/file").parent
        self._changing = changing.Changing(request.worktree, scratch)
        answering = Tool(ANSWER, "Gives your answer. Call it once, at the end.", request.schema or {})
        self.tools: tuple[Tool, ...] = (
            *_LOOKING,
            *(_CHANGING if request.mode == "edit" else ()),
            *((answering,) if request.schema is not None else ()),
        )
        self._validators = {tool.name: jsonschema_rs.validator_for(dict(tool.schema)) for tool in self.tools}

    async def use(self, call: Call) -> Done:
        """Do what was called for. Cancelling waits until it is done, so that nothing is written afterwards."""
        wrong = self._wrong(call)
        if wrong is not None or call.arguments is None:
            return Done(wrong or "", is_error=True)
        stop = threading.Event()
        task = asyncio.ensure_future(asyncio.to_thread(self._use, call.name, call.arguments, stop))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([task])
            raise

    def _wrong(self, call: Call) -> str | None:
        validator = self._validators.get(call.name)
        if validator is None:
            return f"There is no tool {call.name[:100]!r}; there are: {', '.join(self._validators)}."
        if call.arguments is None:
            return "The arguments are not a JSON object. Call the tool again."
        problem = next(validator.iter_errors(dict(call.arguments)), None)
        return None if problem is None else f"The arguments do not fit the tool: {problem.message[:500]}"

    def _use(self, name: str, arguments: Mapping[str, Any], stop: threading.Event) -> Done:
        try:
            return Done(_bounded(self._action(name, arguments, stop)()))
        except paths.Forbidden as error:
            return Done(str(error), is_error=True, is_forbidden=True)
        except paths.ToolError as error:
            return Done(_bounded(str(error)), is_error=True)
        except OSError as error:
            return Done(f"The system refuses: {error.strerror}.", is_error=True)

    def _action(self, name: str, given: Mapping[str, Any], stop: threading.Event) -> Callable[[], str]:
        path = given.get("path", ".")
        match name:
            case "list":
                return partial(looking.listing, self._root, path, _RESULT)
            case "search":
                return partial(looking.search, self._root, given["pattern"], path, given.get("names"), stop)
            case "read":
                first, count = int(given.get("first", 1)), int(given.get("count", 1000))
                return partial(looking.read, self._root, path, first, count, _RESULT)
            case "edit":
                return partial(self._changing.edit, path, given["old"], given["new"])
            case "create":
                return partial(self._changing.create, path, given["content"], replace=given.get("replace", False))
            case "delete":
                return partial(self._changing.delete, path)
            case _:
                return partial(self._changing.move, path, given["to"])


def overview(root: Path, room: int) -> str:
    """What there is in the worktree, at a glance."""
    return looking.listing(root, ".", room)


def _bounded(text: str) -> str:
    return text if len(text) <= _RESULT else text[:_RESULT] + "\n(cut here)"
