"""OpenPull, DescribePull: the pull request of a task that began without one, and its title and description.

What a person has written there is never written over: the digests of what we wrote are kept, and noted before GitHub
is asked, so that a text of ours is known for ours although GitHub's answer was lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass

from app import advance, outbox, words
from app.errors import Forbidden, Invalid, NotFound
from app.github import comments, outgoing, pulls
from app.lifecycle import effects, signals
from app.lifecycle.run import Phase, Run, Wait
from app.perform import reading, trust
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import preferences, prs, runs, tasks
from app.store.connection import Connection, Row
from app.store.rows import from_json
from app.workspace import mirror, templates


@dataclass(frozen=True, slots=True)
class _Text:
    """What a pull request is to say. `by_executor`: the description is an executor's, and so the title."""

    title: str
    body: str
    by_executor: bool


async def open_pull(effect: effects.OpenPull, world: World) -> Outcome:
    """Open the pull request of a run that has pushed its branch, and tell its issue; one that is open is taken.

    Where people are to open it, the run is told so, and waits for it.
    """
    scope = await of_run(world, effect.run_id)
    if scope is None or not _lacks_pull(scope.run):
        return nothing
    pull = await _open_already(world, scope)
    text: _Text | None = None
    if pull is None:
        if scope.run.phase is not Phase.WAITING_CI and scope.run.wait is not Wait.OPENING:
            return nothing
        if await world.database.read(lambda db: preferences.load(db)["default_pr_creation_mode"]) == "link":
            return lambda db: _tell(db, effect.run_id, signals.PullLeft())
        text = await _text(world, scope)
        pull = await pulls.create(
            scope.github, title=text.title, body=text.body, head=scope.branch, base=scope.base_branch, draft=False
        )
    issue, opened = scope.task["issue_number"], pull
    if issue is not None:
        with contextlib.suppress(NotFound, Forbidden):  # deleted meanwhile, or locked
            marker = f"<!-- dursor:opened:{effect.run_id} -->"
            await comments.ensure(scope.github, issue, marker, words.pull_opened(pull.number), world.us.bot_id or 0)
    is_ours = opened.author_is_bot and opened.author_login == world.us.login
    if is_ours and text is None:  # opened before, and the answer to that was lost
        text = await _text(world, scope)
    described = _note(None, text.title, text.body) if is_ours and text else None
    return lambda db: attach(db, scope.task, effect.run_id, opened, described=described)


def attach(db: Connection, task: Row, run_id: str, pull: pulls.Pull, *, described: str | None = None) -> None:
    """Make a pull request that exists the one of a run that had none. `described`: digests of our words in it."""
    known = prs.of_task(db, task["id"])
    if known is None:
        pr_id = prs.create(
            db, task["id"], number=pull.number, url=pull.html_url, branch=pull.head_ref, title=pull.title,
            head_sha=pull.head_sha,
        )  # fmt: skip
        reading.note_pull(db, pr_id, pull)
        prs.change(db, pr_id, described=described)
    run = advance.signal(db, run_id, signals.PullOpened(number=pull.number))
    if run is not None and run.phase is Phase.WAITING_CI:
        outbox.enqueue(db, effects.ReadCi(run_id, pull.head_sha))


async def describe(effect: effects.DescribePull, world: World) -> Outcome:
    """Write title and description anew, where that is wished and both are still as we wrote them."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None or scope.pull["described"] is None or scope.run.is_terminal:
        return nothing
    wished = await world.database.read(preferences.load)
    if not wished["auto_generate_pr_description"]:
        return nothing
    row, text = scope.pull, await _text(world, scope)
    try:
        now = await pulls.get(scope.github, row["number"])
        titles = text.by_executor and wished["update_pr_title_on_regenerate"]
        title = text.title if titles and _differs(row, "title", now.title, text.title) else None
        body = text.body if _differs(row, "body", now.body, text.body) else None
        if now.state != "open" or (title is None and body is None):
            return nothing
        described = _note(row, title, body)
        await world.database.write(lambda db: prs.change(db, row["id"], described=described))
        changed = await pulls.update(scope.github, row["number"], title=title, body=body)
    except (NotFound, Forbidden, Invalid):  # out of reach; it says what it said
        return nothing
    return lambda db: prs.change(db, row["id"], title=changed.title, body=changed.body)


def _lacks_pull(run: Run) -> bool:
    return not run.is_terminal and run.pr_number is None and run.head_sha is not None


async def _open_already(world: World, scope: Scope) -> pulls.Pull | None:
    """What is open from our branch, into the branch it is meant for, or into another by the wish of somebody trusted.

    Whoever may read a repository can open a pull request from a branch of it. A fork's branch is not ours.
    """
    found = await pulls.open_for_branch(scope.github, scope.branch)
    for pull in found:
        if pull.base_ref == scope.base_branch:
            return await pulls.get(scope.github, pull.number)
    for pull in found:
        who = trust.Who(pull.author_login or "ghost", pull.author_id, pull.author_is_bot)
        if await trust.may_command(world, scope.github, who, scope.config.trust):
            return await pulls.get(scope.github, pull.number)
    return None


async def _text(world: World, scope: Scope) -> _Text:
    """What the pull request is to say: an executor's words where those are wished and there are any, else ours."""

    def read(db: Connection) -> tuple[list[Row], list[Row], bool]:
        wished = bool(preferences.load(db)["auto_generate_pr_description"])
        return tasks.conversation(db, scope.task["id"]), runs.of_task(db, scope.task["id"]), wished

    said, done, wished = await world.database.read(read)
    pushed = [row for row in done if row["pushed_at"]]
    written = next((row["pull_text"] for row in reversed(pushed) if row["pull_text"] and wished), None)
    title, _, described = (written or "").partition("\n")
    repo = mirror.Mirror(world.root / "mirrors" / f"{scope.repo['github_id']}.git")
    template = (
        None if written else await template_of(repo, await mirror.resolve(repo, f"refs/heads/{scope.base_branch}"))
    )
    body = words.pull_body(
        said, scope.task["issue_number"], _files(pushed), template=template, written=described if written else None
    )
    shown = words.pull_title(title, scope.task["title"], scope.branch)
    return _Text(outgoing.line(shown, pulls.TITLE), outgoing.body(body), written is not None)


async def template_of(repo: mirror.Mirror, sha: str | None) -> str | None:
    """The template for descriptions as a commit of the base has it; None where the mirror lacks the commit."""
    if not sha:
        return None
    try:
        return await templates.for_pulls(repo, sha)
    except NotFound:
        return None


def _files(pushed: list[Row]) -> list[words.File]:
    """What was pushed, by file, the lines of each push added up."""
    found: dict[str, words.File] = {}
    for row in pushed:
        for file in from_json(row["files_changed"], []):
            was = found.get(file["path"], words.File(file["path"], 0, 0))
            found[was.path] = words.File(was.path, was.added + file["additions"], was.removed + file["deletions"])
    return [*found.values()]


def _tell(db: Connection, run_id: str, what: signals.Signal) -> None:
    advance.signal(db, run_id, what)


def _differs(row: Row, part: str, now: str, wanted: str) -> bool:
    """Whether there is something else to say, in place of what we said: what differs from that a person wrote."""
    ours = from_json(row["described"], {}).get(part, [])
    return _digest(now) in ours and _digest(now) != _digest(wanted)


def _note(row: Row | None, title: str | None, body: str | None) -> str:
    """The digests of what we wrote last and of what we are about to write."""
    known: dict[str, list[str]] = from_json(row["described"] if row else None, {})
    for part, text in (("title", title), ("body", body)):
        if text is not None:
            before = [digest for digest in known.get(part, []) if digest != _digest(text)]
            known[part] = [*before[-1:], _digest(text)]
    return json.dumps(known)


def _digest(text: str) -> str:
    """Of a text as GitHub gives it back: with other ends of lines, and no space around it."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
