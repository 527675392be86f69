"""The gates are told in the same words wherever somebody looks, with evidence, who acts next and since when."""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp
from click.testing import CliRunner

from app import cli
from app.lifecycle.run import Phase, Wait
from tests.stories import eventually, scenes, test_posting

GATE = re.compile(r"^- ([✅❌⬜] (?!Taken|CI: |Review: |Merge gates|Merged).+)$", re.MULTILINE)


async def asked(server, path: str) -> dict[str, Any]:
    headers = {"Authorization": "Bearer an-admin-token-for-tests"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(server.url + path) as answer:
        return dict(await answer.json())


async def status(server) -> list[dict[str, Any]]:
    (run,) = (await asked(server, "/status"))["live_runs"]
    return list(run["gates"])


def in_the_check(hub, pull) -> str:
    (ours,) = [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor"]
    return str(ours.summary)


async def asked_why(hub, server, pull) -> str:
    before = len(scenes.said_by_us(hub, pull))
    hub.comment(pull, "/dursor why", author="alice")
    await eventually.until(lambda: len(scenes.said_by_us(hub, pull)) > before)
    await server.rest()
    return scenes.said_by_us(hub, pull)[-1]


async def test_everybody_is_told_the_same_of_each_gate(hub, server, monkeypatch):
    hub_pull = await scenes.green(hub, server, files={"a.py": "A = 1\n", "CODEOWNERS": "* @alice\n"})
    await scenes.at_a_gate(server, hub_pull, "protected paths")
    await hub.review(hub_pull, "CHANGES_REQUESTED", "Not like this.", author="bob")
    await server.rest()

    answer = await asked_why(hub, server, hub_pull)
    run = await server.run(hub_pull)
    monkeypatch.setenv("DURSOR_DATA_DIR", str(server.world.root))
    shown = CliRunner().invoke(cli.main, ["run", "show", run.id]).stdout
    listed = json.loads(CliRunner().invoke(cli.main, ["run", "show", run.id, "--json"]).stdout)["gates"]

    told = GATE.findall(answer)
    assert len(told) >= 9
    assert GATE.findall(scenes.sticky(hub, hub_pull)) == told
    assert GATE.findall(in_the_check(hub, hub_pull)) == told
    assert GATE.findall(shown) == told
    assert [gate["text"] for gate in listed] == told
    assert await status(server) == listed
    assert (await asked(server, f"/api/v1/agentic-runs/{run.id}"))["gates"] == listed

    wanted = next(gate for gate in listed if gate["gate"] == "changes_requested")
    page = f"{hub.url}/octo/widgets/pull/1#pullrequestreview-"
    assert (wanted["met"], wanted["why"], wanted["next"]) == (False, "bob requested changes", "bob")
    assert [found["text"] for found in wanted["evidence"]] == ["bob"]
    assert wanted["evidence"][0]["url"].startswith(page)
    assert f"[bob]({page}" in wanted["text"]
    assert wanted["since"]


async def test_why_looks_at_the_gates_of_a_commit_that_nobody_looked_at(hub, server):
    """A red CI is waited for, so nobody was asked to approve and no merge was tried, and a secret is in the diff."""
    secret = {"settings.py": 'TOKEN = "ghp_' + "a1B2" * 9 + '"\n'}
    pull = await scenes.working_on(hub, server, "interactive", files=secret)
    await hub.finish_check(pull, "test", "failure")
    await server.until(pull, wait=Wait.CI_RED)
    await server.rest()
    assert "It adds no secret: not looked at yet" in scenes.sticky(hub, pull)

    answer = await asked_why(hub, server, pull)

    assert "it adds what looks like a secret: settings.py" in answer
    assert "nobody with write permission approved this commit" in answer
    assert "as they were looked at for this commit at" in answer
    assert GATE.findall(scenes.sticky(hub, pull)) == GATE.findall(answer)


async def test_an_answer_that_could_not_look_says_so(hub, server):
    scenes.fault(hub, "GET", r"/pulls/1/files", times=99, status=403, body={"message": "Resource not accessible"})
    pull = await scenes.waiting_for_approval(hub, server)
    await server.rest()
    assert scenes.said_by_us(hub, pull, "a person decides", "The merge gates could not be looked at")

    answer = await asked_why(hub, server, pull)

    assert "They could not be looked at now" in answer
    assert "Nobody has looked at all gates of this commit yet" in answer
    assert "nobody with write permission approved this commit" in answer


async def test_a_gate_keeps_its_time_while_it_does_not_hold_and_gets_a_new_one_after_it_held(hub, server):
    pull = await scenes.green(hub, server, files={"a.py": "A = 1\n", "CODEOWNERS": "* @alice\n"})
    await scenes.at_a_gate(server, pull, "protected paths")
    first = {gate["gate"]: gate["since"] for gate in await status(server)}

    await hub.push(pull, {"b.py": "B = 1\n"})
    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    red = {gate["gate"]: gate for gate in await status(server)}
    assert red["ci"]["met"] is False
    assert red["ci"]["since"] > first["protected"]
    assert red["ci"]["evidence"][0]["text"] == "lint"

    await hub.finish_check(pull, "lint", "success")
    await scenes.at_a_gate(server, pull, "protected paths")
    await server.rest()
    again = {gate["gate"]: gate["since"] for gate in await status(server)}
    assert again["protected"] == first["protected"]
    assert again["ci"] is None


async def test_a_run_that_waits_for_nothing_of_ours_names_who_acts(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.protect(pull.repository, approvals=1)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.GATE)
    await server.rest()

    (gate,) = [gate for gate in await status(server) if gate["gate"] == "approvals"]

    assert gate["next"] == "a reviewer"
    assert "Acts next: **a reviewer**" in scenes.sticky(hub, pull)


async def test_who_acts_next_is_not_dursor_where_it_waits_to_be_told(hub, server):
    pull = await test_posting.opened(hub, server, [test_posting.finding("a.py", 11, says="Look here")])
    await test_posting.reviewed(server, pull)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.review(pull, "APPROVED", author="bob")
    await scenes.at_a_gate(server, pull, "1 finding that blocks: F1")
    await server.rest()

    shown = scenes.sticky(hub, pull)
    (gate,) = [gate for gate in await status(server) if gate["met"] is False]

    assert gate["next"] == "the author or a maintainer"
    assert "Acts next: **the author or a maintainer**" in shown
    assert "<!-- /dursor fix review -->" in shown
    assert "<!-- /dursor fix conflicts -->" not in shown


async def test_a_conflict_in_interactive_mode_is_a_persons_to_ask_for(hub, server):
    pull = await scenes.waiting_for_approval(hub, server, mode="interactive")
    hub.set_permission(pull.repository, "bob", "write")
    await hub.push_branch(pull.repository, "main", {"a.py": "A = 99\n"}, "carol")
    await hub.review(pull, "APPROVED", author="bob")
    await scenes.at_a_gate(server, pull, "it conflicts")
    await server.rest()

    shown = scenes.sticky(hub, pull)

    assert "Acts next: **the author or a maintainer**" in shown
    assert "<!-- /dursor fix conflicts -->" in shown


async def test_who_wants_changes_is_shown_as_it_is_now_and_not_as_at_the_last_look(hub, server):
    pull = await scenes.waiting_for_approval(hub, server, mode="interactive")
    hub.set_permission(pull.repository, "bob", "write")
    await server.rest()
    assert "✅ Nobody wants changes" in scenes.sticky(hub, pull)

    given = await hub.review(pull, "CHANGES_REQUESTED", "Not like this.", author="bob")
    await server.until(pull, wait=Wait.CHANGES_ASKED)
    await server.rest()
    assert "❌ Nobody wants changes: bob requested changes. " in scenes.sticky(hub, pull)

    hub.dismiss(given)
    await server.rest()
    assert "✅ Nobody wants changes" in scenes.sticky(hub, pull)
