"""Where executors' trees are put: below the data directory, or where the person who runs this server prefers it.

In a folder of our own there, so that nothing of anybody else's is ever tidied away.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
from pathlib import Path

import structlog

from app.perform.world import World
from app.store import preferences

log = structlog.get_logger(__name__)

_OURS = "dursor-worktrees"


async def folder(world: World) -> Path:
    """The folder for trees, made where it is missing. One that cannot be used is said in the log, and not used."""
    at_home = (world.root / "worktrees").resolve()
    preferred = await _preferred(world)
    if preferred is None:
        return at_home
    if why := await asyncio.to_thread(_unusable, preferred, world.root.resolve(), world.settings.sandbox_readable):
        log.warning("worktrees_dir cannot be used", path=str(preferred.parent), error=why)
        return at_home
    return preferred


async def folders(world: World) -> list[Path]:
    """Every folder whose trees are ours to tidy away: the one below the data directory, and the one preferred now."""
    preferred = await _preferred(world)
    is_ours = preferred is not None and await asyncio.to_thread(_is_ours, preferred)
    return [world.root / "worktrees", *([preferred] if preferred is not None and is_ours else [])]


async def _preferred(world: World) -> Path | None:
    """It is named after the data directory too: of another server's trees nobody knows here which are in use."""
    chosen = await world.database.read(lambda db: preferences.load(db)["worktrees_dir"])
    data = hashlib.sha256(os.fsencode(world.root.resolve())).hexdigest()[:8]
    return Path(chosen) / f"{_OURS}-{data}" if chosen else None


def _unusable(path: Path, root: Path, readable: tuple[Path, ...]) -> str | None:
    """Why no tree may be put into `path`; it is made, for us alone, where it may."""
    real = Path(os.path.realpath(path.parent)) / path.name
    if real.is_relative_to(root) or root.is_relative_to(real):
        return "it is in the data directory"
    if any(real.is_relative_to(shown.resolve()) for shown in readable):
        return "every executor can read it: DURSOR_SANDBOX_READABLE"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return error.strerror or str(error)
    if not _is_ours(path):
        return f"{path.name} in it is not a folder of this server's alone"
    return None if os.access(path, os.W_OK | os.X_OK) else "the server may not write there"


def _is_ours(path: Path) -> bool:
    """Whether it is a folder, no link to one, in which nobody but this server's account can put anything."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
