"""Gemini CLI, headless: its bundle under node, with events as lines of JSON.

It has no flag for a schema, so the schema is in the prompt. `--skip-trust` starts it without loading what the
repository brings for it; the variable that trusts the workspace would load all of that. GEMINI.md it reads in any
case, which is why worktrees hold the base branch's. Sessions belong to a directory: from another worktree path it does
not find them, and begins anew. It reports no cost.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.executors import base, calls, fields, mentions, outcome, troubles
from app.executors.dialect import Launch, Told, silent_end

_EXITS: dict[int, tuple[base.Kind, str]] = {
    41: ("auth", "it has no usable key"),
    42: ("protocol", "it did not take its input"),
    53: ("limit", "it took all the turns it was given"),
    55: ("start", "Gemini CLI does not trust the directory: its version is too new for dursor."),
}
_NO_SESSION = ("Error resuming session", "Invalid session identifier", "No previous sessions found")
_MOST = 1_000_000
"""Characters of what it says that are kept: whoever has its output can go on for ever."""

_DENIALS = {"tool_not_registered", "policy_violation"}
_RETRIES = re.compile(r"Attempt \d+ failed[^.]*")
_NOISE = re.compile(
    r"Warning: |Ripgrep is not available|YOLO mode|Loaded cached|Error when talking to Gemini API|\s+at "
    r"|\s*[\[\]{}(),]+$|\s+(?:status|code|cause|details|retryDelayMs|reason|error|config|response)\b|Attempt \d+ failed"
)
"""What it writes to people at a terminal, and the traces of errors that its last event tells anyway."""


@dataclass(frozen=True, slots=True)
class Gemini:
    """The dialect of `gemini`. `tries` bounds how often it sends a request."""

    tries: int = 3
    name: str = "gemini"
    title: str = "Gemini CLI"
    counts_session: bool = False
    litter: tuple[str, ...] = ()

    def launch(self, program: Sequence[str], request: base.Request) -> Launch:
        argv = [*program, "--output-format", "stream-json", "--skip-trust", "-e", "none"]
        argv += ["--approval-mode", _mode(request)]
        if request.model:
            argv += ["-m", request.model]
        argv += ["--resume", request.session_id] if request.session_id else ["--session-id", str(uuid.uuid4())]
        env = {
            "GEMINI_CLI_HOME": str(request.state_dir / "gemini"), "GEMINI_CLI_NO_RELAUNCH": "true",
            "GEMINI_API_KEY": request.access.key or "",
        }  # fmt: skip
        if request.access.base_url:
            env["GOOGLE_GEMINI_BASE_URL"] = request.access.base_url
        files = {"gemini/.gemini/settings.json": json.dumps(_settings(request, self.tries))}
        return Launch(tuple(argv), env, _prompt(request), files)

    def read(self, event: Mapping[str, Any], told: Told, request: base.Request) -> Iterator[base.Event]:
        match event.get("type"):
            case "init":
                told.session_id = fields.text(event, "session_id") or told.session_id
            case "message" if event.get("role") == "assistant":
                told.pending += fields.text(event, "content")[: _MOST - len(told.pending)]
                return
            case _:
                yield from _whole(told)
        match event.get("type"):
            case "tool_use":
                told.summary, told.has_acted = "", True  # what it says after its last tool is the summary
                arguments = fields.part(event, "parameters")
                yield base.ToolUse(fields.text(event, "tool_name"), calls.detail(arguments, request.worktree))
            case "tool_result" if fields.text(fields.part(event, "error"), "type") in _DENIALS:
                tool = fields.text(event, "tool_id").partition("__")[0]
                yield told.deny(
                    tool, fields.text(fields.part(event, "error"), "message") or fields.text(event, "output")
                )
            case "error":
                told.error = fields.text(event, "message")
            case "result":
                yield from _end(event, told)

    def hear(self, line: str, told: Told) -> Iterator[base.Event]:
        told.lost_session = told.lost_session or any(words in line for words in _NO_SESSION)
        if found := _RETRIES.match(line):
            yield base.Retry(found[0])
        elif line.strip() and not _NOISE.match(line):
            yield base.LogLine(line, "stderr")

    def explain(self, told: Told, ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
        return _EXITS.get(ended.code or 0) or silent_end(ended, stderr)


def _mode(request: base.Request) -> str:
    if request.mode == "review":
        return "plan"
    return "yolo" if request.contained else "auto_edit"


def _prompt(request: base.Request) -> str:
    task = "Task:\n" + mentions.spelled_out(request.instruction, request.worktree)
    if request.schema is None:
        return task
    return f"{task}\n\nAnswer with one JSON object that satisfies this JSON Schema, and nothing else:\n" + json.dumps(
        request.schema
    )


def _settings(request: base.Request, tries: int) -> dict[str, object]:
    return {
        "security": {"auth": {"selectedType": "gemini-api-key"}, "environmentVariableRedaction": {"enabled": True}},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False, "maxAttempts": tries},
        "model": {"maxSessionTurns": request.max_turns or 100},
        "context": {"fileFiltering": {"enableRecursiveFileSearch": False}},  # else `@name` finds files anywhere
    }


def _whole(told: Told) -> Iterator[base.Event]:
    """What it said piece by piece, as one."""
    said, told.pending = told.pending, ""
    told.summary += said[: _MOST - len(told.summary)]
    if said.strip():
        yield base.Said(said)


def _end(event: Mapping[str, Any], told: Told) -> Iterator[base.Event]:
    stats = fields.part(event, "stats")
    told.counted = {
        "input": fields.count(stats, "input_tokens"), "cached": fields.count(stats, "cached"),
        "output": fields.count(stats, "output_tokens"),
    }  # fmt: skip
    if event.get("status") != "success":
        error = fields.part(event, "error")
        words = fields.text(error, "message") or told.error or ""
        is_spent = error.get("type") == "FatalTurnLimitedError"
        told.kind = "limit" if is_spent else troubles.kind_of(words) or "protocol"
        told.error = troubles.plain_words(words)
    told.end(succeeded=event.get("status") == "success")
    yield base.Usage(told.counted["input"], told.counted["output"], told.counted["cached"])
