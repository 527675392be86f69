"""An issue is split into parts, which people promote to pull requests of their own."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest

from app.lifecycle.run import Phase, Wait
from app.store import backlog
from app.workspace import locks
from tests import providers
from tests.providers import Say, Silence, Tool
from tests.stories import agents, scenes
from tests.stories import server as servers
from tests.stories.server import PATIENCE_SECONDS, configuration

MARKER = "<!-- dursor:backlog -->"


def part(title, **more):
    return {
        "title": title, "description": f"Do {title}.", "type": "feature", "estimated_size": "small",
        "target_files": ["b.py"], "implementation_hint": None, "tags": ["core"], "subtasks": ["Begin", "End"],
    } | more  # fmt: skip


def answer(*parts):
    return Tool("answer", {"summary": f"{len(parts)} parts.", "items": [*parts]})


class Model:
    """The patch agent's model: answers the splitting with what is next in `splits`, and does every other task."""

    def __init__(self, *splits):
        self.splits = list(splits)
        self.asked = []

    def __call__(self, request):
        if "Split the issue below" in request.text:
            self.asked.append(request.text)
            return self.splits.pop(0)
        if "Wrote it." in request.text or "B = 2" in request.text:
            return Say("Wrote it.")
        return Tool("create", {"path": "b.py", "content": "B = 2\n"})


@contextlib.asynccontextmanager
async def at_work(hub, server, *splits, executor="patch_agent", more=""):
    """A repository whose agent splits issues so, an issue in it, and its model."""
    files = configuration("semi_auto", more=more)
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("command:autofix", executor, 1)
    repo = await hub.create_repository("octo/widgets", files)
    hub.set_permission(repo, "bob", "write")
    issue = hub.open_issue(repo, "Count the widgets", "All of them, @everyone.", "mallory")
    model = Model(*splits)
    async with providers.serve(model) as standin:
        agents.add_model(server.world.settings, "openai", "gpt-5.4-mini", standin.url + "/v1")
        yield issue, model


async def checklist(server, hub, issue, *words):
    """Our one checklist, once it says all of this."""
    found = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found := scenes.said_by_us(hub, issue, MARKER)) != 1 or not all(one in found[0] for one in words):
                await asyncio.sleep(0.05)
    await server.rest()
    assert len(found) == 1, (found, await scenes.rows(server, "SELECT status, error FROM runs"))
    (shown,) = scenes.said_by_us(hub, issue, MARKER)
    assert all(one in shown for one in words), shown
    return shown


async def items(server):
    return await scenes.rows(server, "SELECT * FROM backlog_items ORDER BY number")


async def test_an_issue_is_split_into_a_checklist_and_the_executor_run_is_kept_with_what_it_cost(hub, server):
    nasty = part("See @alice and #1 <b>now</b>", target_files=["a.py", "/etc/passwd", "../x"], type="docs")
    async with at_work(hub, server, answer(part("One"), nasty)) as (issue, model):
        said = hub.comment(issue, "/dursor breakdown Two parts, please", author="bob")
        shown = await checklist(server, hub, issue, "**1. One**", "**2. See")

    assert "rocket" in scenes.reactions(said)
    assert "- [ ] **1. One** · feature, small <!-- /dursor promote 1 -->" in shown
    assert "@alice" not in shown
    assert "#1 " not in shown
    assert "<b>" not in shown
    (asked,) = model.asked
    data, request = asked.index("All of them"), asked.index("Two parts, please")
    assert "DATA" in asked[:data]
    assert asked.rindex("REQUEST", 0, request) > data
    one, two = await items(server)
    assert (one["number"], one["issue_number"], one["task_id"]) == (1, issue.number, None)
    assert json.loads(two["target_files"]) == ["a.py"]
    assert json.loads(one["subtasks"])[0] == {"title": "Begin", "completed": False}
    (run,) = await scenes.rows(server, "SELECT * FROM runs")
    assert (run["work"], run["status"], run["agentic_run_id"]) == ("breakdown", "succeeded", None)
    assert run["input_tokens"] > 0
    assert run["cost_usd"] > 0
    assert run["logs"]
    (task,) = await scenes.rows(server, "SELECT * FROM tasks")
    assert (task["kanban_status"], task["issue_number"]) == ("backlog", issue.number)
    assert not await scenes.rows(server, "SELECT id FROM agentic_runs")


async def test_a_second_breakdown_keeps_what_people_promoted_archived_or_edited(hub, server):
    first = answer(*(part(name) for name in ("One", "Two", "Three", "Four")))
    async with at_work(hub, server, first, answer(part("Five"))) as (issue, model):
        hub.comment(issue, "/dursor breakdown", author="bob")
        await checklist(server, hub, issue, "**4. Four**")
        ids = [row["id"] for row in await items(server)]
        await server.world.database.write(lambda db: backlog.change(db, ids[1], archived=True))
        await server.world.database.write(lambda db: backlog.change(db, ids[2], title="Thirty"))
        hub.comment(issue, "/dursor promote 1", author="bob")
        await checklist(server, hub, issue, "1. One", "#2")

        hub.comment(issue, "/dursor breakdown", author="bob")
        shown = await checklist(server, hub, issue, "**5. Five**")

    assert [row["number"] for row in await items(server)] == [1, 2, 3, 5]
    assert "~~2. Two~~" in shown
    assert "3. Thirty" in shown
    assert "Four" not in shown
    assert "3. Thirty" in model.asked[1]
    assert "Four" not in model.asked[1]


@pytest.mark.parametrize("by_box", [False, True], ids=["by a comment", "by ticking its box"])
async def test_a_part_becomes_a_pull_request_that_closes_the_issue_only_when_all_are_done(hub, server, by_box):
    async with at_work(hub, server, answer(part("One"), part("Two"))) as (issue, _):
        hub.comment(issue, "/dursor breakdown", author="bob")
        shown = await checklist(server, hub, issue, "**2. Two**")
        if by_box:
            comment = next(one for one in hub.comments(issue) if MARKER in one.body)
            hub.edit_comment(comment, shown.replace("- [ ] **1.", "- [x] **1."), "bob")
        else:
            hub.comment(issue, "/dursor promote 1", author="bob")
        shown = await checklist(server, hub, issue, "**1. One** · feature, small · #2 · waiting for")

        pull = issue.repository.issues[2]
        assert pull.title == "One"
        assert pull.head_ref == f"dursor/{issue.number}-1-one"
        assert f"Part 1 of #{issue.number}" in pull.body
        assert f"Closes #{issue.number}" not in pull.body
        one, two = await items(server)
        (task,) = await scenes.rows(server, "SELECT * FROM tasks WHERE id = ?", one["task_id"])
        assert task["kanban_status"] in {"in_progress", "in_review"}
        (given,) = await scenes.rows(server, "SELECT instruction FROM runs WHERE work = 'task'")
        assert "Do One." in given["instruction"]
        assert "All of them" in given["instruction"]
        await merged(hub, server, pull)
        await checklist(server, hub, issue, "- [x] **1. One**", "merged")
        assert issue.state == "open"
        assert "- [ ] **2. Two**" in shown

        await server.world.database.write(lambda db: backlog.change(db, two["id"], archived=True))
        hub.comment(issue, "/dursor promote 1", author="bob")
        await server.rest()
    assert scenes.said_by_us(hub, issue, "Part 1 is done: #2.")


async def test_a_part_that_came_to_nothing_goes_on_in_its_open_pull_request(hub, server):
    async with at_work(hub, server, answer(part("One"))) as (issue, _):
        hub.comment(issue, "/dursor breakdown", author="bob")
        await checklist(server, hub, issue, "**1. One**")
        hub.comment(issue, "/dursor promote 1", author="bob")
        await checklist(server, hub, issue, "#2 · waiting for")
        pull = issue.repository.issues[2]
        hub.comment(pull, "/dursor cancel", author="bob")
        await server.until(pull, phase=Phase.CANCELED)
        await server.rest()
        before = await items(server)

        hub.comment(issue, "/dursor promote 1 In another way", author="bob")
        await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_CHANGE)
        await server.rest()

        given = await scenes.rows(server, "SELECT instruction FROM runs WHERE work != 'breakdown' ORDER BY id")
    assert "In another way" in given[-1]["instruction"]
    assert [item["task_id"] for item in await items(server)] == [item["task_id"] for item in before]
    assert list(issue.repository.issues) == [1, 2]


async def test_the_issue_is_closed_when_its_last_part_is_merged(hub, server):
    async with at_work(hub, server, answer(part("One"), part("Two"))) as (issue, _):
        hub.comment(issue, "/dursor breakdown", author="bob")
        await checklist(server, hub, issue, "**2. Two**")
        _, two = await items(server)
        await server.world.database.write(lambda db: backlog.change(db, two["id"], archived=True))
        hub.comment(issue, "/dursor promote 1", author="bob")
        await checklist(server, hub, issue, "#2 · waiting for")

        await merged(hub, server, issue.repository.issues[2])
        await checklist(server, hub, issue, "merged")
        await server.rest()
    assert issue.state == "closed"


async def test_what_cannot_be_promoted_is_refused_with_words(hub, server):
    async with at_work(hub, server, answer(part("One"))) as (issue, _):
        early = hub.comment(issue, "/dursor promote 1", author="bob")
        await server.rest()
        hub.comment(issue, "/dursor breakdown", author="bob")
        await checklist(server, hub, issue, "**1. One**")
        wrong = hub.comment(issue, "/dursor promote 7", author="bob")
        odd = hub.comment(issue, "/dursor promote it", author="bob")
        stranger = hub.comment(issue, "/dursor promote 1", author="mallory")
        await server.rest()

    assert all("confused" in scenes.reactions(one) for one in (early, wrong, odd, stranger))
    assert scenes.said_by_us(hub, issue, "There is no part 1 here", "/dursor breakdown")
    assert scenes.said_by_us(hub, issue, "There is no part 7 here. There are 1.")
    assert scenes.said_by_us(hub, issue, "takes the number of a part")
    assert not await scenes.rows(server, "SELECT id FROM agentic_runs")


async def test_a_command_cannot_split_an_issue(hub, server):
    async with at_work(hub, server, executor="command:autofix") as (issue, _):
        said = hub.comment(issue, "/dursor breakdown", author="bob")
        await server.rest()
    assert "confused" in scenes.reactions(said)
    assert scenes.said_by_us(hub, issue, "`command:autofix` is a command and cannot split an issue")
    assert not await scenes.rows(server, "SELECT id FROM tasks")


async def test_an_answer_that_is_none_is_told_and_the_next_one_counts(hub, server):
    async with at_work(hub, server, answer(), answer(part("One"))) as (issue, _):
        hub.comment(issue, "/dursor breakdown", author="bob")
        await checklist(server, hub, issue, "could not split this issue: The answer names no parts.")
        hub.comment(issue, "/dursor breakdown", author="bob")
        shown = await checklist(server, hub, issue, "**1. One**")
    assert "could not split" not in shown


async def test_a_limit_of_the_provider_is_waited_for(hub, server):
    async with at_work(hub, server, agents.limited(600), answer(part("One"))) as (issue, _):
        hub.comment(issue, "/dursor breakdown", author="bob")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await scenes.rows(server, "SELECT id FROM runs WHERE status = 'queued' AND waits = 1"):
                await asyncio.sleep(0.05)
        assert not scenes.said_by_us(hub, issue, MARKER)
        await server.world.database.write(_let_time_pass)
        await checklist(server, hub, issue, "**1. One**")
    (run,) = await scenes.rows(server, "SELECT status, submissions FROM runs")
    assert (run["status"], run["submissions"]) == ("succeeded", 1)


def _let_time_pass(db):
    db.execute("UPDATE runs SET retry_at = ?", (db.now,))
    db.execute("UPDATE jobs SET run_after = ? WHERE kind = 'BreakDown'", (db.now,))


async def test_what_the_server_died_under_is_handed_out_again(hub, tmp_path):
    model = Model(Silence(), answer(part("One")))
    async with providers.serve(model) as standin:
        async with servers.running(hub, tmp_path / "data") as server, at_work(hub, server) as (issue, _):
            agents.add_model(server.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
            hub.comment(issue, "/dursor breakdown", author="bob")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not model.asked:  # or the second server would get the silence
                    await asyncio.sleep(0.02)
        async with servers.running(hub, tmp_path / "data") as server:
            await checklist(server, hub, issue, "**1. One**")
            (run,) = await scenes.rows(server, "SELECT status, submissions FROM runs")
    assert run["status"] == "succeeded"


async def test_cancel_on_the_issue_ends_its_splitting(hub, server):
    async with at_work(hub, server, Silence()) as (issue, _):
        hub.comment(issue, "/dursor breakdown", author="bob")
        await scenes.executor_at_work(server)
        said = hub.comment(issue, "/dursor cancel", author="bob")
        await checklist(server, hub, issue, "could not split this issue: It was stopped by bob.")
        (run,) = await scenes.rows(server, "SELECT id, attempt, status FROM runs")
        assert not server.world.engine.knows(run["id"], run["attempt"])
    assert run["status"] == "canceled"
    assert "rocket" in scenes.reactions(said)
    assert not scenes.said_by_us(hub, issue, "dursor does not work on this issue")


async def test_a_splitting_that_is_given_up_while_its_tree_is_prepared_does_not_begin(hub, server):
    async with at_work(hub, server, answer(part("One"))) as (issue, model):
        mirrors = server.world.root / "mirrors"
        mirrors.mkdir(exist_ok=True)
        async with locks.hold(mirrors / f"{issue.repository.id}.lock"):
            hub.comment(issue, "/dursor breakdown", author="bob")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await scenes.rows(
                    server, "SELECT id FROM jobs WHERE kind = 'BreakDown' AND status='running'"
                ):
                    await asyncio.sleep(0.02)
            hub.comment(issue, "/dursor cancel", author="bob")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not scenes.said_by_us(hub, issue, MARKER, "stopped by bob"):
                    await asyncio.sleep(0.02)
        await server.rest()
    assert [row["status"] for row in await scenes.rows(server, "SELECT status FROM runs")] == ["canceled"]
    assert not model.asked


async def test_a_splitting_that_no_event_told_of_is_of_the_issue_as_it_is(hub, server):
    async with at_work(hub, server, answer(part("One"))) as (issue, model):
        async with scenes.held_back(hub):
            hub.comment(issue, "/dursor breakdown", author="bob")
        await scenes.swept(server)
        await checklist(server, hub, issue, "**1. One**")
    (asked,) = model.asked
    assert "Count the widgets" in asked
    assert "All of them" in asked
    (task,) = await scenes.rows(server, "SELECT title FROM tasks")
    assert task["title"] == "Count the widgets"


async def merged(hub, server, pull):
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, phase=Phase.COMPLETED)
