"""`/dursor update`: the base is brought in by git, or says so, and only a conflict needs an executor."""

from __future__ import annotations

import asyncio

from app import advance
from app.lifecycle import signals
from app.lifecycle.run import Phase, Wait, Work
from app.localhub import git_repo
from app.workspace import locks
from tests.stories import scenes
from tests.stories.server import PATIENCE_SECONDS, configuration

RESOLVES = "sh, -c, 'printf \"A = 3\\n\" > a.py'"


async def answered(server, comment):
    """Wait until a command was answered with a reaction."""
    await server.rest()
    return scenes.reactions(comment) - {"eyes"}


async def test_the_base_comes_in_without_an_executor_and_without_a_fix(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    await hub.push_branch(pull.repository, "main", {"new.txt": "of the base\n"}, "carol")

    comment = hub.comment(pull, "/dursor update", author="alice")
    run = await server.until(pull, phase=Phase.WAITING_CI, attempt=1)

    assert await hub.read(pull.repository, "new.txt", pull.head_ref) == "of the base\n"
    assert (run.head_sha, run.iteration) == (pull.head_sha, 0)
    assert await answered(server, comment) == {"rocket"}
    assert [(row["work"], row["executor"]) for row in await scenes.rows(server, "SELECT * FROM runs")] == [
        ("update", "git")
    ]


async def test_a_branch_that_holds_its_base_is_left_as_it_is_and_said_to_be_so(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    before = await server.run(pull)

    comment = hub.comment(pull, "/dursor update", author="alice")

    assert await answered(server, comment) == {"rocket"}
    assert await server.run(pull) == before
    assert len(scenes.said_by_us(hub, pull, "holds everything of `main` already")) == 1
    assert scenes.pushed_by_us(hub) == []


async def test_what_is_paused_while_the_base_is_fetched_leaves_nothing_behind(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    await server.rest()
    await hub.push_branch(pull.repository, "main", {"new.txt": "of the base\n"}, "carol")
    run = await server.run(pull)
    mirrors = server.world.root / "mirrors"
    mirrors.mkdir(exist_ok=True)
    async with locks.hold(mirrors / f"{pull.repository.id}.lock"):
        await server.world.database.write(lambda db: advance.signal(db, run.id, signals.UpdateAsked(by="alice")))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await scenes.rows(server, "SELECT 1 FROM jobs WHERE kind = 'StartWork' AND status = 'running'"):
                await asyncio.sleep(0.02)
        hub.comment(pull, "/dursor pause", author="alice")
        await server.until(pull, paused=True)
    await server.rest()

    assert await git_repo.refs(hub.world.git(pull.repository), "refs/heads/dursor/") == {}
    assert not scenes.pushed_by_us(hub)
    assert not await scenes.rows(server, "SELECT id FROM runs")


async def test_a_base_that_conflicts_is_resolved_by_an_executor_as_a_fix(hub, server):
    pull = await scenes.waiting_for_approval(hub, server, autofix=RESOLVES)
    await hub.push_branch(pull.repository, "main", {"a.py": "A = 2\n"}, "carol")

    hub.comment(pull, "/dursor update", author="alice")
    run = await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)

    assert run.work is Work.CONFLICT
    assert await hub.read(pull.repository, "a.py", pull.head_ref) == "A = 3\n"


async def test_the_base_is_not_brought_in_under_an_executors_hands(hub, server):
    pull = await scenes.fixing(hub, server)
    await scenes.executor_at_work(server)

    comment = hub.comment(pull, "/dursor update", author="alice")
    while "confused" not in scenes.reactions(comment):
        await server.until(pull, phase=Phase.FIXING_CI, work=Work.CI)

    assert scenes.said_by_us(hub, pull, "An executor works on the branch now")
    hub.comment(pull, "/dursor cancel", author="alice")
    await server.until(pull, phase=Phase.CANCELED)


async def test_a_forks_branch_is_its_owners_to_update(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="mallory", fork=True)
    hub.set_permission(repo, "alice", "write")
    await hub.quiet()
    hub.comment(pull, "/dursor take", author="alice")
    await server.until(pull, phase=Phase.WAITING_CI)

    comments = [hub.comment(pull, f"/dursor {verb}", author="alice") for verb in ("update", "undo")]

    assert [await answered(server, comment) for comment in comments] == [{"confused"}] * 2
    assert len(scenes.said_by_us(hub, pull, "in a fork")) == 2
    assert (await server.run(pull)).wait is not Wait.REFUSED
