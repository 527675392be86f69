"""ReadPull: how the pull request stands now, and the repository's configuration; differences become signals."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from app import advance, bounds, outbox, repo_config
from app.errors import ConfigError, Forbidden, NotFound
from app.github import contents, pulls
from app.lifecycle import effects, merge_gate, merge_ways, signals
from app.lifecycle.run import Run, Wait
from app.perform import approvers, gates, merge_later, movers, reviewers, seeing
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, prs, repos, runs
from app.store.connection import Connection, Row, parse

CONFIG_SECONDS = 600  # a push that touches the file is told; this is for one whose event was lost
_FORK_PUSH = "a push to the fork"
_FRESH_TOKEN_SECONDS = 3.0
_LAG_SECONDS = 60
"""GitHub may answer with the head from before our push for a while after it."""


async def read_pull(effect: effects.ReadPull, world: World) -> Outcome:
    """GET the pull request: an event's copy of it is never trusted, it may be old or out of order."""
    try:
        scope = await of_run(world, effect.run_id)
    except Forbidden as error:
        lost = signals.PullClosed(why=f"The App may not work here any more: {error}")
        return lambda db: _tell(db, effect.run_id, lost)
    if scope is None or scope.run.is_terminal or scope.run.pr_number is None:
        return nothing
    pull = await _get(scope, scope.run.pr_number)
    if pull is None:
        gone = signals.PullClosed(why="The pull request is out of reach: deleted, or the App may not see it.")
        return lambda db: _tell(db, effect.run_id, gone)
    note_config = await read_config(world, scope.repo)
    waits_for_gate = scope.run.wait is Wait.GATE and pull.head_sha == scope.run.head_sha and pull.state == "open"
    mover = await movers.of(world, scope, pull.head_sha) if pull.head_sha != scope.run.head_sha else movers.UNKNOWN
    unmet = await gates.unmet(world, scope, await gates.look(world, scope, pull)) if waits_for_gate else None
    faring = await merge_later.look(world, scope, pull)

    def outcome(db: Connection) -> None:
        note_config(db)
        run = agentic_runs.find(db, effect.run_id)
        if run is None or run.is_terminal:
            return
        if scope.pull is not None:
            note_pull(db, scope.pull["id"], pull)
        if scope.pull is not None and scope.pull["base_branch"] not in {None, pull.base_ref}:
            approvers.void(db, run, pull.updated_at)
            prs.change(db, scope.pull["id"], head_seen_at=db.now)  # what was said before was said of another change
            run = advance.signal(db, run.id, signals.BaseChanged(base=pull.base_ref)) or run
        if unmet is not None:
            seeing.note_gates(db, run.id, pull.head_sha, unmet)
        if scope.pull is not None and pull.state == "open" and bool(scope.pull["is_draft"]) is not pull.draft:
            _tell(db, run.id, signals.DraftChanged(draft=pull.draft))
        if faring is not None:
            merge_later.note(db, run.id, pull.head_sha, faring)
        _compare(db, run, pull, unmet, mover)
        if pull.is_fork and pull.head_sha != run.head_sha:
            # the word that let dursor work on a fork was about the commit that was there then
            _tell(db, run.id, signals.Paused(by=_FORK_PUSH))

    return outcome


async def _get(scope: Scope, number: int) -> pulls.Pull | None:
    """The pull request; None when it is not there twice, since a fresh token can see nothing for a moment."""
    try:
        return await pulls.get(scope.github, number)
    except NotFound:
        await asyncio.sleep(_FRESH_TOKEN_SECONDS)
    try:
        return await pulls.get(scope.github, number)
    except NotFound:
        return None


def note_pull(db: Connection, pr_id: str, pull: pulls.Pull) -> None:
    """Store what GitHub says of the pull request."""
    status = "merged" if pull.merged else ("open" if pull.state == "open" else "closed")
    prs.change(
        db, pr_id, url=pull.html_url, branch=pull.head_ref, title=pull.title, body=pull.body, status=status,
        latest_commit=pull.head_sha, base_branch=pull.base_ref, base_sha=pull.base_sha,
        head_repo=pull.head_repo_full_name, is_fork=int(pull.is_fork), is_draft=int(pull.draft),
        author=pull.author_login,
    )  # fmt: skip
    if pull.comments != 0:
        prs.expect_comment(db, pr_id)


async def read_config(world: World, repo: Row) -> Outcome:
    """Read `.github/dursor.yml` on the default branch, unless that was done a few minutes ago."""
    if repo["config_read_at"] and world.now() - parse(repo["config_read_at"]) < timedelta(seconds=CONFIG_SECONDS):
        return nothing
    return (await fresh_config(world, repo))[1]


async def reread_config(effect: effects.ReadConfig, world: World) -> Outcome:
    """Read the configuration of a repository, since it can have changed."""
    repo = await world.database.read(lambda db: repos.find(db, effect.repository_id))
    return nothing if repo is None or not repo["active"] else (await fresh_config(world, repo))[1]


async def fresh_config(world: World, repo: Row) -> tuple[repo_config.RepoConfig, Outcome]:
    """The configuration as it is now, and its storing. A bad file leaves the last good one in force."""
    github = world.github.repository(repo["installation_id"] or 0, repo["github_id"], repo["full_name"])
    file = await contents.file(github, repo_config.PATH, repo["default_branch"])
    if file is None:
        default = await in_force(world, repo_config.RepoConfig())
        return default.config, lambda db: bounds.note(db, repo, None, default)
    try:
        asked = await asyncio.to_thread(repo_config.parse, file.text)
    except ConfigError as error:
        words = str(error)
        last_good = repo_config.from_json(repo["config"])
        return last_good, lambda db: repos.note_config(db, repo["id"], sha=file.sha, config=None, error=words)
    found = await in_force(world, asked)
    return found.config, lambda db: bounds.note(db, repo, file.sha, found)


async def in_force(world: World, asked: repo_config.RepoConfig) -> bounds.InForce:
    """What a file asks for, cut to what the operator allows, with a reviewer where it names none."""
    cut = bounds.clamp(asked, bounds.of(world.settings))
    return replace(cut, config=await reviewers.chosen(world, asked, cut.config))


def _compare(
    db: Connection, run: Run, pull: pulls.Pull, unmet: tuple[merge_gate.Unmet, ...] | None, mover: movers.Mover
) -> None:
    if pull.merged:
        _tell(db, run.id, signals.PullMerged(sha=pull.head_sha))
    elif pull.state != "open":
        _tell(db, run.id, signals.PullClosed(why="The pull request was closed without a merge."))
    elif pull.head_sha != run.head_sha:
        _head_differs(db, run, pull.head_sha, mover)
    else:
        if unmet == ():
            _tell(db, run.id, signals.GatesMet(sha=pull.head_sha))
        elif unmet and run.note != (why := "; ".join(gate.why for gate in unmet)):
            agentic_runs.note(db, run.id, note=why)  # it still waits, for something else
            outbox.enqueue(db, effects.ShowStatus(run.id))
        if unmet:
            _tell(db, run.id, merge_ways.refusal(pull.head_sha, unmet))
        merge = effects.Merge(run.id, pull.head_sha)
        if run.is_merging and run.merge_way is None and not outbox.is_queued(db, merge):
            outbox.enqueue(db, merge)  # its last look saw another head, which GitHub may show for a moment
        if run.awaits_ci or run.wait in {Wait.APPROVAL, Wait.CANDIDATE}:
            outbox.enqueue(db, effects.ReadCi(run.id, pull.head_sha))


def _head_differs(db: Connection, run: Run, sha: str, mover: movers.Mover) -> None:
    ours = runs.is_ours(db, run.id, sha)
    last = runs.last_pushed(db, run.id)
    if ours is not None and ours["attempt"] == run.attempt and run.is_working:
        runs.change(db, ours["id"], pushed_at=db.now)
        _tell(db, run.id, signals.Pushed(attempt=run.attempt, sha=sha))
    elif last is not None and _is_lag(db, run, last, sha):
        outbox.enqueue(db, effects.ReadPull(run.id), delay=5)
    else:
        movers.moved(db, run, sha, mover)


def _is_lag(db: Connection, run: Run, last: Row, sha: str) -> bool:
    recent = (db.moment - parse(last["pushed_at"])).total_seconds() < _LAG_SECONDS
    return recent and bool(last["commit_sha"] == run.head_sha and last["base_ref"] == sha)


def _tell(db: Connection, run_id: str, signal: signals.Signal) -> None:
    advance.signal(db, run_id, signal)
