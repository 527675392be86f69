"""Several executors at one task: the repository, the candidates and their comparison, as stories look at them."""

from __future__ import annotations

import asyncio

from app.lifecycle.run import Phase
from app.localhub import git_repo
from tests.stories import scenes
from tests.stories.server import PATIENCE_SECONDS

ONE = "python3, -c, \"open('one.py', 'w').write('ONE = 1\\\\n')\""
TWO = "python3, -c, \"open('two.py', 'w').write('TWO = 2\\\\nMORE = 3\\\\n')\""
CONFIG = """\
mode: {mode}
executor: command:one
commands:
  one: {{run: [{one}], timeout_minutes: 1}}
  two: {{run: [{two}], timeout_minutes: 1}}
  lint: {{run: [ruff, check, --no-cache, --output-format, sarif, .], output: sarif}}
reviewer: none
trigger: {{adopt: {{authors: [alice]}}}}
ci: {{settle_seconds: 1, rerun_failed_once: false}}
limits: {{{limits}}}
{more}
"""


async def repository(hub, mode="semi_auto", *, one=ONE, two=TWO, more="", limits="ci: 0"):
    files = {
        "README.md": "# Widgets\n",
        ".github/dursor.yml": CONFIG.format(mode=mode, one=one, two=two, more=more, limits=limits),
    }
    repo = await hub.create_repository("octo/widgets", files)
    hub.set_permission(repo, "bob", "write")
    return repo


async def branches(hub, repo):
    """The names of all branches of a repository, in order."""
    found = await git_repo.refs(hub.world.git(repo))
    return sorted(name.removeprefix("refs/heads/") for name in found)


async def candidates(server, count=2, **wanted):
    """The runs of the candidates, by their numbers, once all have these columns."""
    found: list[dict[str, object]] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count or any(one[name] != value for one in found for name, value in wanted.items()):
            await asyncio.sleep(0.05)
            found = await scenes.rows(
                server,
                "SELECT agentic_runs.*, tasks.branch, tasks.picked_at, tasks.executor, tasks.candidate "
                "FROM agentic_runs JOIN tasks ON tasks.id = task_id WHERE parent_id IS NOT NULL ORDER BY candidate",
            )
    return found


async def pulls_of(server, repo, count=2):
    found = await candidates(server, count, phase="waiting_ci")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(one["pr_number"] is None for one in found):
            await asyncio.sleep(0.05)
            found = await candidates(server, count)
    return [repo.issues[one["pr_number"]] for one in found]


async def comparison(hub, issue, *words):
    """The one comment that compares, once it says this."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = scenes.said_by_us(hub, issue, "<!-- dursor:candidates:")
            assert len(found) < 2
            if found and all(word in found[0] for word in words):
                return found[0]
            await asyncio.sleep(0.05)


async def two_for_an_issue(hub, server, repo):
    issue = hub.open_issue(repo, "Count", "There should be numbers.", "alice")
    hub.comment(issue, "/dursor use one,two Write a number", author="bob")
    one, two = await pulls_of(server, repo)
    return issue, one, two


async def first_pull(server, repo):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 2 not in repo.issues:
            await asyncio.sleep(0.05)
    await server.until(repo.issues[2], phase=Phase.WAITING_CI)
    return [repo.issues[2]]
