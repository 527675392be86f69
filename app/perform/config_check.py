"""CheckConfig: judges the configuration that a pull request brings, and says what its merge would change.

What the file says at the head of a pull request is looked at and never put in force. One request tells that nothing
changes, for the blob is compared with the one that is in force; only where they differ is asked which files the pull
request changes, as its branch may merely be old.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from app import bounds, outbox, repo_config, words
from app.errors import Forbidden, Invalid, NotFound
from app.github import check_output, checks, comments, contents, pulls
from app.github import repository as repositories
from app.lifecycle import effects
from app.perform import check_runs, reading
from app.perform.world import Outcome, World, handle, nothing
from app.repo_mistakes import Mistake, WrongConfig
from app.store import config_checks, installations, repos
from app.store.connection import Connection, Row

_NONE_TAKEN = -1
"""A check run that GitHub does not take at this commit."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    title: str
    summary: str
    conclusion: str
    mistakes: tuple[Mistake, ...] = ()


async def check(effect: effects.CheckConfig, world: World) -> Outcome:
    """Read the file at the head and report on it at that commit, where the pull request changes it."""
    repo, stands = await world.database.read(lambda db: _known(db, effect))
    if repo is None:
        return nothing
    github = handle(world, repo)
    if repo["config_read_at"] is None:
        await world.database.write(await reading.read_config(world, repo))
        repo, stands = await world.database.read(lambda db: _known(db, effect))
        if repo is None:
            return nothing
    found: contents.File | str | None
    try:
        found = await contents.file(github, repo_config.PATH, effect.sha)
    except Invalid as error:
        found = str(error)
    if not await _changes_it(github, effect, repo, found):
        return (lambda db: config_checks.forget(db, repo["id"], effect.number)) if stands is not None else nothing
    return await _report(effect, world, github, repo, stands, await _judge(world, repo, found))


async def check_branch(effect: effects.CheckBranch, world: World) -> Outcome:
    """Have the file judged in the open pull requests from a branch into the default one."""
    repo = await world.database.read(lambda db: repos.find(db, effect.repository_id))
    if repo is None or not repo["active"]:
        return nothing
    found = await pulls.open_for_branch(handle(world, repo), effect.branch)
    wanted = [pull for pull in found if pull.base_ref == repo["default_branch"]]

    def outcome(db: Connection) -> None:
        for pull in wanted:
            outbox.enqueue(db, effects.CheckConfig(effect.repository_id, pull.number, pull.head_sha))

    return outcome


def _known(db: Connection, effect: effects.CheckConfig) -> tuple[Row | None, Row | None]:
    repo = repos.find(db, effect.repository_id)
    if repo is None or not repo["active"] or not installations.may_work(db, repo["installation_id"]):
        return None, None
    return repo, config_checks.find(db, repo["id"], effect.number)


async def _changes_it(
    github: repositories.Repository, effect: effects.CheckConfig, repo: Row, found: contents.File | str | None
) -> bool:
    if not isinstance(found, str) and (found.sha if found else None) == repo["config_sha"]:
        return False
    changed = await pulls.files(github, effect.number)
    return any(repo_config.PATH in {file.path, file.previous_path} for file in changed)


async def _judge(world: World, repo: Row, found: contents.File | str | None) -> _Verdict:
    if isinstance(found, str):
        mistake = Mistake(1, "", found)
        return _Verdict(*words.config_is_wrong([mistake]), (mistake,))
    try:
        asked = await asyncio.to_thread(repo_config.parse, found.text if found else "")
    except WrongConfig as error:
        return _Verdict(*words.config_is_wrong(error.mistakes), error.mistakes)
    then = await reading.in_force(world, asked)
    changed = bounds.changes(repo_config.from_json(repo["config"]), then.config)
    return _Verdict(*words.config_is_right(changed, then.cuts, is_gone=found is None))


async def _report(
    effect: effects.CheckConfig,
    world: World,
    github: repositories.Repository,
    repo: Row,
    stands: Row | None,
    verdict: _Verdict,
) -> Outcome:
    """Make or change the check run; where GitHub takes none (a fork's commit), a mistake is said in a comment."""
    annotations = [
        check_output.Annotation(repo_config.PATH, one.line, one.line, "failure", str(one), one.key or None)
        for one in verdict.mistakes
    ]
    report = check_output.Report(verdict.title, verdict.summary, conclusion=verdict.conclusion, annotations=annotations)
    shown = check_runs.digest(check_output.body(report))
    here = stands if stands is not None and stands["sha"] == effect.sha else None
    known = here["check_run_id"] if here is not None else None
    if here is not None and known is not None and here["shown"] == shown:
        return nothing
    try:
        if known is None:
            wanted = check_runs.Wanted(words.CONFIG_CHECK_NAME, effect.sha, f"config:{effect.number}", effect)
            known = await check_runs.make(
                world, github, wanted, report, is_begun=here is not None,
                begin=lambda db: config_checks.note(
                    db, repo["id"], effect.number, sha=effect.sha, check_run_id=None, shown=None
                ),
            )  # fmt: skip
        elif known != _NONE_TAKEN:
            await checks.update_run(github, known, report)
    except (Invalid, Forbidden, NotFound):
        known = _NONE_TAKEN
    if known == _NONE_TAKEN and verdict.mistakes:
        await world.known.wait()
        await comments.ensure(github, effect.number, words.CONFIG_MARKER, verdict.summary, world.us.bot_id or 0)
    made = known
    return lambda db: config_checks.note(db, repo["id"], effect.number, sha=effect.sha, check_run_id=made, shown=shown)
