"""From opened to merged in each mode: a real agent, CI that really runs, our review, and a person in the middle."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest

from app.lifecycle.run import Mode, Phase, Wait
from tests import providers
from tests.providers import Say, Tool
from tests.providers.request import Request
from tests.providers.steps import Once
from tests.stories import agents, scenes
from tests.stories import server as servers

WORKFLOW = """\
name: CI
on: [push, pull_request]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ruff check --no-cache --output-format github .
"""
BROKEN = "import os\n\n\ndef ratio(a, b):\n    return a / b\n\n\ndef half(a):\n    return a / 2\n"
FINDING = {
    "path": "a.py", "line_start": 2, "line_end": None, "side": None, "severity": "error", "category": "bug",
    "title": "Nothing may be divided by zero", "description": "`b` can be 0, says @everyone.",
    "suggestion": "    return a / b if b else 0.0", "known": None,
}  # fmt: skip
FOUND = {"summary": "One fault.", "findings": [FINDING], "resolved": []}
MENDED = {"summary": "Good.", "findings": [], "resolved": ["F1"]}
GOOD = {"summary": "Good.", "findings": [], "resolved": []}
REMARKS = [
    {"path": "a.py", "line": 1, "side": "RIGHT", "body": "Call it `quotient`."},
    {"path": "a.py", "line": 6, "side": "RIGHT", "body": "Is this used at all?"},
]


def edit(old: str, new: str) -> Tool:
    return Tool("edit", {"path": "a.py", "old": old, "new": new})


class Model:
    """One model as coder and as reviewer: what it does next in either part."""

    def __init__(self) -> None:
        self.coder: deque[Once] = deque([
            edit("import os\n\n\n", ""), Say("Removed the import."),
            edit("return a / b", "return a / b if b else 0.0"), Say("Guarded it.\n\nF1: returns 0.0 now"),
            edit("def ratio", "def quotient"), Say("Renamed it.\n\nR1: renamed\nR2: left, as the public API has it"),
        ])  # fmt: skip
        self.reviewer: deque[Once] = deque(Tool("answer", answer) for answer in (FOUND, MENDED, GOOD))

    def __call__(self, request: Request) -> Once:
        part = self.reviewer if "Review the change below." in request.text else self.coder
        return part.popleft()


async def opened(hub, mode: Mode):
    files = servers.configuration(mode, reviewer="patch_agent") | {scenes.WORKFLOW: WORKFLOW}
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("command:autofix", "patch_agent", 1)
    repo = await hub.create_repository("octo/widgets", files, ci=True)
    hub.set_permission(repo, "bob", "write")
    return await hub.open_pull_request(repo, files={"a.py": BROKEN})


@pytest.fixture
async def server(hub, tmp_path: Path):
    async with servers.running(hub, tmp_path / "data") as started, providers.serve(Model()) as standin:
        agents.add_model(started.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
        yield started


def threads(hub, pull) -> dict[str, list[str]]:
    """What was said in each thread, by the words it begins with."""
    return {thread.root.body: [comment.body for comment in thread.comments[1:]] for thread in pull.threads}


async def a_person_asks(hub, server, pull) -> None:
    """Bob asks for two things; both threads are answered, with what was done and why not."""
    await hub.review(pull, "CHANGES_REQUESTED", "Nearly.", "bob", comments=REMARKS)


def all_is_said(hub, pull) -> None:
    (ours,) = [body for body in threads(hub, pull) if "Nothing may be divided by zero" in body]
    said = threads(hub, pull)
    assert "@everyone" not in ours.replace("@\u200b", "")
    assert "```suggestion" in ours
    assert any("Fixed in" in reply for reply in said[ours])
    assert any("renamed" in reply for reply in said["Call it `quotient`."])
    assert any("the public API has it" in reply for reply in said["Is this used at all?"])
    assert len(scenes.said_by_us(hub, pull, "dursor:status")) == 1
    (thread,) = [thread for thread in pull.threads if thread.root.body == ours]
    assert thread.resolved_by is not None


async def test_interactive_does_each_step_when_told_and_merges_by_a_persons_word(hub, server):
    pull = await opened(hub, Mode.INTERACTIVE)
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_RED)
    hub.comment(pull, "/dursor fix", author="bob")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.FINDINGS)
    hub.comment(pull, "/dursor fix review", author="bob")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await a_person_asks(hub, server, pull)
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CHANGES_ASKED)
    hub.comment(pull, "/dursor fix review", author="bob")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL, iteration=3)
    assert not hub.merges

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    all_is_said(hub, pull)


async def test_semi_auto_fixes_and_reviews_by_itself_and_merges_by_a_persons_word(hub, server):
    pull = await opened(hub, Mode.SEMI_AUTO)
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL, iteration=2)
    await a_person_asks(hub, server, pull)
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL, iteration=3)
    assert not hub.merges

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    all_is_said(hub, pull)


async def test_full_auto_merges_by_itself_once_the_person_who_wanted_changes_has_them(hub, server):
    pull = await opened(hub, Mode.FULL_AUTO)
    await server.until(pull, phase=Phase.FIXING_CI)
    await a_person_asks(hub, server, pull)

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.GATE)
    assert not hub.merges
    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)
