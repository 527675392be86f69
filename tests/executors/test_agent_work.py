"""Each real agent at work: it edits, goes on with its session, and answers as it was asked to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.executors import base, sandbox
from tests import providers
from tests.executors.agent_scenarios import AFTER, BEFORE, GOOD, KEY, ODD, SCHEMA, TASK
from tests.providers import Always, Say, Script, Tool, Turn, Usage


async def test_an_edit_is_done_and_told(bench):
    script = Script(*bench.edits(), Say("Changed the greeting."))
    async with providers.serve(script) as provider:
        result = await bench.run(provider)
    assert (result.status, result.summary, result.exit_code) == ("completed", "Changed the greeting.", 0)
    assert bench.file.read_text() == AFTER
    assert [path.name for path in bench.worktree.iterdir()] == ["hello.py"]
    assert (script.left, script.overrun, provider.keys) == ([], 0, {KEY})
    assert [event.detail for event in bench.seen(base.ToolUse)][-1] == "hello.py"
    assert [event.text for event in bench.seen(base.Said)] == ["Changed the greeting."]
    assert bench.seen(base.LogLine) == []
    turns = len(provider.answered)
    [usage] = bench.seen(base.Usage)
    assert (usage.output_tokens, usage.cached_tokens) == (45 * turns, 300 * turns)
    assert result.usage == {"input": usage.input_tokens, "cached": usage.cached_tokens, "output": usage.output_tokens}


async def test_an_edit_works_at_every_level_of_containment(bench):
    for level in sandbox.levels():
        bench.level = level
        bench.file.write_text(BEFORE)
        async with providers.serve(Script(*bench.edits(), Say("Done."))) as provider:
            result = await bench.run(provider)
        is_open = level in {"subreaper", "process-group"}
        cannot = result.kind == "start" and "there is no sandbox" in (result.error or "")
        assert (bench.file.read_text(), cannot) in {(AFTER, False), (BEFORE, is_open)}, result.error


async def test_a_session_goes_on_with_what_was_said_and_counts_only_its_own_run(bench):
    script = Script(Turn((Say("The number is 4711."),), Usage(1000, 10, 0)), Turn((Say("Again."),), Usage(2000, 20, 0)))
    async with providers.serve(script) as provider:
        first = await bench.run(provider)
        second = await bench.run(
            provider, session_id=first.session_id, counted=first.counted, instruction="Say it again."
        )
    assert second.session_id == first.session_id
    assert all(words in provider.answered[1].text for words in (TASK, "The number is 4711.", "Say it again."))
    assert (first.usage["input"], first.usage["output"]) == (1000, 10)
    assert (second.usage["input"], second.usage["output"]) == (2000, 20)
    if first.cost_usd is not None:
        assert second.cost_usd == pytest.approx(2 * first.cost_usd)


async def test_a_session_that_is_not_there_is_begun_anew(bench):
    async with providers.serve(Script(Say("Hello."))) as provider:
        result = await bench.run(provider, session_id="0a0e5f0e-3a0b-4a51-8a5c-111111111111", counted={"input": 99})
    assert (result.status, result.summary) == ("completed", "Hello.")
    assert result.usage["output"] == 45
    assert "begins a new one" in bench.log


async def test_a_session_is_found_from_another_worktree_or_begun_anew(bench):
    async with providers.serve(Script(Say("One."), Say("Two."))) as provider:
        first = await bench.run(provider)
        bench.worktree.rename(bench.root / "elsewhere")
        second = await bench.run(provider, session_id=first.session_id, worktree=bench.root / "elsewhere")
    assert (second.status, second.summary) == ("completed", "Two.")
    assert ("begins a new one" in bench.log) == (TASK not in provider.answered[1].text.replace(TASK, "", 1))


async def test_a_review_answers_by_the_schema_and_changes_nothing(bench):
    async with providers.serve(Script(*bench.edits()[-1:], bench.way.answer(GOOD), Say("Done."))) as provider:
        result = await bench.run(provider, mode="review", schema=SCHEMA)
    assert (result.status, result.structured) == ("completed", {"verdict": "good"}), result.error
    assert bench.file.read_text() == BEFORE
    assert "verdict" not in bench.log


async def test_an_answer_that_misses_the_schema_is_asked_for_once_more(bench):
    reminded = [Say("That is all.")] if bench.way.program == "claude" else []  # it asks once by itself
    async with providers.serve(Script(Say(ODD), *reminded, bench.way.answer(GOOD), Say("."))) as provider:
        result = await bench.run(provider, mode="review", schema=SCHEMA)
    asked = [request.text for request in provider.answered]
    assert (result.status, result.structured) == ("completed", {"verdict": "good"}), asked
    assert TASK in asked[-1]
    assert result.usage["output"] >= 45 * 2


async def test_an_answer_that_never_fits_is_a_failure_of_that_kind(bench):
    async with providers.serve(Script(Always(Say("I would rather not.")))) as provider:
        result = await bench.run(provider, mode="review", schema=SCHEMA)
    assert (result.status, result.kind, result.structured) == ("failed", "schema", None)
    assert "did not answer as it was asked to, twice: The answer holds no JSON object." in (result.error or "")


@pytest.mark.parametrize("words", ["/clear", "@hello.py says what?", "--help"])
async def test_an_instruction_is_never_a_command(bench, words):
    async with providers.serve(Script(Say("I see."))) as provider:
        result = await bench.run(provider, instruction=words)
    assert (result.status, result.summary) == ("completed", "I see.")
    [request] = provider.answered
    assert words.split()[0].lstrip("@") in request.text
    assert "print(" not in request.text


async def test_a_tool_that_it_was_not_given_is_denied_and_it_goes_on(bench):
    script = Script(
        Tool("Bash" if bench.way.program == "claude" else "no_such_tool", {"command": "id"}), Say("Never mind.")
    )
    async with providers.serve(script) as provider:
        result = await bench.run(provider, mode="review")
    assert (result.status, result.summary) == ("completed", "Never mind.")
    if bench.way.program != "codex":  # it tells its model only
        assert len(bench.seen(base.Denied)) == len(result.denials) == 1


async def test_lines_of_megabytes_are_read(bench):
    numbers = 80_000 if bench.way.program == "gemini" else 500_000  # it may lose more
    text = "All of it: " + " ".join(map(str, range(numbers)))
    async with providers.serve(Script(Say(text))) as provider:
        result = await bench.run(provider)
    assert result.status == "completed", result.error
    assert result.output.strip() == text.strip()
    assert result.summary == text[: len(result.summary)]


async def test_turns_can_be_limited_where_the_agent_counts_them(bench):
    if bench.way.program == "codex":
        assert bench.request("", max_turns=1) == replace(bench.request(""), max_turns=1)  # it has no such limit
        return
    async with providers.serve(Script(*[Always(edit) for edit in bench.edits()[:1]])) as provider:
        result = await bench.run(provider, max_turns=1)
    assert (result.status, result.kind) == ("failed", "limit")
    assert "spent the turns or the money" in (result.error or "")
