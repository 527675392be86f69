"""Who may command: asked of GitHub by name and compared by number. What cannot be asked is an error and never a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.github import permissions
from app.github import repository as repositories
from app.perform.world import World
from app.repo_config import Trust

_BELIEVED = timedelta(seconds=60)
_MOST = 1_000
_NOBODY = "ghost"
"""GitHub shows this account where the real one is gone."""


@dataclass(frozen=True, slots=True)
class Who:
    """An account as an event or a listing named it; its number is None where that was not told."""

    login: str
    id: int | None
    is_bot: bool = False


async def may_command(world: World, github: repositories.Repository, who: Who, trust: Trust) -> bool:
    """Whether somebody may command here now. A yes is believed for a minute, a no is asked again each time.

    GitHub knows no permission of Apps, so for a bot the configuration's word is all there is.
    """
    key = f"{github.id}:{who.login.lower()}:{who.id}:{trust.permission}"
    asked_at = world.trusted.get(key)
    if asked_at is not None and timedelta(0) <= world.now() - asked_at < _BELIEVED:
        return True
    may = await may_now(github, who, trust)
    if may and not who.is_bot:
        if len(world.trusted) >= _MOST:
            world.trusted.clear()
        world.trusted[key] = world.now()
    return may


async def may_now(github: repositories.Repository, who: Who, trust: Trust) -> bool:
    """The same, asked in this moment: for whoever merges by somebody's word."""
    if who.is_bot:
        return is_named(who, trust.bots)
    if who.login.lower() == _NOBODY:
        return False
    found = await permissions.of(github, who.login)
    if who.id is not None and found.user_id is not None and who.id != found.user_id:
        return False  # the name belongs to somebody else by now
    return found.level == "admin" or (found.level == "write" and trust.permission == "write")


def is_named(who: Who, bots: Sequence[str | int]) -> bool:
    """Whether the configuration names this bot, by its login or by the number of its account."""
    return who.is_bot and (who.login.lower() in {str(bot).lower() for bot in bots} or str(who.id) in map(str, bots))
