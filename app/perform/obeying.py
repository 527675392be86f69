"""ObeyComment: who gave the command, whether they may, and what the verb does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app import advance, bounds, outbox, words
from app.commands import choosing, table
from app.github import pulls
from app.lifecycle import effects, signals
from app.lifecycle.run import Mode, Run
from app.perform import (
    adopting,
    answering,
    approvers,
    declining,
    errands,
    explaining,
    money,
    movers,
    on_issues,
    reading,
    refusals,
    tasking,
    trust,
    using,
    verbs,
)
from app.perform.world import Outcome, World, handle, nothing
from app.repo_config import RepoConfig
from app.store import agentic_runs, heard, prs, repos, tasks
from app.store.connection import Connection, Row

_QUIET = timedelta(hours=1)
"""How long somebody who may not command gets no further answer on the same pull request."""


async def obey(effect: effects.ObeyComment, world: World) -> Outcome:
    """Answer with a reaction, and in words where the command was refused or changes nothing."""
    repo, run, withdrawn = await world.database.read(lambda db: _known(db, effect))
    if repo is None or withdrawn:
        return nothing
    github = handle(world, repo)
    config, note_config = await reading.fresh_config(world, repo)
    who = trust.Who(effect.author, effect.author_id, effect.author_is_bot)
    effect = _spelled(effect, config)
    is_trusted = await trust.may_command(world, github, who, config.trust)
    if not is_trusted and (who.is_bot or await _was_told(world, effect)):
        return note_config
    if not await answering.react(github, effect, "eyes"):
        return note_config  # deleted before it was read: taken back
    effect = await on_issues.known(effect, world, github)
    pull = await pulls.get(github, effect.number) if _needs_pull(effect) else None
    bound = bounds.of(world.settings)
    refusal = refusals.of(effect, config, bound, is_trusted=is_trusted)
    refusal = refusal or await refusals.about_another_commit(effect, pull, world, run)
    word = await verbs.word(world, effect, repo, run, pull, config) if refusal is None else None
    refusal = word.text if word is not None and word.refuses else refusal
    told = refusal or (word.text if word is not None else None)
    if told is None and effect.verb not in using.VERBS:
        told = await world.database.read(lambda db: _answer(db, effect, run, is_trusted=is_trusted))
    if refusal is None and effect.verb == "why" and run is not None and run.pr_number is not None:
        told = "\n\n".join(filter(None, [await explaining.why(world, run.id), words.config_state(repo)]))
    acts = refusal is None and (word is None or word.acts) and (pull is None or pull.state == "open")
    if acts and told is None and run is not None and await world.database.read(lambda db: _is_so(db, effect, run)):
        marker = f"<!-- dursor:already:{run.id}:{run.attempt}:{effect.verb} -->"
        await answering.say(world, github, effect, words.already(effect.verb, run), marker)
    if told is not None:
        await answering.say(world, github, effect, told)
    await answering.react(github, effect, "confused" if refusal else "rocket")

    def outcome(db: Connection) -> None:
        note_config(db)
        if told is not None and not is_trusted:
            heard.tell(db, effect.source, repository=repo["github_id"], number=effect.number, author=effect.author)
        if acts:
            mode = config.mode if effect.on_pull_request else tasking.mode_of(db, repo, config, world.settings)
            _do(db, effect, repo, pull, mode, config)

    return outcome


def _known(db: Connection, effect: effects.ObeyComment) -> tuple[Row | None, Run | None, bool]:
    said = heard.find(db, effect.source)
    return repos.find(db, effect.repository_id), _run(db, effect), said is not None and said["withdrawn_at"] is not None


async def _was_told(world: World, effect: effects.ObeyComment) -> bool:
    since = world.now() - _QUIET
    return await world.database.read(
        lambda db: heard.was_told(
            db, repository=effect.repository_id, number=effect.number, author=effect.author, since=since
        )
    )


def _spelled(effect: effects.ObeyComment, config: RepoConfig) -> effects.ObeyComment:
    """The command with the reviewer that it names as the configuration spells it."""
    if effect.verb != "review":
        return effect
    names, _ = choosing.executors(effect.rest, config.commands)
    return replace(effect, rest=names[0] if names else "")


def _needs_pull(effect: effects.ObeyComment) -> bool:
    """Whether what the command does depends on how the pull request is at this moment."""
    known = effect.on_pull_request and effect.verb in table.VERBS
    return known and not table.is_about_dursor(effect.verb)


def _answer(db: Connection, effect: effects.ObeyComment, run: Run | None, *, is_trusted: bool) -> str | None:
    """What a question gets told; commands that act answer by what they do."""
    if effect.verb == "help":
        return table.help_here(on_pull_request=effect.on_pull_request, may_write=is_trusted)
    if effect.verb in {"status", "why"}:
        repo = repos.find(db, effect.repository_id)
        stands = words.status_line(run) if run else words.not_taken(on_pull_request=effect.on_pull_request)
        cost = errands.spent(db, run) if run is not None else None
        return "\n\n".join(filter(None, [stands, cost, words.config_state(repo) if repo else ""]))
    if run is None and effect.verb != "take" and not _begins(effect) and effect.verb not in verbs.OF_BACKLOG:
        return words.not_taken(on_pull_request=effect.on_pull_request)
    return None


def _is_so(db: Connection, effect: effects.ObeyComment, run: Run) -> bool:
    """Whether the command would change nothing: somebody was faster, or pressed twice."""
    if effect.verb == "take":
        return not run.is_terminal
    given = table.signals_of(effect.verb, effect.rest, effect.author, run.head_sha or "")
    return effect.verb not in verbs.SPEAK_FOR_THEMSELVES and not any(
        advance.would_change(db, run.id, signal) for signal in given
    )


def _pull(db: Connection, effect: effects.ObeyComment, repo: Row) -> Row | None:
    return prs.in_repository(db, repo["id"], effect.number)


def _do(
    db: Connection, effect: effects.ObeyComment, repo: Row, pull: pulls.Pull | None, mode: Mode, config: RepoConfig
) -> None:
    """Turn a command that may be obeyed into signals."""
    if effect.verb == "take" and pull is not None and not (effect.author_is_bot and _run(db, effect)):
        adopting.adopt(db, repo, pull, table.mode_of(effect.rest) or mode, title=effect.title)
    if verbs.begin(db, effect, repo, pull, mode, config, _source(effect)):
        return
    run = _run(db, effect)
    given = table.signals_of(effect.verb, effect.rest, effect.author, pull.head_sha if pull else "")
    if run is None or (effect.author_is_bot and not movers.may_ask(db, run, effect.author, given)):
        return
    row = _pull(db, effect, repo)
    if effect.verb == "budget":
        errands.add(db, effect, run)
    if effect.verb == "decline" and row is not None:
        declining.decline(db, effect, run, row, config)
    said = {"source": _source(effect), "author": effect.author}
    if effect.verb == "do" and row is not None and tasks.say(db, row["task_id"], "user", effect.rest, **said) is None:
        return
    for signal in given:
        if isinstance(signal, signals.Approved) and signal.sha == run.head_sha:
            approvers.expect(db, run, effect.written_at)
            approvers.keep(db, run, approvers.Approver("comment", effect.author, effect.author_id, run.head_sha))
        advance.signal(db, run.id, signal)
    if effect.verb == "budget":
        money.look(db)  # its candidates wait for the same dollars
    outbox.enqueue(db, effects.ShowStatus(run.id))


def _run(db: Connection, effect: effects.ObeyComment) -> Run | None:
    """The run of the pull request, or of the task that began in the issue."""
    find = agentic_runs.of_pull if effect.on_pull_request else agentic_runs.of_issue
    return find(db, effect.repository_id, effect.number)


def _begins(effect: effects.ObeyComment) -> bool:
    """Whether the command asks for work on an issue, which nothing need have been there for."""
    return effect.verb == "do" and not effect.on_pull_request


def _source(effect: effects.ObeyComment) -> str:
    """Under what a command's words are kept in the conversation."""
    return f"{'comment' if effect.kind == 'issue' else effect.kind}:{effect.comment_id}:{effect.position}"
