"""Tasks that begin where there is no pull request yet: in an issue, by a command or by a label.

What the issue says is data, as it was when somebody trusted pointed at it; what they themselves wrote is the request.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass

from app import advance, bounds, words
from app.commands import hearing
from app.config import Settings
from app.errors import Forbidden, NotFound
from app.github import issues
from app.lifecycle import effects, signals
from app.lifecycle.run import Mode, Phase, Run, Wait, Work
from app.perform import candidates, reading, trust
from app.perform.world import Outcome, World, handle, nothing, of_run
from app.repo_config import RepoConfig
from app.store import agentic_runs, backlog, heard, preferences, prs, repos, tasks
from app.store.connection import Connection, Row

_PREFIX = "dursor"
_SLUG = 40


@dataclass(frozen=True, slots=True)
class Request:
    """Who asked for a task, in which words and where; `executor` works on it, or whoever is configured."""

    by: str
    words: str
    source: str
    executor: str | None = None
    candidates: tuple[str, ...] = ()
    """Where there is no `executor`: those who each make one of their own, to be compared."""


async def consider(effect: effects.ConsiderIssue, world: World) -> Outcome:
    """Take up an issue that somebody who may command put a label on; taken up before, it stays as it is."""
    repo = await world.database.read(lambda db: repos.find(db, effect.repository_id))
    if repo is None:
        return nothing
    github = handle(world, repo)
    config, note_config = await reading.fresh_config(world, repo)
    if effect.label not in config.trigger.labels:
        return note_config
    try:
        issue = await issues.get(github, effect.number)
    except NotFound:
        return note_config
    if issue.state != "open" or issue.is_pull or effect.label not in issue.labels:
        return note_config
    who = trust.Who(effect.by, effect.by_id, effect.by_is_bot)
    if not await trust.may_command(world, github, who, config.trust):
        return note_config

    def outcome(db: Connection) -> None:
        note_config(db)
        run = agentic_runs.of_issue(db, effect.repository_id, effect.number)
        if run is None or run.is_terminal:
            several = candidates.configured(config)
            asked = Request(effect.by, words.do_the_issue(), f"label:{effect.nonce}", candidates=several)
            mode = mode_of(db, repo, config, world.settings)
            ask(db, repo, effect.number, asked, mode, title=effect.title or issue.title, key=effect.nonce)

    return outcome


async def close_issue(effect: effects.CloseIssue, world: World) -> Outcome:
    """Close the issue of a task whose pull request was merged, unless it is closed or gone, or has parts left."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.run.phase is not Phase.COMPLETED:
        return nothing
    number = scope.task["issue_number"]
    if scope.item is not None and await world.database.read(lambda db: _was_the_last(db, scope.item)):
        number = scope.item["issue_number"]
    if number is None:
        return nothing
    with contextlib.suppress(NotFound, Forbidden):
        if (await issues.get(scope.github, number)).state == "open":
            await issues.close(scope.github, number)
    return nothing


def ask(db: Connection, repo: Row, number: int, request: Request, mode: Mode, *, title: str, key: object) -> None:
    """A command on an issue: one more request where it is worked on, else a task of its own."""
    run = agentic_runs.of_issue(db, repo["github_id"], number)
    task = tasks.of_run(db, run.id) if run is not None else None
    if run is not None and task is not None and goes_on(db, run, task["id"]):
        add(db, run, task["id"], request)
    else:
        begin(db, repo, number, request, mode, title=title)
        note_text(db, repo, number, key)


def goes_on(db: Connection, run: Run, task_id: str) -> bool:
    """Whether one more request is the run's: it lives, or came to nothing while its pull request is still open."""
    if not run.is_terminal:
        return True
    pull = prs.of_task(db, task_id)
    return run.phase is not Phase.COMPLETED and pull is not None and pull["status"] == "open"


def add(db: Connection, run: Run, task_id: str, request: Request) -> str | None:
    """One more request to a run that goes on, or to the candidates that it waits for; returns a new message's id."""
    if run.wait is Wait.CANDIDATES:
        return candidates.ask(db, task_id, candidates.Asked(request.words, request.source, request.by))
    message = tasks.say(db, task_id, "user", request.words, source=request.source, author=request.by)
    if message is not None:
        if run.is_terminal:
            advance.signal(db, run.id, signals.RetryAsked(by=request.by))
        advance.signal(db, run.id, signals.FixAsked(work=Work.PEOPLE, by=request.by))
    return message


def start(db: Connection, task: Row, executor: str | None = None) -> Run:
    """The first run of a task that was made without one: it is given all that was said to the task so far."""
    branch = branch_of(preferences.load(db)["default_branch_prefix"], None, task["title"] or "")
    branch = f"{branch}-{db.new_id()[-6:].lower()}"  # of that name there may be one already
    tasks.change(db, task["id"], branch=branch, executor=executor)
    return advance.begin(db, task["id"], mode=Mode(task["coding_mode"]), pr_number=None, head_sha=None)


def begin(
    db: Connection, repo: Row, number: int | None, request: Request, mode: Mode, *, title: str,
    branch: str | None = None,
) -> Run:  # fmt: skip
    """A task, what was asked, and its run, which begins to code on a branch of its own, named here unless it is."""
    is_named = branch is not None
    branch = branch or branch_of(preferences.load(db)["default_branch_prefix"], number, title)
    if not is_named and number is not None and tasks.of_issue(db, repo["id"], number) is not None:
        branch = f"{branch}-{db.new_id()[-6:].lower()}"  # an earlier task has had that one
    several = request.candidates if request.executor is None else ()
    executor = several[0] if len(several) == 1 else request.executor
    task_id = tasks.create(db, repo["id"], title, mode, issue_number=number, branch=branch, executor=executor)
    tasks.say(db, task_id, "user", request.words, source=request.source, author=request.by)
    task = tasks.find(db, task_id)
    if task is not None and len(several) > 1:
        return candidates.begin(db, task, several, candidates.Asked(request.words, request.source, request.by), mode)
    return advance.begin(db, task_id, mode=mode, pr_number=None, head_sha=None)


def note_text(db: Connection, repo: Row, number: int, key: object) -> None:
    """Put what the issue said into the conversation of its task, as something known and not as a request."""
    said, task = heard.find(db, hearing.issue_text(key)), tasks.of_issue(db, repo["id"], number)
    if said is not None and task is not None and said["body"]:
        tasks.say(db, task["id"], "system", said["body"], source=f"issue:{number}")


def _was_the_last(db: Connection, item: Row | None) -> bool:
    """Whether nothing of the issue is left to do that an item is a part of."""
    return item is not None and backlog.is_done(db, item["repo_id"], item["issue_number"])


def mode_of(db: Connection, repo: Row, config: RepoConfig, settings: Settings) -> Mode:
    """The repository's mode; where it has no configuration, the person's who runs this server, as far as allowed."""
    chosen = preferences.load(db)["default_coding_mode"]
    if repo["config_sha"] is not None or chosen is None or not bounds.of(settings).allow(Mode(chosen)):
        return config.mode
    return Mode(chosen)


def branch_of(prefix: str | None, number: int | None, title: str) -> str:
    """A branch's name that tells people what it is for; of the title only what every git and shell bears."""
    plain = unicodedata.normalize("NFKD", title[:200]).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG].rstrip("-") or "task"
    return f"{prefix or _PREFIX}/{slug if number is None else f'{number}-{slug}'}"
