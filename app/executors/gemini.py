"""Gemini CLI, headless: its bundle under node, with events as lines of JSON.

It has no flag for a schema, so the schema is in the prompt. `--skip-trust` starts it without loading what the
repository brings for it; the variable that trusts the workspace would load all of that. Sessions belong to a
directory: a resumed one needs the same worktree path. It reports no cost.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.executors import base, fields, outcome
from app.executors.dialect import Launch, Told

_TRIES = 4
_EXITS: dict[int, tuple[base.Kind, str]] = {
    41: ("auth", "Gemini CLI has no usable key."),
    42: ("protocol", "Gemini CLI did not take its input, or the session is not one of this directory's."),
    53: ("limit", "Gemini CLI took all the turns it was given."),
    55: ("start", "Gemini CLI does not trust the directory; this version is too new or too old for dursor."),
}
_CODE = re.compile(r'"code":\s*(\d{3})|status:? (\d{3})|\b(401|403|429|5\d\d)\b')


class Gemini:
    """The dialect of `gemini`."""

    name = "gemini"
    counts_session = False

    def launch(self, program: Sequence[str], request: base.Request) -> Launch:
        argv = [
            *program,
            "--output-format",
            "stream-json",
            "--skip-trust",
            "-e",
            "none",
            "--approval-mode",
            _mode(request),
        ]
        if request.model:
            argv += ["-m", request.model]
        argv += ["--resume", request.session_id] if request.session_id else ["--session-id", str(uuid.uuid4())]
        env = {
            "GEMINI_CLI_HOME": str(request.state_dir / "gemini"), "GEMINI_CLI_NO_RELAUNCH": "true",
            "GEMINI_API_KEY": request.access.key or "",
        }  # fmt: skip
        if request.access.base_url:
            env["GOOGLE_GEMINI_BASE_URL"] = request.access.base_url
        files = {"gemini/.gemini/settings.json": json.dumps(_settings(request))}
        return Launch(tuple(argv), env, _prompt(request), files)

    def read(self, event: Mapping[str, Any], told: Told, request: base.Request) -> Iterator[base.Event]:
        match event.get("type"):
            case "init":
                told.session_id = fields.text(event, "session_id") or told.session_id
            case "message" if event.get("role") == "assistant":
                said = fields.text(event, "content")
                told.summary += said
                yield base.Said(said)
            case "tool_use":
                told.summary = ""  # what it says after its last tool is the summary
                yield base.ToolUse(fields.text(event, "tool_name"), json.dumps(event.get("parameters"))[:2000])
            case "tool_result" if fields.text(fields.part(event, "error"), "type") in _DENIALS:
                told.denials.append(fields.text(event, "tool_id").partition("__")[0])
                yield base.Denied(told.denials[-1], fields.text(event, "output"))
            case "error":
                yield base.LogLine(fields.text(event, "message"), "stdout")
            case "result":
                yield from _end(event, told)
            case _:
                return

    def explain(self, told: Told, ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
        if ended.code in _EXITS:
            return _EXITS[ended.code]
        said = stderr.strip().splitlines()[-1:] or ["nothing"]
        return "protocol", f"Gemini CLI ended with exit code {ended.code} and without a result; it said: {said[0]}"


_DENIALS = {"tool_not_registered", "policy_violation"}


def _mode(request: base.Request) -> str:
    if request.mode == "review":
        return "plan"
    return "yolo" if request.contained else "auto_edit"


def _prompt(request: base.Request) -> str:
    task = "Task:\n" + request.instruction.replace("@", "@\u200b")  # @name would pull a file in
    if request.schema is None:
        return task
    return f"{task}\n\nAnswer with one JSON object that satisfies this JSON Schema, and nothing else:\n" + json.dumps(
        request.schema
    )


def _settings(request: base.Request) -> dict[str, object]:
    return {
        "security": {"auth": {"selectedType": "gemini-api-key"}, "environmentVariableRedaction": {"enabled": True}},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False, "maxAttempts": _TRIES},
        "model": {"maxSessionTurns": request.max_turns or 100},
    }


def _end(event: Mapping[str, Any], told: Told) -> Iterator[base.Event]:
    stats = fields.part(event, "stats")
    told.counted = {
        "input": fields.count(stats, "input_tokens"), "cached": fields.count(stats, "cached"),
        "output": fields.count(stats, "output_tokens"),
    }  # fmt: skip
    if event.get("status") != "success":
        error = fields.part(event, "error")
        told.error = fields.text(error, "message") or "it gave no reason"
        told.kind = "limit" if error.get("type") == "FatalTurnLimitedError" else _kind(told.error)
    told.end(succeeded=event.get("status") == "success")
    yield base.Usage(told.counted["input"], told.counted["output"], told.counted["cached"])


def _kind(error: str) -> base.Kind:
    found = _CODE.search(error)
    code = next((group for group in found.groups() if group), "") if found else ""
    if code in {"401", "403"}:
        return "auth"
    if code == "429" or "quota" in error.lower():
        return "rate_limit"
    return "network" if "fetch failed" in error or "terminated" in error or "ECONN" in error else "server"
