"""Claude Code, headless: `claude -p` with events as lines of JSON.

Whatever the repository brings for it (settings, hooks, MCP servers, CLAUDE.md) is switched off: in this mode it would
be trusted without a question. A retry of a refused key takes minutes unless bounded. It reports its cost itself.
"""

from __future__ import annotations

import json
import shlex
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.executors import base, calls, fields, mentions, outcome, troubles
from app.executors.dialect import Launch, Told, silent_end

_ALWAYS = ("-p", "--output-format", "stream-json", "--verbose", "--setting-sources", "", "--strict-mcp-config",
           "--disable-slash-commands")  # fmt: skip
_READING = "Read,Glob,Grep"
_QUIET = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1", "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1", "API_TIMEOUT_MS": "300000",
}  # fmt: skip
_KEY_FILE = "claude/key"
_LONG_WAIT = 30.0  # seconds: no process is held for a longer one
_KINDS: dict[str, base.Kind] = {
    "authentication_failed": "auth", "billing_error": "auth", "rate_limit": "rate_limit", "server_error": "server",
    "overloaded": "server",
}  # fmt: skip
_REASONS: dict[str, base.Kind] = {
    "max_turns": "limit", "budget_exhausted": "limit", "structured_output_retry_exhausted": "schema",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaudeCode:
    """The dialect of `claude`. `tries` bounds how often it repeats a request."""

    tries: int = 3
    name: str = "claude_code"
    title: str = "Claude Code"
    counts_session: bool = False
    litter: tuple[str, ...] = ()

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
        env = {
            **_QUIET, "CLAUDE_CONFIG_DIR": str(request.state_dir / "claude"),
            "CLAUDE_CODE_MAX_RETRIES": str(self.tries - 1),
        }  # fmt: skip
        if request.contained:
            env["IS_SANDBOX"] = "1"  # else it refuses to run without questions as root
        if request.access.base_url:
            env["ANTHROPIC_BASE_URL"] = request.access.base_url
        # A text that begins with / is a command.
        task = "Task:\n" + mentions.spelled_out(request.instruction, request.worktree)
        if not request.access.key:
            return Launch(tuple(argv), env, task)
        # A helper that tells the key keeps it out of the environment, which its shell commands inherit.
        helper = shlex.join(["cat", str(request.state_dir / _KEY_FILE)])
        argv += ["--settings", json.dumps({"apiKeyHelper": helper})]
        return Launch(tuple(argv), env, task, {_KEY_FILE: request.access.key}, (_KEY_FILE,))

    def read(self, event: Mapping[str, Any], told: Told, request: base.Request) -> Iterator[base.Event]:
        match event.get("type"), event.get("subtype"):
            case "system", "init":
                told.session_id = fields.text(event, "session_id") or told.session_id
            case "system", "api_retry":
                yield from _retry(event, told)
            case "system", "permission_denied":
                yield base.Denied(fields.text(event, "tool_name"), fields.text(event, "message"))
            case "assistant", _:
                yield from _said(event, told, request)
            case "user", _:
                yield from _refused(event, told)
            case "result", _:
                yield from _end(event, told)
            case _:
                return

    def hear(self, line: str, told: Told) -> Iterator[base.Event]:
        yield base.LogLine(line, "stderr")

    def explain(self, told: Told, ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
        return silent_end(ended, stderr)


def _tools(request: base.Request) -> list[str]:
    """What it may use: everything inside the sandbox, no programs outside of one, nothing that writes in a review."""
    if request.mode == "review":
        allowed = _READING if request.contained else "Read(./**)"  # else all that the server's user can read
        return ["--permission-mode", "dontAsk", "--tools", _READING, "--allowedTools", allowed]
    if request.contained:
        return ["--tools", f"Bash,Edit,Write,{_READING}", "--permission-mode", "bypassPermissions"]
    return ["--tools", f"Edit,Write,{_READING}", "--permission-mode", "acceptEdits"]


def _retry(event: Mapping[str, Any], told: Told) -> Iterator[base.Event]:
    status, delay = event.get("error_status"), fields.count(event, "retry_delay_ms") / 1000
    why = f"HTTP {status}" if isinstance(status, int) else fields.text(event, "error") or "no answer"
    yield base.Retry(f"try {event.get('attempt')} failed ({why}); the next one comes in {delay:.0f} s")
    kind = troubles.of_status(status)
    if delay > _LONG_WAIT and kind in {"rate_limit", "server"}:
        told.kind, told.retry_after, told.error = kind, delay, f"{why}, to be tried again in {delay:.0f} seconds"
        told.end(succeeded=False)


def _said(event: Mapping[str, Any], told: Told, request: base.Request) -> Iterator[base.Event]:
    failed = fields.text(event, "error")
    told.kind = _KINDS.get(failed, told.kind)
    for block in fields.parts(fields.part(event, "message"), "content"):
        if block.get("type") == "text" and not failed:  # the words of a failure come again with the result
            yield base.Said(fields.text(block, "text"))
        elif block.get("type") == "tool_use" and block.get("name") != "StructuredOutput":
            told.has_acted = True
            arguments = fields.part(block, "input")
            yield base.ToolUse(fields.text(block, "name"), calls.detail(arguments, request.worktree))


def _refused(event: Mapping[str, Any], told: Told) -> Iterator[base.Event]:
    """A tool that it was not given: it is told so, and no other event is about it."""
    for block in fields.parts(fields.part(event, "message"), "content"):
        words = fields.text(block, "content").removeprefix("<tool_use_error>").removesuffix("</tool_use_error>")
        if block.get("is_error") is True and "No such tool available: " in words:
            yield told.deny(words.partition("No such tool available: ")[2].partition(".")[0], words)


def _end(event: Mapping[str, Any], told: Told) -> Iterator[base.Event]:
    usage = fields.part(event, "usage")
    fresh = fields.count(usage, "input_tokens") + fields.count(usage, "cache_creation_input_tokens")
    cached = fields.count(usage, "cache_read_input_tokens")
    told.session_id = fields.text(event, "session_id") or told.session_id
    told.counted = {"input": fresh + cached, "cached": cached, "output": fields.count(usage, "output_tokens")}
    told.cost_usd = _cost(event)
    told.denials += [fields.text(denial, "tool_name") for denial in fields.parts(event, "permission_denials")]
    if event.get("is_error") is True:
        status, reason = event.get("api_error_status"), fields.text(event, "terminal_reason")
        words = event.get("errors")
        told.error = fields.text(event, "result") or "; ".join(map(str, words if isinstance(words, list) else []))
        told.error = told.error or f"it gave up: {reason or event.get('subtype')}"
        told.lost_session = "No conversation found" in told.error
        own = _REASONS.get(reason) or (told.kind if told.kind in {"auth", "rate_limit"} else None)
        told.kind = own or troubles.of_status(status) or troubles.kind_of(told.error) or told.kind or "protocol"
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
