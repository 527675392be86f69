"""Programs that answer each other for ever: dursor is the one that stops, and says with whom."""

from __future__ import annotations

import asyncio
import contextlib

from app.lifecycle.run import Phase, Wait
from app.localhub.hub import Hub
from app.localhub.state import issues
from tests.stories import scenes
from tests.stories.server import Server, configuration

FORMATTER = "formatter[bot]"
ANSWERS = "sh, -c, 'date +%N >> a.txt'"
COUNTS = "SELECT bot_moves FROM agentic_runs"


async def red(hub: Hub, pull: issues.Pull) -> None:
    """CI, which never likes the unused import; what a check says of an old head is about that head."""
    await hub.finish_check(pull, "lint", "failure")


async def pushes_back(hub: Hub, server: Server, pull: issues.Pull, *, redo: bool, most: int = 12) -> int:
    """A formatter that answers each push of ours: takes it back, or makes of it something new. How often it did."""
    hub.other_app("formatter")
    seen = len(scenes.pushed_by_us(hub))
    for turn in range(most):
        await red(hub, pull)
        while len(scenes.pushed_by_us(hub)) == seen:
            run = await server.run(pull)
            if run is not None and run.wait is Wait.LOOP:
                return turn
            await asyncio.sleep(0.02)
        seen = len(scenes.pushed_by_us(hub))
        await server.until(pull, head_sha=pull.head_sha)
        files = {"a.py": f"import os\n# {turn}\n"} if redo else scenes.LINT_ERROR
        await hub.push(pull, files, author=FORMATTER, message="Format")
        await server.until(pull, head_sha=pull.head_sha)
    return most


async def fighting(hub: Hub, server: Server, *, redo: bool) -> tuple[issues.Pull, int]:
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR, more="limits: {ci: 50, total: 100}")
    return pull, await pushes_back(hub, server, pull, redo=redo)


async def test_s94_a_formatter_that_takes_back_each_push_of_ours_is_stopped_for_after_two(hub, server):
    pull, turns = await fighting(hub, server, redo=False)

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.LOOP)
    await server.rest()

    assert turns == 2
    assert FORMATTER in run.note
    assert "took back what dursor had pushed, 2 times" in run.note
    assert len(scenes.pushed_by_us(hub)) == 2
    assert "/dursor retry" in scenes.sticky(hub, pull)
    assert len(scenes.said_by_us(hub, pull)) == 2  # where it stands, and the word to people

    for turn in range(3):  # it goes on by itself, and nothing of ours follows
        await hub.push(pull, {"a.py": f"import os\n# {turn}\n"}, author=FORMATTER)
        await red(hub, pull)
        await server.until(pull, head_sha=pull.head_sha)
        await server.rest()
    assert len(scenes.pushed_by_us(hub)) == 2
    assert len(scenes.said_by_us(hub, pull)) == 2
    assert (await server.run(pull)).wait is Wait.LOOP


async def test_s94_a_formatter_that_redoes_each_push_of_ours_is_stopped_for_after_a_few(hub, server):
    pull, turns = await fighting(hub, server, redo=True)

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.LOOP)
    await server.rest()

    assert turns == 4
    assert "pushed after each push of dursor's, 4 times" in run.note
    assert len(scenes.pushed_by_us(hub)) == 4


async def test_s94_a_fight_that_no_event_told_of_is_seen_in_the_commits(hub, server):
    pull = await scenes.fixing(
        hub, server, autofix="ruff, check, --no-cache, --fix, .", more="limits: {ci: 50, total: 100}"
    )
    for turn in (1, 2):
        await server.until(pull, iteration=turn, is_working=False)
        async with scenes.held_back(hub):
            await hub.push(pull, scenes.LINT_ERROR, author=FORMATTER, message="Format")
        hub.comment(pull, "/dursor mode semi_auto", author="alice")  # wakes nothing by itself
        await scenes.swept(server)
        await server.until(pull, head_sha=pull.head_sha)
        await red(hub, pull)

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.LOOP)
    assert FORMATTER in run.note


async def test_s94_after_a_fight_a_person_begins_again_with_a_fresh_count(hub, server):
    pull, _ = await fighting(hub, server, redo=False)
    await server.until(pull, wait=Wait.LOOP)
    await server.rest()
    assert (await scenes.rows(server, COUNTS))[0]["bot_moves"]

    await hub.push(pull, {"a.py": "import os\nimport sys\n"}, author="alice")
    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    assert (await scenes.rows(server, COUNTS))[0]["bot_moves"] is None
    turns = await pushes_back(hub, server, pull, redo=False)

    assert turns >= 2
    await server.until(pull, wait=Wait.LOOP)
    hub.comment(pull, "/dursor retry", author="alice")
    await server.until(pull, wait=None)
    assert (await scenes.rows(server, COUNTS))[0]["bot_moves"] is None


async def test_s94_one_commit_of_another_program_is_no_fight(hub, server):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    await red(hub, pull)
    await server.until(pull, iteration=1, phase=Phase.WAITING_CI)
    await hub.push(pull, {"a.py": "A = 2\n"}, author=FORMATTER, message="Format")
    await server.until(pull, head_sha=pull.head_sha)

    await hub.finish_check(pull, "lint", "success")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)


async def test_s94_a_person_who_takes_our_pushes_back_is_no_program(hub, server):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    for turn in (1, 2, 3):
        await red(hub, pull)
        await server.until(pull, iteration=turn, phase=Phase.WAITING_CI)
        await hub.push(pull, scenes.LINT_ERROR, author="alice")
        await server.until(pull, head_sha=pull.head_sha)
    assert (await scenes.rows(server, COUNTS))[0]["bot_moves"] is None


async def test_s94_a_reviewer_that_answers_each_comment_of_ours_gets_no_word_of_ours(hub, server):
    repo = await hub.create_repository(
        "octo/widgets", configuration("semi_auto", more='trust: {bots: ["helper[bot]"]}')
    )
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR)
    await server.until(pull, phase=Phase.WAITING_CI)
    hub.other_app("helper")
    answered = 0
    for _ in range(8):
        ours = scenes.said_by_us(hub, pull)
        for _new in ours[answered:]:
            hub.comment(pull, "I do not agree. /dursor status\n/dursor why\n/dursor nonsense", author="helper[bot]")
            hub.comment(pull, "/dursor status\n/dursor nonsense\n/dursor take", author="helper[bot]")
            await hub.review(
                pull,
                "COMMENTED",
                "/dursor why",
                "helper[bot]",
                [{"path": "a.py", "line": 1, "body": "@dursor why do you say so? /dursor status"}],
            )
        answered = len(ours)
        await server.rest()
        with contextlib.suppress(IndexError):
            hub.reply(pull.review_comments[0], "/dursor why", "helper[bot]")
        await server.rest()

    assert scenes.said_by_us(hub, pull, "<!-- dursor:answer:") == []
    assert len(scenes.said_by_us(hub, pull)) == 2  # where it stands, and that nothing checks it
    assert not [one for one in pull.review_comments if one.user.login == scenes.BOT]


async def test_s94_a_program_that_may_command_is_obeyed_a_few_times_and_then_a_person_is_asked(hub, server):
    more = 'trust: {bots: ["helper[bot]"]}\nlimits: {total: 100}'
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto", autofix=ANSWERS, more=more))
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    hub.other_app("helper")
    pushed = 0
    for turn in range(8):  # it answers each push of ours with the wish for another
        hub.comment(pull, f"/dursor do it better, {turn}", author="helper[bot]")
        hub.comment(pull, "/dursor retry", author="helper[bot]")
        await server.rest()
        if len(scenes.pushed_by_us(hub)) == pushed:
            break
        pushed = len(scenes.pushed_by_us(hub))

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.LOOP)
    assert pushed == 3
    assert "helper[bot] asked for work again and again, 4 times" in run.note
    assert len(scenes.said_by_us(hub, pull, "asked for work again")) == 2  # where it stands, and the word to people
    hub.comment(pull, "/dursor fix review\n/dursor take", author="helper[bot]")
    await server.rest()
    assert len(scenes.pushed_by_us(hub)) == 3
    assert (await server.run(pull)).wait is Wait.LOOP

    hub.comment(pull, "/dursor fix review", author="alice")
    await server.until(pull, wait=None)
