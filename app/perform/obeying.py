"""ObeyComment: who wrote the command, whether they may, and what the verb does."""

from __future__ import annotations

import contextlib

from app import advance, outbox, words
from app.commands import table
from app.errors import Forbidden, NotFound
from app.github import comments, pulls
from app.github import repository as repositories
from app.lifecycle import effects, signals
from app.lifecycle.run import Mode
from app.perform import adopting, gates, reading
from app.perform.world import Outcome, World, handle, nothing
from app.repo_config import RepoConfig
from app.store import agentic_runs, prs, repos, tasks
from app.store.connection import Connection, Row


async def obey(effect: effects.ObeyComment, world: World) -> Outcome:
    """Answer with a reaction, and with one line where the command was refused."""
    repo = await world.database.read(lambda db: repos.find(db, effect.repository_id))
    if repo is None:
        return nothing
    github = handle(world, repo)
    config, note_config = await reading.fresh_config(world, repo)
    if effect.author_is_bot and effect.author not in config.trust.bots:
        return note_config
    if await comments.get(github, effect.comment_id) is None:
        return note_config  # deleted before it was read: taken back
    await _react(github, effect, "eyes")
    refusal = await _refusal(effect, config, github)
    if refusal is not None:
        return await _refuse(effect, world, github, refusal)
    pull = await pulls.get(github, effect.number) if effect.on_pull_request else None
    if pull is not None and table.is_about_commit(effect.verb, fork=pull.is_fork):
        named = table.commit_named(effect.verb, effect.rest)
        if named is not None and not pull.head_sha.startswith(named):
            return await _refuse(effect, world, github, words.branch_moved(effect.verb, named))
        if pull.head_sha != effect.head_sha:
            return await _refuse(effect, world, github, words.branch_moved(effect.verb, effect.head_sha))

    def outcome(db: Connection) -> None:
        note_config(db)
        if pull is not None and pull.state == "open":
            _do(db, effect, repo, pull, config.mode)

    told = await _answer(effect, world)
    if told is not None:
        world.be_sure(outbox.lane_of(effect))
        marker = f"<!-- dursor:answer:{effect.comment_id}:{effect.position} -->"
        await comments.ensure(github, effect.number, marker, told, world.us.bot_id or 0)
    await _react(github, effect, "rocket")
    return outcome


def _do(db: Connection, effect: effects.ObeyComment, repo: Row, pull: pulls.Pull, mode: Mode) -> None:
    """Turn a command that may be obeyed into signals."""
    if effect.verb == "take":
        adopting.adopt(db, repo, pull, table.mode_of(effect.rest) or mode)
    run = agentic_runs.of_pull(db, effect.repository_id, effect.number)
    if run is None:
        return
    row = prs.in_repository(db, repo["id"], effect.number)
    if effect.verb == "do" and row is not None:
        source = f"comment:{effect.comment_id}:{effect.position}"
        if tasks.say(db, row["task_id"], "user", effect.rest, source=source, author=effect.author) is None:
            return
    for signal in table.signals_of(effect.verb, effect.rest, effect.author, pull.head_sha):
        if isinstance(signal, signals.Approved) and signal.sha == run.head_sha:
            agentic_runs.note(db, run.id, approved_by=f"comment:{effect.author}")
        advance.signal(db, run.id, signal)
    outbox.enqueue(db, effects.ShowStatus(run.id))


async def _refusal(effect: effects.ObeyComment, config: RepoConfig, github: repositories.Repository) -> str | None:
    """Why the command is not obeyed, in one line for its writer; None when it is."""
    verb = table.VERBS.get(effect.verb)
    if verb is None:
        return words.unknown_verb(effect.verb, list(table.VERBS))
    if not effect.on_pull_request:
        return words.only_on_pull_requests(effect.verb)
    is_trusted = effect.author_is_bot or await gates.may_write(github, effect.author, config.trust.permission)
    if verb.needs_write and not is_trusted:  # a bot came this far because the configuration names it
        return words.not_allowed(effect.author, effect.verb, config.trust.permission)
    if effect.verb == "review" and config.reviewer == "none":
        return words.no_reviewer()
    return table.wrong_argument(effect.verb, effect.rest)


async def _refuse(effect: effects.ObeyComment, world: World, github: repositories.Repository, why: str) -> Outcome:
    world.be_sure(outbox.lane_of(effect))
    marker = f"<!-- dursor:answer:{effect.comment_id}:{effect.position} -->"
    await _react(github, effect, "confused")
    with contextlib.suppress(NotFound, Forbidden):  # the conversation is gone or locked: the reaction has said it
        await comments.ensure(github, effect.number, marker, why, world.us.bot_id or 0)
    return nothing


async def _react(github: repositories.Repository, effect: effects.ObeyComment, content: comments.Reaction) -> None:
    """React to the comment, unless it is gone or its conversation is locked: a command is obeyed all the same."""
    with contextlib.suppress(NotFound, Forbidden):
        await comments.react(github, effect.comment_id, content)


async def _answer(effect: effects.ObeyComment, world: World) -> str | None:
    """What a question gets told; commands that act answer by what they do."""
    if effect.verb == "help":
        return table.help_text()
    if effect.verb not in {"status", "why"}:
        return None

    def read(db: Connection) -> str:
        run = agentic_runs.of_pull(db, effect.repository_id, effect.number)
        return words.status_line(run) if run else words.not_taken()

    return await world.database.read(read)
