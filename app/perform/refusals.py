"""Why a command is not obeyed, for its writer: what it is, who says it, and which commit it was about."""

from __future__ import annotations

from datetime import timedelta

from app import bounds, words
from app.commands import table
from app.github import pulls
from app.lifecycle import effects
from app.lifecycle.run import Run
from app.perform import approvers
from app.perform.world import World
from app.repo_config import RepoConfig
from app.store import agentic_runs
from app.store.connection import parse

_LATE = timedelta(minutes=2)


def of(effect: effects.ObeyComment, config: RepoConfig, bound: bounds.Bounds, *, is_trusted: bool) -> str | None:
    """Why the command is not obeyed, in one line for its writer; None when it is."""
    verb = table.VERBS.get(effect.verb)
    if verb is None:
        return words.unknown_verb(effect.verb, list(table.VERBS))
    if not table.may_be_said(verb, on_pull_request=effect.on_pull_request):
        return words.only_elsewhere(effect.verb, verb.on)
    if verb.needs_write and not is_trusted:
        return words.not_allowed(effect.author, effect.verb, config.trust.permission)
    if effect.author_is_bot and table.is_a_persons(effect.verb):
        return words.only_a_person(effect.verb)
    mode = table.mode_of(effect.rest) if effect.verb in {"mode", "take"} else None
    if mode is not None and not bound.allow(mode):
        return words.mode_not_allowed(bound.max_mode)
    if effect.verb == "review" and config.reviewer == "none" and not effect.rest:
        return words.no_reviewer()
    return table.wrong_argument(effect.verb, effect.rest, on_pull_request=effect.on_pull_request)


async def about_another_commit(
    effect: effects.ObeyComment, pull: pulls.Pull | None, world: World, run: Run | None
) -> str | None:
    """Why the command is not about the head as it is now, where that matters; a person named it, or it was the head."""
    if pull is None:
        return None
    if effect.verb == "take":
        if table.OFF_LABEL in pull.labels:
            return words.switched_off(table.OFF_LABEL)
        return words.branch_moved(effect.verb, None) if _may_be_new(effect, pull, world) else None
    if not table.is_about_commit(effect.verb, fork=pull.is_fork):
        return None
    named = table.commit_named(effect.verb, effect.rest)
    if named is not None and not pull.head_sha.startswith(named):
        return words.branch_moved(effect.verb, named)
    if pull.head_sha not in {named, effect.head_sha}:
        return words.branch_moved(effect.verb, effect.head_sha)
    await approvers.until_known(world, run, pull.head_sha)
    if run is not None and effect.written_at is not None:
        row = await world.database.read(lambda db: agentic_runs.row_of(db, run.id))
        if row is not None and approvers.is_void(row["approved_by"], effect.written_at):
            return words.base_changed(effect.verb, pull.base_ref)
    return None


def _may_be_new(effect: effects.ObeyComment, pull: pulls.Pull, world: World) -> bool:
    """Whether a stranger may have pushed to a fork since the word: when it was said long ago, or nobody knows when."""
    if not pull.is_fork or effect.head_sha == pull.head_sha:
        return False
    return effect.written_at is None or world.now() - parse(effect.written_at) > _LATE
