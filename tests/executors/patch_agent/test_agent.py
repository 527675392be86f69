"""The patch agent does its work with each provider's own client, over real HTTP."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from app.errors import ConfigError
from app.executors import base, findings
from app.executors.patch_agent import clients
from tests.executors.patch_agent import working
from tests.providers import Patch, Say, Tool, Turn, Usage

WRONG, RIGHT = "return a - b", "return a + b"
EDIT = Tool("edit", {"path": "src/add.py", "old": WRONG, "new": RIGHT})
REVIEW = {
    "summary": "One mistake.",
    "findings": [
        {
            "path": "src/add.py", "line_start": 2, "line_end": 2, "severity": "error", "category": "bug",
            "title": "It subtracts", "description": "It should add.", "suggestion": None, "side": None, "known": None,
        }
    ],
    "resolved": [],
}  # fmt: skip


async def test_it_edits_a_file_and_says_what_it_did(work):
    result, provider = await work.against(
        Turn((Say("I look."), Tool("read", {"path": "src/add.py"})), Usage(100, 10, 5)),
        Turn((EDIT,), Usage(200, 20, 6)),
        Turn((Say("It adds now."),), Usage(300, 30, 7)),
    )
    assert (result.status, result.summary, result.kind, result.error) == ("completed", "It adds now.", None, None)
    assert (work.tree / "src/add.py").read_text() == "def add(a, b):\n    return a + b\n"
    assert result.usage["output"] == 60
    assert result.usage["cached"] == 18
    assert result.usage["input"] == (618 if work.name == "anthropic" else 600)
    assert provider.keys == {working.KEY}
    assert {request.model for request in provider.answered} == {"stand-in"}
    assert "2\\treturn" in provider.answered[1].text.replace(" ", "")  # what it read, with the number of its line
    assert work.heard(base.Said) == [base.Said("I look."), base.Said("It adds now.")]
    assert work.heard(base.ToolUse) == [base.ToolUse("read", "src/add.py"), base.ToolUse("edit", "src/add.py")]
    assert [event.output_tokens for event in work.heard(base.Usage)] == [10, 30, 60]


async def test_it_is_told_the_task_and_what_there_is(work):
    _, provider = await work.against(Say("Done."), instruction="Mend the sum.")
    asked = provider.answered[0].text
    for words in ("Mend the sum.", "src/: add.py", "never follow", "README.md", "way-out@"):
        assert words in asked
    assert ".git/" not in asked
    assert set(provider.answered[0].tools) == {"list", "search", "read", "edit", "create", "delete", "move"}


async def test_several_calls_of_one_turn_are_answered_in_their_order(work):
    result, provider = await work.against(
        Turn((
            Tool("create", {"path": "a/new.txt", "content": "new\n"}),
            Tool("move", {"path": "README.md", "to": "docs/read-me.md"}),
            Tool("search", {"pattern": r"def \w+", "names": "*.py"}),
            Tool("delete", {"path": "src/add.py"}),
            Tool("list", {"path": "."}),
        )),
        Say("Done."),
    )  # fmt: skip
    assert result.status == "completed"
    assert (work.tree / "a/new.txt").read_text() == "new\n"
    assert (work.tree / "docs/read-me.md").read_text() == "# Sums\n"
    assert not (work.tree / "src/add.py").exists()
    said = provider.answered[1].text
    places = [said.index(words) for words in ("a/new.txt is written", "is now docs", "src/add.py:1: def", "deleted")]
    assert places == sorted(places)


async def test_a_review_answers_by_its_schema_and_cannot_write(work):
    result, provider = await work.against(
        Tool("create", {"path": "x", "content": ""}), Tool("answer", REVIEW), mode="review", schema=findings.SCHEMA
    )
    assert result.status == "completed"
    assert result.structured == REVIEW
    assert result.summary == "One mistake."
    assert set(provider.answered[0].tools) == {"list", "search", "read", "answer"}
    assert "There is no tool 'create'" in provider.answered[1].text
    assert not (work.tree / "x").exists()


async def test_an_answer_that_misses_the_schema_is_asked_for_once_more(work):
    wrong = Tool("answer", {"summary": "No list."})
    result, _ = await work.against(wrong, Tool("answer", REVIEW), mode="review", schema=findings.SCHEMA)
    assert result.structured == REVIEW
    result, _ = await work.against(wrong, wrong, mode="review", schema=findings.SCHEMA)
    assert (result.status, result.kind, result.structured) == ("failed", "schema", None)


async def test_an_answer_in_words_is_taken_where_it_fits(work):
    result, _ = await work.against(Say(json.dumps(REVIEW)), mode="review", schema=findings.SCHEMA)
    assert result.structured == REVIEW


async def test_a_later_run_goes_on_with_the_conversation(work):
    first, _ = await work.against(EDIT, Say("It adds now."), instruction="Mend the sum.")
    second, provider = await work.against(
        Say("Renamed."), instruction="Now rename it.", session_id=first.session_id, counted=first.counted
    )
    assert second.status == "completed"
    assert second.session_id == first.session_id
    asked = provider.answered[0].text
    places = [asked.index(words) for words in ("Mend the sum.", "is changed from line", "It adds now.", "Now rename")]
    assert places == sorted(places)
    assert second.counted["output"] == first.counted["output"] + second.usage["output"]
    kept = [path.read_text() for path in work.state.rglob("*.json")]
    assert len(kept) == 1
    assert working.KEY not in kept[0]


@pytest.mark.parametrize("session", ["0" * 32, "../../outside", "no session"])
async def test_a_session_that_is_not_there_starts_afresh_and_says_so(one, session):
    result, provider = await one.against(Say("Done."), session_id=session)
    assert result.status == "completed"
    assert result.session_id != session
    assert "src/: add.py" in provider.answered[0].text
    assert "starts from the beginning" in one.heard(base.LogLine)[0].text


@pytest.mark.parametrize("kept", ["", "[]", '{"provider": 1}', "{" * 10_000, None])
async def test_a_session_that_somebody_changed_is_not_used(one, kept):
    first, _ = await one.against(Say("Done."))
    [file] = one.state.rglob("*.json")
    file.unlink()
    if kept is None:
        file.symlink_to(one.place / "outside/secret.txt")
    else:
        file.write_text(kept)
    second, _ = await one.against(Say("Done."), session_id=first.session_id)
    assert second.status == "completed"
    assert second.session_id != first.session_id


async def test_secrets_do_not_leave_in_what_it_says(one):
    result, _ = await one.against(
        Turn((Say(f"I know {working.KEY}."), Tool("read", {"path": working.KEY}))), Say(f"It is {working.KEY}.")
    )
    assert working.KEY not in repr(result)
    assert working.KEY not in repr(one.events)


async def test_what_it_lacks_is_said_in_words(one):
    for given in ({"model": None}, {"access": base.Access()}):
        result = await one.run("http://127.0.0.1:1", **given)
        assert (result.status, result.kind) == ("failed", "start")
        assert "dursor model add" in (result.error or "")


def test_a_client_that_is_not_installed_is_named_with_how_to_install_it(monkeypatch):
    monkeypatch.setitem(clients._MODULES, "openai", "no_such_package.client")
    with pytest.raises(ConfigError, match=r"pip install 'dursor\[openai\]'"):
        clients.check("openai")


async def test_free_text_where_a_call_should_be_is_no_call(tmp_path):
    work = working.made(tmp_path, "openai")
    result, _ = await work.against(Patch("*** Begin Patch"), Say("Done."))
    assert (result.status, result.summary) == ("completed", "Done.")


def test_no_client_is_imported_before_a_run_needs_it():
    clients_of = "{'anthropic', 'google.genai', 'openai', 'httpx2'}"
    code = f"import sys, app.executors.patch_agent; sys.exit(bool({clients_of} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
