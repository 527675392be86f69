"""The demo with an agent and its user's own key, against a stand-in for the model's provider."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.executors import registry
from tests import agent_programs, providers
from tests.providers import Patch, Say, Tool
from tests.providers.request import Request
from tests.providers.steps import Once

KEY = "the-key-of-the-one-who-tries-it"
SECONDS = 200
_CHANGES = (("return status is 404", "return status == 404"), ("import json\nimport re\n", "import json\n"))
_PATCH = """\
*** Begin Patch
*** Update File: widgets/answers.py
@@
 import json
-import re
@@
-    return status is 404
+    return status == 404
*** End Patch
"""


def steps(executor: str, file: str) -> list[Once]:
    """What the model does to the demo's bug, in the words of the agent's tools."""
    match executor:
        case "claude_code":
            edits = [Tool("Edit", {"file_path": file, "old_string": old, "new_string": new}) for old, new in _CHANGES]
            return [Tool("Read", {"file_path": file}), *edits]
        case "gemini":
            words = {"file_path": file, "instruction": "mend it"}
            return [Tool("replace", {**words, "old_string": old, "new_string": new}) for old, new in _CHANGES]
        case "codex":
            return [Patch(_PATCH)]
        case _:
            return [Tool("edit", {"path": "widgets/answers.py", "old": old, "new": new}) for old, new in _CHANGES]


async def play(folder: Path, executor: str) -> str:
    """What the demo prints; fails with it when the demo does not end merged."""
    asked: list[Request] = []

    def model(request: Request) -> Once:
        asked.append(request)
        trees = [path for path in (folder / "worktrees").iterdir() if not path.name.startswith(".")]
        file = str(max(trees, key=lambda path: path.name) / "widgets/answers.py")
        todo = [*steps(executor, file), Say("Compared by value, and dropped an import.")]
        return todo[min(len(asked), len(todo)) - 1]

    async with providers.serve(model) as standin:
        environment = {**os.environ, **programs(), **access(executor, standin.url)}
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "demo", "--dir", str(folder), "--executor", executor,
            env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                told, _ = await demo.communicate()
        finally:
            if demo.returncode is None:
                demo.kill()
                await demo.wait()
        assert demo.returncode == 0, told.decode()
        assert standin.keys == {KEY}
    return told.decode()


def programs() -> Mapping[str, str]:
    return {f"DURSOR_{name.upper()}_BIN": agent_programs.command(name)[-1] for name in ("claude", "codex", "gemini")}


def access(executor: str, url: str) -> Mapping[str, str]:
    """The variables in which the user of each agent has the key and the address."""
    match executor:
        case "claude_code":
            return {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": url}
        case "gemini":
            return {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": url}
        case _:
            return {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{url}/v1"}


@pytest.mark.timeout(SECONDS + 30)
@pytest.mark.parametrize("executor", ["claude_code"])
async def test_the_demo_ends_merged_with_an_agent_and_the_key_is_written_nowhere(tmp_path, executor):
    folder = tmp_path / "demo"

    told = await play(folder, executor)

    assert re.search(r"Merged\. main is [0-9a-f]{40}", told)
    assert re.search(rf"{executor} took \d+ tokens and made \d+", told)
    assert "dropped an import" in told
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert KEY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("executor", "words"),
    [
        ("claude_code", "as ANTHROPIC_API_KEY."),
        ("codex", "as OPENAI_API_KEY."),
        ("patch_agent", "as ANTHROPIC_API_KEY or OPENAI_API_KEY or GEMINI_API_KEY."),
    ],
)
def test_an_agent_without_a_key_is_told_where_to_put_it(tmp_path, monkeypatch, executor, words):
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in programs().items():
        monkeypatch.setenv(name, value)

    ended = CliRunner().invoke(main, ["demo", "--dir", str(tmp_path / "demo"), "--executor", executor])

    assert ended.exit_code == 1
    assert f"{executor} needs your key: put it into the environment {words}" in ended.output
    assert not (tmp_path / "demo").exists()


def test_every_agent_there_is_can_be_tried():
    ended = CliRunner().invoke(main, ["demo", "--help"])
    assert all(agent in ended.output for agent in registry.AGENTS)
