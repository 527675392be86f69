"""Claude Code, headless: `claude -p` with events as lines of JSON.

Whatever the repository brings for it (settings, hooks, MCP servers) is switched off: in this mode it would be
trusted without a question. A retry of a refused key takes minutes unless bounded. It reports its cost itself.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.executors import base, fields, outcome
from app.executors.dialect import Launch, Told

_TRIES = 4  # of one request; ten, the default, take over a minute for a key that is refused
_ALWAYS = ("-p", "--output-format", "stream-json", "--verbose", "--setting-sources", "", "--strict-mcp-config",
           "--disable-slash-commands")  # fmt: skip
_READING = "Read,Glob,Grep"
_QUIET = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1", "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1", "API_TIMEOUT_MS": "300000",
    "CLAUDE_CODE_MAX_RETRIES": str(_TRIES),
}  # fmt: skip
_KINDS: dict[str, base.Kind] = {
    "authentication_failed": "auth", "billing_error": "auth", "rate_limit": "rate_limit", "server_error": "server",
    "overloaded": "server",
}  # fmt: skip
_REASONS: dict[str, base.Kind] = {
    "max_turns": "limit", "budget_exhausted": "limit", "structured_output_retry_exhausted": "schema",
}  # fmt: skip


class ClaudeCode:
    """The dialect of `claude`."""

    name = "claude_code"
    counts_session = False

    def launch(self, program: Sequence[str], request: base.Request) -> Launch:
        argv = [*program, *_ALWAYS, *_tools(request)]
        if request.model:
            argv += ["--model", request.model]
        argv += ["--resume", request.session_id] if request.session_id else ["--session-id", str(uuid.uuid4())]
        if request.schema is not None:
            argv += ["--json-schema", json.dumps(request.schema)]
        if request.max_turns:
            argv += ["--max-turns", str(request.max_turns)]
        if request.max_usd:
            argv += ["--max-budget-usd", f"{request.max_usd:.4f}"]
        env = {**_QUIET, "CLAUDE_CONFIG_DIR": str(request.state_dir / "claude")}
        if request.access.base_url:
            env["ANTHROPIC_BASE_URL"] = request.access.base_url
        if request.access.key:
            env["ANTHROPIC_API_KEY"] = request.access.key
        return Launch(tuple(argv), env, "Task:\n" + request.instruction)  # a text that begins with / is a command

    def read(self, event: Mapping[str, Any], told: Told, request: base.Request) -> Iterator[base.Event]:
        match event.get("type"), event.get("subtype"):
            case "system", "init":
                told.session_id = fields.text(event, "session_id") or told.session_id
            case "system", "api_retry":
                status = event.get("error_status") or event.get("error")
                yield base.Retry(f"try {event.get('attempt')} of {event.get('max_retries')} failed: {status}")
            case "system", "permission_denied":
                yield base.Denied(fields.text(event, "tool_name"), fields.text(event, "message"))
            case "assistant", _:
                told.kind = _KINDS.get(fields.text(event, "error"), told.kind)
                for block in fields.parts(fields.part(event, "message"), "content"):
                    if block.get("type") == "text":
                        yield base.Said(fields.text(block, "text"))
                    elif block.get("type") == "tool_use":
                        yield base.ToolUse(fields.text(block, "name"), json.dumps(block.get("input"))[:2000])
            case "result", _:
                yield from _end(event, told)
            case _:
                return

    def explain(self, told: Told, ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
        said = stderr.strip().splitlines()[-1:] or ["nothing"]
        return "protocol", f"Claude Code ended with exit code {ended.code} and without a result; it said: {said[0]}"


def _tools(request: base.Request) -> list[str]:
    """What it may use: everything inside the sandbox, no programs outside of one, nothing that writes in a review."""
    if request.mode == "review":
        return ["--permission-mode", "dontAsk", "--tools", _READING, "--allowedTools", _READING]
    if request.contained:
        return ["--tools", f"Bash,Edit,Write,{_READING}", "--permission-mode", "bypassPermissions"]
    return ["--tools", f"Edit,Write,{_READING}", "--permission-mode", "acceptEdits"]


def _end(event: Mapping[str, Any], told: Told) -> Iterator[base.Event]:
    usage = fields.part(event, "usage")
    told.session_id = fields.text(event, "session_id") or told.session_id
    told.counted = {
        "input": fields.count(usage, "input_tokens") + fields.count(usage, "cache_creation_input_tokens"),
        "cached": fields.count(usage, "cache_read_input_tokens"), "output": fields.count(usage, "output_tokens"),
    }  # fmt: skip
    told.cost_usd = _cost(event)
    told.denials = [fields.text(denial, "tool_name") for denial in fields.parts(event, "permission_denials")]
    if event.get("is_error") is True:
        status, reason = event.get("api_error_status"), fields.text(event, "terminal_reason")
        words = event.get("errors")
        told.error = fields.text(event, "result") or "; ".join(map(str, words if isinstance(words, list) else []))
        told.error = told.error or f"it gave up: {reason or event.get('subtype')}"
        told.kind = _REASONS.get(reason) or _of_status(status) or told.kind or _of_words(told.error)
    else:
        told.summary = fields.text(event, "result")
        told.structured = fields.part(event, "structured_output") or None
    told.end(succeeded=event.get("is_error") is False)
    yield base.Usage(told.counted["input"], told.counted["output"], told.counted["cached"], told.cost_usd)


def _cost(event: Mapping[str, Any]) -> float | None:
    """Dollars of this run: newer versions add up `total_cost_usd` over a resumed session."""
    since = fields.part(event, "model_usage_since_last_result")
    if since:
        return sum(fields.money(fields.part(since, model), "costUSD") or 0.0 for model in since)
    return fields.money(event, "total_cost_usd")


def _of_status(status: object) -> base.Kind | None:
    if status in {401, 403}:
        return "auth"
    if status == 429:
        return "rate_limit"
    return "server" if isinstance(status, int) and status >= 500 else None


def _of_words(error: str) -> base.Kind:
    lower = error.lower()
    if "/login" in lower or "api key" in lower:
        return "auth"
    return "network" if any(word in lower for word in ("connect", "timed out", "econn", "socket")) else "protocol"
