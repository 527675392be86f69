"""Codex, headless: `codex exec --json`, the native program and not its wrapper.

A provider of our own naming is the one way that honours a base URL and uses plain HTTP. Its own sandbox stays
on where ours cannot hold. Tokens are counted from the thread's beginning; it reports no cost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.executors import base, fields, outcome
from app.executors.dialect import Launch, Told

_KEY = "DURSOR_OPENAI_KEY"
_PROVIDER = "https://api.openai.com/v1"
_OFF = ("plugins", "apps", "unbounded_connection_retries")
_TOOLS = {"command_execution", "file_change", "mcp_tool_call", "web_search"}


class Codex:
    """The dialect of `codex`."""

    name = "codex"
    counts_session = True

    def launch(self, program: Sequence[str], request: base.Request) -> Launch:
        argv = [*program, "exec", "--json", "--sandbox", _sandbox(request), *_settings(request)]
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
                yield base.Retry(words) if words.startswith("Reconnecting") else base.LogLine(words, "stdout")
            case "item.started" | "item.completed" as when:
                yield from _item(fields.part(event, "item"), told, done=when == "item.completed")
            case "turn.completed":
                usage = fields.part(event, "usage")
                told.counted = {
                    "input": fields.count(usage, "input_tokens"), "cached": fields.count(usage, "cached_input_tokens"),
                    "output": fields.count(usage, "output_tokens"),
                }  # fmt: skip
                told.end(succeeded=True)
                yield base.Usage(told.counted["input"], told.counted["output"], told.counted["cached"])
            case "turn.failed":
                told.error = fields.text(fields.part(event, "error"), "message") or "it gave no reason"
                told.kind = _kind(told.error)
                told.end(succeeded=False)
            case _:
                return

    def explain(self, told: Told, ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
        said = stderr.strip().splitlines()[-1:] or ["nothing"]
        return "protocol", f"Codex ended with exit code {ended.code} and without a result; it said: {said[0]}"


def _sandbox(request: base.Request) -> str:
    """Its own sandbox: read-only for a review, and the worktree for an edit, inside ours too."""
    return "read-only" if request.mode == "review" else "workspace-write"


def _settings(request: base.Request) -> list[str]:
    provider: dict[str, object] = {
        "name": "dursor", "base_url": request.access.base_url or _PROVIDER, "wire_api": "responses", "env_key": _KEY,
        "request_max_retries": 2, "stream_max_retries": 2, "stream_idle_timeout_ms": 300_000,
    }  # fmt: skip
    inline = ",".join(f"{name}={json.dumps(value)}" for name, value in provider.items())
    settings = [
        "model_provider=dursor", f"model_providers.dursor={{{inline}}}", "analytics.enabled=false",
        "check_for_update_on_startup=false", 'approval_policy="never"',
        f'shell_environment_policy.exclude=["{_KEY}"]', "sandbox_workspace_write.exclude_slash_tmp=true",
    ]  # fmt: skip
    off = [word for feature in _OFF for word in ("--disable", feature)]
    return [*(word for setting in settings for word in ("-c", setting)), *off, "--ignore-rules"]


def _item(item: Mapping[str, Any], told: Told, *, done: bool) -> Iterator[base.Event]:
    kind = fields.text(item, "type")
    if kind == "agent_message" and done:
        told.summary = fields.text(item, "text")
        yield base.Said(told.summary)
    elif kind == "error" and done:
        yield base.LogLine(fields.text(item, "message"), "stdout")
    elif kind in _TOOLS and not done:
        changes = ", ".join(fields.text(change, "path") for change in fields.parts(item, "changes"))
        yield base.ToolUse(kind, fields.text(item, "command") or changes or fields.text(item, "query"))
    elif kind in _TOOLS and item.get("status") == "declined":
        told.denials.append(kind)
        yield base.Denied(kind, fields.text(item, "command"))


def _kind(error: str) -> base.Kind:
    if " 401 " in error or " 403 " in error or "Missing environment variable" in error:
        return "auth"
    if "429" in error:
        return "rate_limit"
    network = ("error sending request", "Connection failed", "stream disconnected", "idle timeout")
    return "network" if any(words in error for words in network) else "server"
