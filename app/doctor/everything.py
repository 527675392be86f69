"""All checks in the order in which one needs the other; what cannot be asked is left out, and the rest goes on."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from app import credentials, encryption
from app.config import Settings
from app.doctor import agents, github_app, machine, repositories, webhook
from app.doctor.report import Finding, failed
from app.errors import ConfigError, DatabaseUnusable, DursorError
from app.github import client
from app.perform import reviewers
from app.store import app_config, offline, repos
from app.store.connection import Row


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Each finding as soon as it is known."""
    for finding in (
        *machine.settings(settings),
        *machine.data_directory(settings),
        *machine.database(settings),
        *machine.encryption_key(settings),
        *await machine.git_program(),
        *machine.containment(settings),
    ):
        yield finding
    known = _repositories(settings)
    models = offline.read(settings.database_path, reviewers.known) if known else []
    for finding in agents.findings(settings, known):
        yield finding
    for repo in known:
        for finding in repositories.executors(repo, models):
            yield finding
    found, is_reachable = await github_app.time(settings)
    for finding in found:
        yield finding
    us = _credentials(settings)
    if isinstance(us, Finding):
        yield us
        return
    if not is_reachable:
        return
    try:
        async with client.GitHub(us.app_id, us.private_key, settings.github_api_url) as github:
            async for finding in _of_github(github, settings, us, known):
                yield finding
    except ConfigError as error:
        yield failed("GitHub App", str(error), "make a new private key on the App's page and configure that")


async def _of_github(
    github: client.GitHub, settings: Settings, us: credentials.Credentials, known: list[Row]
) -> AsyncIterator[Finding]:
    found, app = await github_app.identity(github)
    for finding in found:
        yield finding
    if app is None:
        return
    for finding in await github_app.installations(github, settings, app):
        yield finding
    found, address = await webhook.configured(github, settings)
    for finding in (*found, *await webhook.lately(github)):
        yield finding
    if address is not None:
        for finding in await webhook.round_trip(address, us.webhook_secrets[0]):
            yield finding
    for repo in known:
        for finding in await repositories.branch(github, repo):
            yield finding
        with contextlib.suppress(DursorError):  # a token that stays ends within the hour
            await github.release(repo["installation_id"], repo["github_id"])


def _repositories(settings: Settings) -> list[Row]:
    """Those that the App works in; none from a database that was found wanting before."""
    try:
        return offline.read(settings.database_path, repos.all_active)
    except DatabaseUnusable:
        return []


def _credentials(settings: Settings) -> credentials.Credentials | Finding:
    what = "GitHub App"
    try:
        stored = None
        if not credentials.are_in_environment(settings) and settings.database_path.exists():
            keys = encryption.keys(settings)
            stored = offline.read(settings.database_path, lambda db: app_config.load(db, keys))
        us = credentials.resolve(settings, stored)
    except (ConfigError, DatabaseUnusable) as error:
        return failed(what, str(error), "mend that first; GitHub was not asked")
    return us or failed(what, "there is none yet", "run `dursor setup`, or `dursor serve` and open the page it names")
