"""`use` and `pick`: why they cannot be done, what they are answered with, and what they do."""

from __future__ import annotations

from app import advance, words
from app.commands import choosing, table
from app.github import pulls
from app.lifecycle import effects, signals
from app.lifecycle.run import Mode, Run, Wait, Work
from app.perform import candidates, tasking
from app.perform.world import World
from app.repo_config import RepoConfig
from app.store import agentic_runs, preferences, tasks
from app.store import candidates as store
from app.store.connection import Connection, Row

VERBS = frozenset({"use", "pick"})


async def refusal(
    world: World, effect: effects.ObeyComment, repo: Row, pull: pulls.Pull | None, config: RepoConfig
) -> str | None:
    """Why it is not done, in one line; None where it is."""
    if effect.verb == "use":
        names, _ = choosing.executors(effect.rest, config.commands)
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            return words.same_executor_twice(twice)
        if len(names) > candidates.MOST:
            return words.too_many_candidates(candidates.MOST)
        if (why := await candidates.unusable(world, names, config)) is not None:
            return why
    return await world.database.read(lambda db: _refusal(db, effect, repo, pull, config))


def answer(db: Connection, effect: effects.ObeyComment, repo: Row, config: RepoConfig) -> str | None:
    """What is said to a command that is done and that nothing else shows."""
    if effect.verb == "pick":
        leader = _leader(db, effect, repo)
        taken = store.picked(db, leader["id"]) if leader is not None else None
        return words.taken_already(taken["candidate"]) if taken is not None else None
    names, text = choosing.executors(effect.rest, config.commands)
    return words.used(names[0]) if len(names) == 1 and not text and _run(db, effect) is not None else None


def obey(
    db: Connection, effect: effects.ObeyComment, repo: Row, pull: pulls.Pull | None, mode: Mode, config: RepoConfig,
    source: str,
) -> None:  # fmt: skip
    """Do it, by the rows as they are now; `source` is under what its words are kept in conversations."""
    if _refusal(db, effect, repo, pull, config) is not None:
        return
    if effect.verb == "pick":
        leader = _leader(db, effect, repo)
        if leader is not None:
            candidates.pick(db, leader, table.number_of(effect.rest) or 0, pull.head_sha if pull else None)
        return
    names, text = choosing.executors(effect.rest, config.commands)
    run = _run(db, effect)
    if not effect.on_pull_request and (run is None or run.is_terminal):
        alone = names[0] if len(names) == 1 else None
        asked = tasking.Request(effect.author, text or words.do_the_issue(), source, alone, names if not alone else ())
        tasking.ask(db, repo, effect.number, asked, mode, title=effect.title or "", key=effect.comment_id)
        return
    task = tasks.of_run(db, run.id) if run is not None else None
    if run is None or task is None:
        return
    if len(names) > 1:
        branches = tasking.branch_of(preferences.load(db)["default_branch_prefix"], effect.number, task["title"] or "")
        told = candidates.Asked(text or words.mend_the_pull(), source, effect.author)
        candidates.begin_beside(db, run, task, names, told, branches)
        return
    tasks.change(db, task["id"], executor=names[0])
    if text and tasks.say(db, task["id"], "user", text, source=source, author=effect.author):
        advance.signal(db, run.id, signals.FixAsked(work=Work.PEOPLE, by=effect.author))


def _refusal(
    db: Connection, effect: effects.ObeyComment, repo: Row, pull: pulls.Pull | None, config: RepoConfig
) -> str | None:
    if effect.verb == "use":
        many = len(choosing.executors(effect.rest, config.commands)[0]) > 1
        return _cannot_use_on_pull(db, effect, pull, many=many) if pull else _cannot_use_in_issue(db, effect, many=many)
    number, leader = table.number_of(effect.rest) or 0, _leader(db, effect, repo)
    if leader is None:
        return words.no_such_candidate([])
    if leader["parent_id"] is not None:
        return words.is_a_candidate(_place(db, leader["parent_id"]))
    return candidates.cannot_pick(db, leader, number, pull.head_sha if pull else None)


def _cannot_use_in_issue(db: Connection, effect: effects.ObeyComment, *, many: bool) -> str | None:
    run = _run(db, effect)
    if run is None or run.is_terminal:
        return None
    if run.wait is Wait.CANDIDATES:
        return words.candidates_at_work()
    return words.worked_on_elsewhere(run.pr_number) if many else None


def _cannot_use_on_pull(db: Connection, effect: effects.ObeyComment, pull: pulls.Pull, *, many: bool) -> str | None:
    run = _run(db, effect)
    task = tasks.of_run(db, run.id) if run is not None else None
    if run is None or task is None or run.is_terminal:
        return words.not_taken()
    if not many:
        return None
    if tasks.is_candidate(task):
        return words.is_a_candidate(_place(db, task["parent_id"]))
    if pull.is_fork:
        return words.no_candidates_on_forks()
    if run.paused:
        return words.paused_first()
    if pull.head_sha != run.head_sha:
        return words.branch_moved(effect.verb, effect.head_sha)
    return words.candidates_at_work() if candidates.are_open(db, task["id"], run.head_sha) else None


def _place(db: Connection, task_id: str) -> int | None:
    """Where candidates for a task were asked for: its pull request, or its issue."""
    run, task = agentic_runs.of_task(db, task_id), tasks.find(db, task_id)
    return (run.pr_number if run else None) or (task["issue_number"] if task else None)


def _leader(db: Connection, effect: effects.ObeyComment, repo: Row) -> Row | None:
    return candidates.leader_of(db, repo, effect.number, on_pull_request=effect.on_pull_request)


def _run(db: Connection, effect: effects.ObeyComment) -> Run | None:
    find = agentic_runs.of_pull if effect.on_pull_request else agentic_runs.of_issue
    return find(db, effect.repository_id, effect.number)
