"""Each real agent once against the stand-in for its provider: both are what the other tests take them for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.executors import environment
from tests import agent_programs, providers
from tests.providers import Patch, Provider, Say, Script, Tool

KEY = "a-key-of-this-test"
PATCH = "*** Begin Patch\n*** Update File: hello.py\n@@\n-print('hi')\n+print('hello world')\n*** End Patch\n"


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    path = tmp_path / "worktree"
    path.mkdir()
    (path / "hello.py").write_text("print('hi')\n")
    return path


async def test_claude_code_edits_a_file_and_says_so(worktree, state_dir):
    file = str(worktree / "hello.py")
    edit = {"file_path": file, "old_string": "'hi'", "new_string": "'hello world'"}
    script = Script(Tool("Read", {"file_path": file}), Tool("Edit", edit), Say("Changed the greeting."))
    arguments = [
        "-p", "--output-format", "stream-json", "--verbose", "--setting-sources", "", "--strict-mcp-config",
        "--disable-slash-commands", "--tools", "Read,Edit", "--permission-mode", "acceptEdits",
        "--model", "claude-sonnet-4-5",
    ]  # fmt: skip
    async with providers.serve(script) as provider:
        env = {
            "ANTHROPIC_BASE_URL": provider.url, "ANTHROPIC_API_KEY": KEY, "CLAUDE_CONFIG_DIR": f"{state_dir}/claude",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "CLAUDE_CODE_MAX_RETRIES": "1", "DISABLE_AUTOUPDATER": "1",
        }  # fmt: skip
        events = await run("claude", arguments, env, worktree, state_dir)
    assert (worktree / "hello.py").read_text() == "print('hello world')\n"
    assert events[-1]["is_error"] is False
    assert events[-1]["result"] == "Changed the greeting."
    assert events[-1]["usage"]["output_tokens"] == 3 * 45
    took_every_step(script, provider, "Edit")


async def test_codex_applies_a_patch_and_says_so(worktree, state_dir):
    script = Script(Patch(PATCH), Say("Changed the greeting."))
    (state_dir / "codex").mkdir(parents=True)
    async with providers.serve(script) as provider:
        settings = {
            "model_provider": "standin",
            "model_providers.standin": f'{{name="standin",base_url="{provider.url}/v1",wire_api="responses",'
            'env_key="STANDIN_KEY",request_max_retries=1,stream_max_retries=1}',
            "analytics.enabled": "false",
            "check_for_update_on_startup": "false",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        off = [word for name in ("plugins", "apps", "unbounded_connection_retries") for word in ("--disable", name)]
        # Its own sandbox needs namespaces, which not every machine that runs tests gives.
        sandbox = ["--sandbox", "danger-full-access", "--skip-git-repo-check", "--ignore-rules"]
        env = {"STANDIN_KEY": KEY, "CODEX_HOME": f"{state_dir}/codex"}
        arguments = ["exec", "--json", *sandbox, *options, *off, "-m", "gpt-5.5", "-"]
        events = await run("codex", arguments, env, worktree, state_dir)
    assert (worktree / "hello.py").read_text() == "print('hello world')\n"
    said = [event["item"] for event in events if event["type"] == "item.completed"]
    assert [item["type"] for item in said] == ["file_change", "agent_message"]
    assert said[-1]["text"] == "Changed the greeting."
    assert events[-1]["type"] == "turn.completed"
    assert events[-1]["usage"]["output_tokens"] == 2 * 45
    took_every_step(script, provider, "apply_patch")


async def test_gemini_cli_replaces_text_and_says_so(worktree, state_dir):
    file = str(worktree / "hello.py")
    change = {"file_path": file, "old_string": "'hi'", "new_string": "'hello world'", "instruction": "greet all"}
    script = Script(Tool("replace", change), Say("Changed the greeting."))
    settings = {
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "privacy": {"usageStatisticsEnabled": False},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False, "maxAttempts": 1},
    }
    (state_dir / "gemini/.gemini").mkdir(parents=True)
    (state_dir / "gemini/.gemini/settings.json").write_text(json.dumps(settings))
    arguments = ["--output-format", "stream-json", "--approval-mode", "auto_edit", "--skip-trust", "-e", "none"]
    async with providers.serve(script) as provider:
        env = {
            "GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": provider.url, "GEMINI_CLI_NO_RELAUNCH": "true",
            "GEMINI_CLI_HOME": f"{state_dir}/gemini",
        }  # fmt: skip
        events = await run("gemini", [*arguments, "-m", "gemini-2.5-pro"], env, worktree, state_dir)
    assert (worktree / "hello.py").read_text() == "print('hello world')\n"
    said = "".join(event["content"] for event in events if event.get("role") == "assistant")
    assert said == "Changed the greeting."
    assert events[-1]["status"] == "success"
    assert events[-1]["stats"]["output_tokens"] == 2 * 45
    took_every_step(script, provider, "replace")


async def run(
    name: agent_programs.Name, arguments: list[str], env: Mapping[str, str], worktree: Path, state_dir: Path
) -> list[dict[str, Any]]:
    """The events of a run that must go well."""
    environment.prepare(state_dir)
    process = await asyncio.create_subprocess_exec(
        *agent_programs.command(name),
        *arguments,
        cwd=worktree,
        env=environment.build(state_dir, env),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(agent_programs.SECONDS):
            out, errors = await process.communicate(b"Make the greeting longer.")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, (out[-2000:], errors[-2000:])
    return [json.loads(line) for line in out.splitlines()]


def took_every_step(script: Script, provider: Provider, tool: str) -> None:
    assert (script.left, script.overrun) == ([], 0)
    assert provider.keys == {KEY}
    assert all(tool in request.tools for request in provider.answered)
    assert "Make the greeting longer." in provider.answered[0].text
