"""What `do` and `retry` mean on an issue, where the work may have begun, may be over, or was never asked for."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from app import words
from app.errors import NotFound
from app.github import issues
from app.github import repository as repositories
from app.handlers import issues as events
from app.lifecycle import effects, signals
from app.lifecycle.run import Mode, Run, Work
from app.perform import candidates, movers, tasking
from app.perform.world import World
from app.repo_config import RepoConfig
from app.store import agentic_runs, prs, tasks
from app.store.connection import Connection, Row


async def known(effect: effects.ObeyComment, world: World, github: repositories.Repository) -> effects.ObeyComment:
    """The command with its issue's title: no event told of a comment that a sweep found, nor of what the issue said."""
    if effect.on_pull_request or effect.verb not in {"do", "use", "breakdown"} or effect.title is not None:
        return effect
    with contextlib.suppress(NotFound):
        issue = await issues.get(github, effect.number)
        title, body, about = issue.title, issue.body, (effect.repository_id, effect.number, effect.comment_id)
        await world.database.write(lambda db: events.keep_text(db, *about, title, body))
        return replace(effect, title=title)
    return effect


def obey(
    db: Connection, effect: effects.ObeyComment, repo: Row, mode: Mode, config: RepoConfig, source: str
) -> bool:  # fmt: skip
    """Begin work, or ask for more of it; False for a command that means here what it means everywhere."""
    if effect.on_pull_request or effect.verb not in {"do", "retry"}:
        return False
    run = agentic_runs.of_issue(db, effect.repository_id, effect.number)
    if effect.verb == "retry":
        return run is not None and _again(db, effect, repo, run, mode, source)
    if effect.author_is_bot and run is not None and not _may_say_more(db, run, effect.author):
        return True
    asked = tasking.Request(
        effect.author, effect.rest or words.do_the_issue(), source, candidates=candidates.configured(config)
    )
    tasking.ask(db, repo, effect.number, asked, mode, title=effect.title or "", key=effect.comment_id)
    return True


def _may_say_more(db: Connection, run: Run, login: str) -> bool:
    """Whether a program may ask for more: a few times an hour. To begin what has ended is a person's word."""
    asked = (signals.FixAsked(work=Work.PEOPLE, by=login),)
    return not run.is_terminal and movers.may_ask(db, run, login, asked)


def _again(db: Connection, effect: effects.ObeyComment, repo: Row, run: Run, mode: Mode, source: str) -> bool:
    """Begin anew where the pull request was closed: on another branch, with all that was asked for before."""
    task = tasks.of_run(db, run.id)
    pull = prs.of_task(db, task["id"]) if task else None
    if task is None or pull is None or pull["status"] != "closed" or not run.is_terminal:
        return False
    asked = tasking.Request(effect.author, words.do_the_issue(), source, task["executor"])
    begun = tasks.of_run(db, tasking.begin(db, repo, effect.number, asked, mode, title=task["title"] or "").id)
    began_in = tasks.conversation(db, task["parent_id"]) if task["parent_id"] else []
    for said in (*began_in, *tasks.conversation(db, task["id"])):
        is_text = (said["source"] or "").startswith("issue:")
        if begun is not None and (said["role"] == "user" or is_text):
            tasks.say(db, begun["id"], said["role"], said["content"], source=said["source"], author=said["author"])
    return True
