"""Check suites and check runs: made, changed, finished, and asked for again by people."""

from __future__ import annotations

import dataclasses
from typing import Any

from app.localhub import git_compare, git_repo
from app.localhub.actions import events
from app.localhub.shapes import checks as shapes
from app.localhub.state import checks, people, repository, world

# The suite's conclusion is the gravest of its runs'.
GRAVITY = (
    "failure",
    "timed_out",
    "startup_failure",
    "action_required",
    "cancelled",
    "stale",
    "success",
    "neutral",
    "skipped",
)


@dataclasses.dataclass
class Change:
    """The fields of a check run that a request sets; None leaves what is there."""

    name: str | None = None
    status: str | None = None
    conclusion: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    external_id: str | None = None
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    actions: list[dict[str, str]] | None = None


async def request_suite(
    hub: world.World, home: repository.Repository, sha: str, branch: str, before: str | None, who: people.User
) -> None:
    """A push makes an empty suite for each app that may report, unless that is switched off.

    It stays queued until the app reports; the one that it is for hears of it.
    """
    installation = hub.installation(home)
    may = installation is not None and installation.permissions.get("checks") == "write"
    ours = [installation.app] if installation and may else []
    for app in [*ours, *home.suite_apps]:
        known = any(suite.head_sha == sha and suite.app is app for suite in home.suites)
        if known or app.id in home.no_suites_for:
            continue
        suite = new_suite(hub, home, app, sha, branch)
        suite.before = before
        if app in ours:
            await _send_suite(hub, "requested", suite, who)


def new_suite(
    hub: world.World, home: repository.Repository, app: people.App, sha: str, branch: str | None
) -> checks.CheckSuite:
    now = hub.now()
    suite = checks.CheckSuite(hub.new_id(), home, app, sha, branch, None, now, now)
    home.suites.append(suite)
    return suite


async def create(
    hub: world.World, home: repository.Repository, app: people.App, sha: str, change: Change, who: people.User
) -> checks.CheckRun:
    """Report a check of `app` on `sha`; its suite is found, or made for the branch that `sha` is the tip of."""
    found = [suite for suite in home.suites if suite.app is app and suite.head_sha == sha]
    if found:
        suite = found[-1]
    else:
        tips = await git_repo.refs(hub.git(home))
        branch = next((ref.removeprefix("refs/heads/") for ref, tip in tips.items() if tip == sha), None)
        suite = new_suite(hub, home, app, sha, branch)
    return await add(hub, suite, change, who)


async def add(hub: world.World, suite: checks.CheckSuite, change: Change, who: people.User) -> checks.CheckRun:
    """Add a run to `suite` and send `created` (and `completed`, if it is)."""
    name, now = change.name or "check", hub.now()
    run = checks.CheckRun(hub.new_id(), suite, name, "queued", None, now)
    suite.runs.append(run)
    _apply(hub, run, change)
    _send_run(hub, "created", run, who)
    await _settle(hub, run, who, was="queued")
    return run


async def update(hub: world.World, run: checks.CheckRun, change: Change, who: people.User) -> None:
    """Change a run; annotations are added to those it has."""
    was = run.status
    _apply(hub, run, change)
    await _settle(hub, run, who, was=was)


def rerequest(hub: world.World, run: checks.CheckRun, who: people.User) -> None:
    """A person presses "Re-run": only the app that owns the run hears of it."""
    if run.suite.app.id in _listening(hub, run):
        _send_run(hub, "rerequested", run, who)


def request_action(hub: world.World, run: checks.CheckRun, identifier: str, who: people.User) -> None:
    """A person presses one of the run's buttons."""
    if run.suite.app.id in _listening(hub, run):
        _send_run(hub, "requested_action", run, who, {"requested_action": {"identifier": identifier}})


async def settle_suite(hub: world.World, suite: checks.CheckSuite, who: people.User) -> None:
    """Bring the suite's status up to date with its runs; send `completed` when it becomes so."""
    live = [run for run in suite.runs if not run.superseded]
    was, suite.updated_at = suite.status, hub.now()
    done = bool(live) and all(run.status == "completed" for run in live) and suite.holds == 0
    if done:
        told = {run.conclusion for run in live}
        suite.conclusion = next((one for one in GRAVITY if one in told), "success")
        suite.status = "completed"
        if was != "completed":
            await _send_suite(hub, "completed", suite, who)
    else:
        started = suite.holds or any(run.status != "queued" for run in live)
        suite.status, suite.conclusion = ("in_progress" if started else "queued"), None


def _apply(hub: world.World, run: checks.CheckRun, change: Change) -> None:
    for name in ("name", "status", "conclusion", "started_at", "completed_at", "external_id", "details_url"):
        if (value := getattr(change, name)) is not None:
            setattr(run, name, value)
    for name in ("title", "summary", "text"):
        if (value := getattr(change, name)) is not None:
            setattr(run, name, value)
    if change.conclusion is not None:
        run.status = "completed"
    if run.status == "completed":
        run.completed_at = run.completed_at or hub.now()
    else:
        run.conclusion = run.completed_at = None
    run.annotations += change.annotations
    run.actions = run.actions if change.actions is None else change.actions


async def _settle(hub: world.World, run: checks.CheckRun, who: people.User, *, was: str) -> None:
    if run.status == "completed" and was != "completed":
        _send_run(hub, "completed", run, who)
    await settle_suite(hub, run.suite, who)


def _listening(hub: world.World, run: checks.CheckRun) -> set[int]:
    installation = hub.installation(run.suite.repository)
    return {installation.app.id} if installation else set()


def _send_run(
    hub: world.World,
    action: str,
    run: checks.CheckRun,
    who: people.User,
    extra: dict[str, Any] | None = None,
) -> None:
    parts = {"check_run": shapes.run_sent(hub, run), **(extra or {})}
    events.emit(hub, "check_run", action, run.suite.repository, who, parts)


async def _send_suite(hub: world.World, action: str, suite: checks.CheckSuite, who: people.User) -> None:
    head = await git_compare.commit(hub.git(suite.repository), suite.head_sha)
    parts = {"check_suite": shapes.suite_sent(hub, suite, head)}
    events.emit(hub, "check_suite", action, suite.repository, who, parts)
