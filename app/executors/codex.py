"""Codex, headless: `codex exec --json`, the native program and not its wrapper.

A provider of our own naming is the one way that honours a base URL and uses plain HTTP. Its own sandbox is off
within ours, and without ours it is not started: it reads and edits by programs. Tokens are counted from the thread's
beginning; it reports no cost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.executors import base, calls, fields, outcome, troubles
from app.executors.dialect import Launch, Told, Unable, silent_end

_KEY = "DURSOR_OPENAI_KEY"
_PROVIDER = "https://api.openai.com/v1"
_OFF = ("plugins", "apps", "unbounded_connection_retries")
_TOOLS = {"command_execution": "shell", "file_change": "edit", "mcp_tool_call": "mcp", "web_search": "search"}
_OPEN = (
    "Codex works by programs, and there is no sandbox for them here. Its own would let them read every file of the "
    "server's user, so it is not started. docs/operations.md, “The sandbox”, says how to get one."
)


@dataclass(frozen=True, slots=True)
class Codex:
    """The dialect of `codex`. `tries` bounds how often it repeats a request."""

    tries: int = 3
    name: str = "codex"
    title: str = "Codex"
    counts_session: bool = True
    litter: tuple[str, ...] = (".codex", ".agents", ".aws")

    def launch(self, program: Sequence[str], request: base.Request) -> Launch:
        argv = [*program, "exec", "--json", "--skip-git-repo-check", "--sandbox", _sandbox(request)]
        argv += _settings(request, self.tries)
        files = {"codex/.made": ""}
        if request.model:
            argv += ["-m", request.model]
        if request.schema is not None:
            files["schema.json"] = json.dumps(request.schema)
            argv += ["--output-schema", str(request.state_dir / "schema.json")]
        if request.session_id:
            argv += ["resume", request.session_id]
        env = {"CODEX_HOME": str(request.state_dir / "codex"), _KEY: request.access.key or ""}
        return Launch((*argv, "-"), env, request.instruction, files)

    def read(self, event: Mapping[str, Any], told: Told, request: base.Request) -> Iterator[base.Event]:
        match event.get("type"):
            case "thread.started":
                told.session_id = fields.text(event, "thread_id") or told.session_id
            case "error":
                words = fields.text(event, "message")
                if words.startswith("Reconnecting"):  # any other is told once more by the last event
                    yield base.Retry(words)
            case "item.started" | "item.completed" as when:
                yield from _item(fields.part(event, "item"), told, request, done=when == "item.completed")
            case "turn.completed":
                usage = fields.part(event, "usage")
                told.counted = {
                    "input": fields.count(usage, "input_tokens"), "cached": fields.count(usage, "cached_input_tokens"),
                    "output": fields.count(usage, "output_tokens"),
                }  # fmt: skip
                told.end(succeeded=True)
                own = {name: max(0, count - request.counted.get(name, 0)) for name, count in told.counted.items()}
                yield base.Usage(own["input"], own["output"], own["cached"])
            case "turn.failed":
                words = fields.text(fields.part(event, "error"), "message")
                told.error = troubles.plain_words(words)  # a body of JSON is all that it tells of HTTP 400
                told.kind = troubles.kind_of(words) or ("protocol" if words.startswith("{") else "server")
                told.end(succeeded=False)
            case _:
                return

    def hear(self, line: str, told: Told) -> Iterator[base.Event]:
        told.lost_session = told.lost_session or "no rollout found" in line
        if not line.startswith("Reading prompt from stdin"):
            yield base.LogLine(line, "stderr")

    def explain(self, told: Told, ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
        return silent_end(ended, stderr)


def _sandbox(request: base.Request) -> str:
    """Ours holds. Raises Unable without: its own keeps programs from writing, and not from reading."""
    if not request.contained:
        raise Unable(_OPEN)
    return "danger-full-access"


def _settings(request: base.Request, tries: int) -> list[str]:
    provider: dict[str, object] = {
        "name": "dursor", "base_url": request.access.base_url or _PROVIDER, "wire_api": "responses", "env_key": _KEY,
        "request_max_retries": tries - 1, "stream_max_retries": tries - 1, "stream_idle_timeout_ms": 300_000,
    }  # fmt: skip
    inline = ",".join(f"{name}={json.dumps(value)}" for name, value in provider.items())
    settings = [
        "model_provider=dursor", f"model_providers.dursor={{{inline}}}", "analytics.enabled=false",
        "check_for_update_on_startup=false", 'approval_policy="never"',
        f'shell_environment_policy.exclude=["{_KEY}"]',
        "project_doc_max_bytes=0",  # AGENTS.md of the worktree: instructions are ours to give
    ]  # fmt: skip
    off = [word for feature in _OFF for word in ("--disable", feature)]
    return [*(word for setting in settings for word in ("-c", setting)), *off, "--ignore-rules"]


def _item(item: Mapping[str, Any], told: Told, request: base.Request, *, done: bool) -> Iterator[base.Event]:
    kind = fields.text(item, "type")
    if kind == "agent_message" and done:
        told.summary = fields.text(item, "text")
        yield base.Said(told.summary)
    elif kind == "error" and done:
        yield base.LogLine(fields.text(item, "message"), "stdout")
    elif kind in _TOOLS and item.get("status") == "declined":
        yield told.deny(_TOOLS[kind], _detail(item, request))
    elif kind in _TOOLS and not done:
        told.has_acted = True
        yield base.ToolUse(_TOOLS[kind], _detail(item, request))


def _detail(item: Mapping[str, Any], request: base.Request) -> str:
    if words := fields.text(item, "command"):
        return calls.command(words, request.worktree)
    changed = ", ".join(fields.text(change, "path") for change in fields.parts(item, "changes"))
    called = f"{fields.text(item, 'server')} {fields.text(item, 'tool')}"
    return calls.line(changed or fields.text(item, "query") or called, request.worktree)
