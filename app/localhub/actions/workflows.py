"""Where the hub's CI is started: after pushes, and for pull requests that are opened or get a new head."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from app.localhub import ci_trigger, ci_workflow, git_compare, git_repo
from app.localhub.actions import mergeability, runs
from app.localhub.state import checks, issues, people, repository, world

FOLDER = ".github/workflows"


def on_push(hub: world.World, home: repository.Repository, branch: str, sha: str, who: people.User) -> None:
    """Start what listens to pushes; what an older push to the branch started is cancelled."""
    if home.ci:
        _later(hub, f"{home.id} push {branch}", _push(hub, home, branch, sha, who))


def on_pull_request(hub: world.World, pull: issues.Pull, who: people.User, action: str) -> None:
    """Start what listens to pull requests, on the test merge; what an older head started is cancelled."""
    if pull.repository.ci:
        _later(hub, f"{pull.repository.id} pull {pull.number}", _pull_request(hub, pull, who, action))


async def approve(hub: world.World, pull: issues.Pull, who: people.User) -> None:
    """A maintainer lets the runs of a stranger's fork start."""
    for run in pull.repository.workflow_runs:
        if run.head_sha == pull.head_sha and run.conclusion == "action_required":
            await rerun_failed(hub, run, who)


async def rerun_failed(hub: world.World, run: checks.WorkflowRun, who: people.User) -> None:
    """A new attempt: jobs that did not succeed run again in the same run and suite, the others stay."""
    path = run.workflow.path
    data = await git_repo.read_file(hub.git(run.repository), run.merge_sha, path)
    workflow = ci_workflow.load(path, data or b"")
    runs.again(hub, run)
    _later(hub, f"{run.repository.id} again {run.id}", runs.execute(hub, run, workflow, who))


def _later(hub: world.World, key: str, work: Coroutine[None, None, None]) -> None:
    """Do `work` after the delay that is set, in place of what was begun under the same key."""

    async def start() -> None:
        try:
            await asyncio.sleep(hub.ci_delay)
        except asyncio.CancelledError:
            work.close()
            raise
        await work

    older = hub.ci_tasks.pop(key, None)
    if older:
        older.cancel()
    hub.ci_tasks[key] = hub.spawn(start())


async def _push(hub: world.World, home: repository.Repository, branch: str, sha: str, who: people.User) -> None:
    head = await git_compare.commit(hub.git(home), sha)
    paths = []
    if head.parents:
        paths = [one.filename for one in await git_compare.changed_files(hub.git(home), head.parents[0], sha)]
    title = head.message.partition("\n")[0]
    what = runs.Start("push", home, home, branch, sha, sha, title, who)
    await _start(hub, what, "", branch, paths)


async def _pull_request(hub: world.World, pull: issues.Pull, who: people.User, action: str) -> None:
    """Nothing runs while there is a conflict, as on GitHub."""
    home = pull.repository
    known = await mergeability.compute(hub, pull)
    if known.merge_sha is None or pull.state != "open":
        return
    files = await git_compare.changed_files(hub.git(home), pull.base_sha, pull.head_sha)
    source = pull.head_repository or home
    waits = pull.cross_repository and home.settings.fork_runs_need_approval and not home.may_write(who.login)
    what = runs.Start(
        "pull_request", home, source, pull.head_ref, pull.head_sha, known.merge_sha, pull.title, who, waits=waits
    )
    await _start(hub, what, action, pull.base_ref, [file.filename for file in files])


async def _start(hub: world.World, what: runs.Start, action: str, branch: str, paths: list[str]) -> None:
    """Run every workflow of the commit that the event starts, side by side."""
    repo = hub.git(what.home)
    async with asyncio.TaskGroup() as group:
        for path in await git_repo.list_files(repo, what.merge_sha, FOLDER):
            if not path.endswith((".yml", ".yaml")):
                continue
            text = await git_repo.read_file(repo, what.merge_sha, path) or b""
            try:
                workflow = ci_workflow.load(path, text)
            except ci_workflow.InvalidWorkflow:
                await runs.refuse(hub, what, path, "startup_failure")
                continue
            if not ci_trigger.matches(workflow.on, what.event, action, branch, paths):
                continue
            if what.waits:
                await runs.refuse(hub, what, path, "action_required", workflow.name)
                continue
            run = runs.new(hub, what, path, workflow.name)
            group.create_task(runs.execute(hub, run, workflow, what.who))
