"""What is made of agents' words without running one: kinds of trouble, tools as people read them, mentions of files."""

from __future__ import annotations

import pytest

from app.executors import base, calls, mentions, troubles
from app.executors.claude_code import ClaudeCode
from app.executors.dialect import Told
from app.executors.gemini import Gemini


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ('[API Error: {"error":{"code":401,"message":"no","status":"UNAUTHENTICATED"}}]', "auth"),
        ('[API Error: {"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}]', "auth"),
        ("Quota exceeded. Check your plan and billing details.", "auth"),
        ("exceeded retry limit, last status: 429 Too Many Requests", "rate_limit"),
        ("unexpected status 503 Service Unavailable: try later", "server"),
        ("unexpected status 404 Not Found: no such model", "protocol"),
        ("API Error: Connection to the API was lost (ECONNRESET).", "network"),
        ("[API Error: terminated]", "network"),
        ("It wrote 4290 lines.", None),
    ],
)
def test_what_a_message_is_about(words, kind):
    assert troubles.kind_of(words) == kind


def test_a_message_is_told_without_its_wrapping_and_with_what_to_do():
    said = troubles.plain_words('[API Error: {"error":{"code":401,"message":"key revoked","status":"X"}}]')
    assert said == "key revoked"
    assert troubles.sentence("auth", "Gemini CLI", said) == (
        "Gemini CLI was refused by its model's provider: key revoked. Check the key and the account: `dursor model "
        "test` asks the provider."
    )
    assert troubles.sentence("idle", "Codex", "It was stopped.") == "It was stopped."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"file_path": "/worktree/src/a.py", "old_string": "x"}, "src/a.py"),
        ({"command": "pytest -q\\\n  tests", "description": "Run the tests"}, "pytest -q\\ tests"),
        ({"pattern": "def .*", "path": "/worktree/src"}, "def .* in src"),
        ({"todos": [{"content": "think"}]}, ""),
    ],
)
def test_a_tool_is_told_by_the_argument_that_says_most(arguments, told, tmp_path):
    assert calls.detail(arguments, tmp_path) == told


def test_a_command_is_told_without_the_shell_around_it(tmp_path):
    assert calls.command(f"/bin/bash -lc 'cat {tmp_path}/a b'", tmp_path) == "cat a b"
    assert calls.command("it's", tmp_path) == "it's"


def test_only_what_mentions_a_file_is_spelled_out(tmp_path):
    (tmp_path / "a.py").touch()
    text = "@property and me@example.org, but @a.py, @./a.py. @/etc/passwd @~/key"
    told = "@property and me@example.org, but @ a.py, @ ./a.py. @ /etc/passwd @ ~/key"
    assert mentions.spelled_out(text, tmp_path) == told


@pytest.mark.parametrize(("seconds", "gives_up"), [(3600, True), (5, False)])
def test_claude_code_is_not_kept_waiting_for_a_limit_that_ends_late(seconds, gives_up, tmp_path):
    event = {
        "type": "system", "subtype": "api_retry", "attempt": 1, "error_status": 429, "retry_delay_ms": 1000 * seconds
    }  # fmt: skip
    told = Told()
    request = base.Request("run", 1, tmp_path, tmp_path, "do it", "edit", 60)
    [shown] = ClaudeCode().read(event, told, request)
    assert shown == base.Retry(f"try 1 failed (HTTP 429); the next one comes in {seconds} s")
    assert (told.said_all.is_set(), told.retry_after) == (gives_up, float(seconds) if gives_up else None)


def test_what_an_agent_says_without_end_is_kept_up_to_a_bound(tmp_path):
    told, gemini = Told(), Gemini()
    asked = base.Request("run", 1, tmp_path, tmp_path, "Do it.", "edit", 60.0)
    for _ in range(4):
        for _ in range(4):
            list(gemini.read({"type": "message", "role": "assistant", "content": "x" * 500_000}, told, asked))
        assert len(told.pending) == 1_000_000
        list(gemini.read({"type": "error", "message": "no"}, told, asked))
    for _ in range(1_000):
        told.deny("shell", "no")
    assert len(told.summary) == 1_000_000
    assert len(told.denials) == 100
