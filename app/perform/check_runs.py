"""A check run of ours that is made once: noted as begun before GitHub is asked, looked for where no answer came."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from app import keys
from app.github import check_output, checks
from app.github import repository as repositories
from app.lifecycle import effects
from app.perform.world import World
from app.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which check run of a commit is meant, and the effect that it is made for."""

    name: str
    sha: str
    external_id: str
    effect: effects.Effect


async def make(
    world: World,
    github: repositories.Repository,
    wanted: Wanted,
    report: check_output.Report,
    *,
    is_begun: bool,
    begin: Callable[[Connection], None],
) -> int:
    """Make it, or change the one that an earlier try made; returns its number.

    `is_begun`: it was noted as begun before, and no answer is known. `begin` notes that. Raises TooEarly while GitHub
    may still be at work on the earlier try.
    """
    if is_begun:
        world.be_sure(keys.lane_of(wanted.effect))
        found = await checks.find_run(github, wanted.sha, wanted.external_id)
        if found is not None:
            return (await checks.update_run(github, found.id, report)).id
    await world.database.write(begin)
    made = await checks.create_run(
        github, name=wanted.name, head_sha=wanted.sha, external_id=wanted.external_id, report=report
    )
    return made.id


def digest(shown: object) -> str:
    """What stays equal while what is shown does."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]
