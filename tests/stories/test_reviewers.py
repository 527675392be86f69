"""Who reviews where a repository's file does not say, and with which model: somebody else than the coder."""

from __future__ import annotations

import pytest

from app import repo_config
from app.lifecycle.run import Phase
from app.perform import reading, reviewers
from app.perform.reviewers import Model
from tests import agent_programs, providers
from tests.providers import Say, Tool
from tests.stories import agents, scenes
from tests.stories import server as servers

CLAUDE, GPT, MINI, GEMINI = (
    ("anthropic", "claude-sonnet-4-5"),
    ("openai", "gpt-5.5"),
    ("openai", "mini"),
    ("google", "g"),
)
LINTED = "commands: {fix: {run: [fix]}, lint: {run: [lint], output: sarif}}\n"
NOWHERE = {"claude": "/nowhere", "codex": "/nowhere", "gemini": "/nowhere"}

CHOICES = {
    "no model, nobody": ("", [], "none"),
    "a word of the file is kept": ("reviewer: none\n" + LINTED, [CLAUDE], "none"),
    "the coder itself, where the file says so": ("executor: codex\nreviewer: codex\n", [GPT, CLAUDE], "codex"),
    "a linter costs nothing": ("executor: claude_code\n" + LINTED, [CLAUDE], "command:lint"),
    "a linter beside a formatter": ("executor: command:fix\n" + LINTED, [], "command:lint"),
    "no agent unasked where a command changes code": (
        "executor: command:fix\ncommands: {fix: {run: [fix]}}\n", [CLAUDE, GPT], "none",
    ),
    "no linter that is the coder": (
        "executor: command:lint\ncommands: {lint: {run: [lint], output: sarif}}\n", [], "none",
    ),
    "another agent with another model": ("executor: claude_code\n", [CLAUDE, GPT], "patch_agent"),
    "another model before the same one": ("", [GPT, CLAUDE], "codex"),
    "another agent, though with the same model": ("executor: claude_code\n", [CLAUDE], "patch_agent"),
}  # fmt: skip


@pytest.fixture
def programs(monkeypatch):
    def where(**paths: str) -> None:
        for name in ("claude", "codex", "gemini"):
            path = paths.get(name) or agent_programs.command(name)[-1]
            monkeypatch.setenv(f"DURSOR_{name.upper()}_BIN", path)

    return where


def add(server, *models):
    """The last is the newest."""
    for provider, name in models:
        agents.add_model(server.world.settings, provider, name, "http://127.0.0.1:1")


async def choice(server, text):
    return (await reading.in_force(server.world, repo_config.parse(text))).config.reviewer


@pytest.mark.parametrize(("text", "models", "wanted"), CHOICES.values(), ids=CHOICES.keys())
async def test_the_reviewer_is_somebody_else_than_the_coder(server, programs, text, models, wanted):
    programs()
    add(server, *models)
    assert await choice(server, text) == wanted


async def test_where_no_other_agent_starts_it_is_the_coders_own_with_another_model_or_nobody(server, programs):
    programs(**NOWHERE)
    add(server, GPT)
    assert await choice(server, "executor: patch_agent\n") == "none"
    add(server, MINI)
    assert await choice(server, "executor: patch_agent\n") == "patch_agent"


async def test_what_the_operator_forbids_is_not_chosen(hub, tmp_path, programs):
    programs(**NOWHERE)
    async with servers.running(hub, tmp_path / "other", repo_commands="forbid") as server:
        add(server, GPT)
        found = await reading.in_force(server.world, repo_config.parse("executor: claude_code\n" + LINTED))
    assert found.config.reviewer == "patch_agent"
    assert found.cuts


@pytest.mark.parametrize(
    ("reviewer", "executor", "models", "wanted"),
    [
        ("codex", "codex", [GPT], GPT),
        ("codex", "codex", [GPT, MINI], MINI),
        ("patch_agent", "claude_code", [CLAUDE, GPT], GPT),
        ("claude_code", "codex", [GPT, CLAUDE], CLAUDE),
        ("patch_agent", "command:fix", [GPT, CLAUDE], GPT),
        ("gemini", "codex", [GPT], None),
    ],
)
def test_a_reviewer_takes_another_model_than_the_coder_where_there_is_one(reviewer, executor, models, wanted):
    known = [Model(*one) for one in models]
    assert reviewers.of_reviewer(reviewer, executor, known) == (Model(*wanted) if wanted else None)


async def test_a_file_that_names_no_reviewer_is_reviewed_by_its_linter(hub, server):
    files = servers.configuration("semi_auto")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("reviewer: none\n", "")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN)

    (review,) = await scenes.rows(server, "SELECT executor, status, sha FROM reviews")
    assert (review["executor"], review["status"], review["sha"]) == ("command:lint", "succeeded", pull.head_sha)


def answers(request):
    """What the model of the patch agent does as either."""
    if "Review the change below." in request.text:
        return Tool("answer", {"summary": "Good.", "findings": [], "resolved": []})
    if "Mended." in request.text or "A = 1" in request.text:
        return Say("Mended.")
    return Tool("edit", {"path": "a.py", "old": "import os\n", "new": "A = 1\n"})


async def test_an_agent_that_reviews_its_own_work_does_so_with_another_model(hub, server):
    async with providers.serve(answers) as standin:
        for name in ("older-model", "newer-model"):
            agents.add_model(server.world.settings, "openai", name, f"{standin.url}/v1")
        pull = await agents.adopted(hub, "patch_agent", reviewer="patch_agent", mode="semi_auto")
        await server.until(pull)
        await hub.finish_check(pull, "lint", "failure")
        await server.until(pull, ci_iterations=1, is_working=False)
        await hub.finish_check(pull, "lint", "success")
        await server.until(pull, phase=Phase.AWAITING_HUMAN)

    (run,) = await scenes.rows(server, "SELECT model_name FROM runs")
    found = await scenes.rows(server, "SELECT model_name, status, error, sha, attempt, logs FROM reviews")
    assert len(found) == 1, found
    (review,) = found
    assert run["model_name"] == "newer-model"
    assert (review["model_name"], review["status"]) == ("older-model", "succeeded")
