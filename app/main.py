"""The composition root: settings -> database -> github -> engine -> loops -> the web application."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import structlog
from starlette.applications import Starlette

from app import bounds, containment, credentials, encryption, inbox, outbox, perform, reconcile
from app.config import Settings
from app.errors import ConfigError, DursorError
from app.executors import local_engine
from app.executors.gateway import Gateway
from app.github import limits
from app.github.client import GitHub
from app.handlers.event import Us
from app.lifecycle import effects
from app.perform import access, giving_up, labour, results
from app.perform.world import Outcome, World
from app.store import app_config, model_profiles
from app.store.connection import Clock, system_clock
from app.store.database import Database
from app.web import routes, setup

log = structlog.get_logger(__name__)

STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the web application and what works behind it."""

    app: Starlette
    world: World


@contextlib.asynccontextmanager
async def running(settings: Settings, *, clock: Clock = system_clock) -> AsyncIterator[Server]:
    """Start everything, yield, stop everything: intake ends first, then work is put back, then the file closes.

    Raises `ConfigError` when a secret or the App is missing (see `setting_up`), and `DatabaseUnusable`.
    """
    async with contextlib.AsyncExitStack() as stack:
        database = await stack.enter_async_context(_opened(settings, clock))
        known = await _credentials(settings, database)
        if known is None:
            raise ConfigError("The GitHub App is not known. Register it with `dursor setup`.")
        app_id, secrets = known.app_id, known.webhook_secrets
        github = await stack.enter_async_context(
            GitHub(
                app_id, known.private_key, settings.github_api_url, pace=_pace(settings),
                now=lambda: clock().timestamp(),
            )
        )  # fmt: skip
        await _seal_models(settings, database)
        keys = access.Keys(settings, database, await _gateway(stack))
        engine = local_engine.LocalEngine(
            labour.execution(database, keys, containment.of(settings)),
            results.sink(database, settings.data_dir.resolve()),
            {labour.RESOURCE: settings.max_parallel_runs},
        )
        stack.push_async_callback(engine.close)
        us = Us(app_id=app_id, installation_id=settings.github_installation_id)
        world = World(settings, database, github, us, engine)
        await database.write(lambda db: bounds.enforce(db, bounds.of(settings)))
        world.doubt(await database.write(lambda db: outbox.put_back_all(db, giving_up.give_up)))
        loops = _Loops(world)
        stack.push_async_callback(loops.stop)
        yield Server(routes.application(world, secrets, loops.alive), world)


@contextlib.asynccontextmanager
async def setting_up(
    settings: Settings, announce: Callable[[str], None], *, organisation: str | None = None
) -> AsyncIterator[setup.Setup | None]:
    """What serves `/setup` until the App is stored; None where there is an App already.

    `announce` is told the code that opens it, and each new one.

    Raises `ConfigError` where the App is known in part, and `DatabaseUnusable`.
    """
    async with _opened(settings, system_clock) as database:
        known = await _credentials(settings, database)
        yield None if known else setup.Setup(settings, database, announce, organisation=organisation)


@contextlib.asynccontextmanager
async def _opened(settings: Settings, clock: Clock) -> AsyncIterator[Database]:
    """The database, with the data directory held for us alone."""
    _refuse_what_is_not_there(settings)
    with _only_one(settings):
        database = await Database.open(settings.database_path, clock)
        try:
            yield database
        finally:
            await database.close()


def _refuse_what_is_not_there(settings: Settings) -> None:
    """A protection that was asked for and cannot be given stops the start."""
    containment.of(settings)
    if settings.worker_engine_url is not None:
        raise ConfigError("DURSOR_WORKER_ENGINE_URL is set, but this version runs executors on this machine only.")


class _Loops:
    """The three loops and the question who we are; one that breaks is started again, and said so."""

    def __init__(self, world: World) -> None:
        async def performed(effect: effects.Effect) -> Outcome:
            return await perform.perform(effect, world)

        self._tasks = {
            "inbox": asyncio.create_task(_for_ever("inbox", lambda: inbox.run(world.database, world.us))),
            "outbox": asyncio.create_task(
                _for_ever("outbox", lambda: outbox.run(world.database, performed, giving_up.give_up))
            ),
            "reconcile": asyncio.create_task(_for_ever("reconcile", lambda: reconcile.run(world))),
            "identity": asyncio.create_task(_learn_identity(world)),
        }

    def alive(self) -> dict[str, bool]:
        """Which loops run."""
        return {name: not task.done() for name, task in self._tasks.items() if name != "identity"}

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.wait(self._tasks.values(), timeout=STOP_SECONDS)


async def _for_ever(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await loop()
        except Exception:
            log.exception("a loop broke and is started again", loop=name)
            await asyncio.sleep(1)


async def _learn_identity(world: World) -> None:
    """Ask GitHub for our slug and our bot's id, until it answers."""
    wait = 1.0
    while True:
        try:
            app = await world.github.app()
            bot = await world.github.bot_user(app.slug)
        except DursorError as error:
            log.warning("GitHub does not say who we are", error=str(error), again_in=wait)
            await asyncio.sleep(wait)
            wait = min(60.0, wait * 2)
        else:
            world.us.slug, world.us.bot_id = app.slug, bot.id
            world.known.set()
            return


async def _credentials(settings: Settings, database: Database) -> credentials.Credentials | None:
    """The App, if there is one; what another key encrypted is encrypted anew on the way."""
    if credentials.are_in_environment(settings):
        return credentials.resolve(settings, None)
    keys = encryption.keys(settings)
    if await database.write(lambda db: app_config.seal(db, keys)):
        log.info("the stored App was encrypted with the newest key")
    return credentials.resolve(settings, await database.read(lambda db: app_config.load(db, keys)))


async def _seal_models(settings: Settings, database: Database) -> None:
    """Keys of models that another key encrypted are encrypted anew; without a usable key they stay as they are."""
    try:
        keys = encryption.keys(settings)
    except ConfigError as error:
        log.warning("stored keys of models cannot be read", error=str(error))
        return
    if count := await database.write(lambda db: model_profiles.seal(db, keys)):
        log.info("stored keys of models were encrypted with the newest key", count=count)


async def _gateway(stack: contextlib.AsyncExitStack) -> Gateway:
    """Where agents reach their models; it outlives them."""
    gateway = Gateway()
    stack.push_async_callback(gateway.close)
    await gateway.start()
    return gateway


def _pace(settings: Settings) -> limits.Pace:
    """As GitHub asks for; a GitHub without TLS is on this machine and nobody else's."""
    is_local = settings.github_api_url.startswith("http://")
    return limits.Pace(write_gap=0.0, budget=()) if is_local else limits.Pace()


@contextlib.contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the data directory: two servers on one database would do everything twice."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(settings.data_dir / "dursor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(f"DURSOR_DATA_DIR ({settings.data_dir}) cannot be used: {error.strerror}.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigError(f"Another dursor serves {settings.data_dir}; stop it first.") from None
    try:
        yield
    finally:
        os.close(descriptor)
