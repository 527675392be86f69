"""DescribePull: title and description of a pull request of ours, by its executor or in our own words.

What a person has written there is never written over: the digests of what we wrote are kept, and noted before GitHub
is asked, so that a text of ours is known for ours although GitHub's answer was lost.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from app import prompts, redact, words
from app.errors import Forbidden, Invalid, NotFound
from app.executors import engine
from app.github import outgoing, pulls
from app.lifecycle import effects
from app.lifecycle.run import Work
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import preferences, prs, runs, tasks
from app.store.connection import Connection, Row
from app.store.rows import from_json
from app.workspace import mirror, templates


@dataclass(frozen=True, slots=True)
class Text:
    """What a pull request is to say. `by_executor`: the description is an executor's, and so the title."""

    title: str
    body: str
    by_executor: bool


async def describe(effect: effects.DescribePull, world: World) -> Outcome:
    """Write title and description anew, where that is wished and both are still as we wrote them."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None or scope.pull["described"] is None or scope.run.is_terminal:
        return nothing
    wished = await world.database.read(preferences.load)
    if not wished["auto_generate_pr_description"]:
        return nothing
    row, wanted = scope.pull, await text(world, scope)
    try:
        now = await pulls.get(scope.github, row["number"])
        titles = wanted.by_executor and wished["update_pr_title_on_regenerate"]
        title = wanted.title if titles and differs(row, "title", now.title, wanted.title) else None
        body = wanted.body if differs(row, "body", now.body, wanted.body) else None
        if now.state != "open" or (title is None and body is None):
            return nothing
        described = note(row, title, body)
        await world.database.write(lambda db: prs.change(db, row["id"], described=described))
        changed = await pulls.update(scope.github, row["number"], title=title, body=body)
    except (NotFound, Forbidden, Invalid):  # out of reach; it says what it said
        return nothing
    return lambda db: prs.change(db, row["id"], title=changed.title, body=changed.body)


async def asks(world: World, scope: Scope, work: Work, repo: mirror.Mirror, base: str) -> str:
    """What asks the executor of a task for title and description, where that is wished and they are ours to write.

    `base` is the base branch's commit, whose template counts. Empty where nothing is to be asked.
    """
    if work not in {Work.TASK, Work.PEOPLE} or (scope.pull is not None and scope.pull["described"] is None):
        return ""
    if not await world.database.read(lambda db: preferences.load(db)["auto_generate_pr_description"]):
        return ""
    now = (scope.pull["title"], scope.pull["body"] or "") if scope.pull is not None else None
    return prompts.describing(await _template(repo, base), now)


def said(result: engine.RunResult, words: str) -> tuple[str, str | None]:
    """What an executor says of its work, or else these words, and what it has written for the pull request.

    An agent's summary is the beginning of what it said last; both come from the whole of that.
    """
    summary, output = (str(result.args.get(name) or "") for name in ("summary", "output"))
    whole, pull_text = prompts.described(output)
    told = whole if summary and output.startswith(summary) else prompts.described(summary or words)[0]
    return redact.text(told), redact.text(pull_text) if pull_text else None


async def text(world: World, scope: Scope) -> Text:
    """What the pull request is to say: an executor's words where those are wished and there are any, else ours."""

    def read(db: Connection) -> tuple[list[Row], list[Row], bool]:
        wished = bool(preferences.load(db)["auto_generate_pr_description"])
        return tasks.conversation(db, scope.task["id"]), runs.of_task(db, scope.task["id"]), wished

    said, done, wished = await world.database.read(read)
    pushed = [row for row in done if row["pushed_at"]]
    written = next((row["pull_text"] for row in reversed(pushed) if row["pull_text"] and wished), None)
    title, _, described = (written or "").partition("\n")
    repo = mirror.at(world.root, scope.repo["github_id"])
    template = None if written else await _template(repo, await mirror.resolve(repo, f"refs/heads/{scope.base_branch}"))
    issue = None if tasks.is_candidate(scope.task) else scope.task["issue_number"]
    body = words.pull_body(said, issue, _files(pushed), template=template, written=described if written else None)
    if scope.item is not None and scope.item["issue_number"] is not None:
        body = f"{words.part_of(scope.item['issue_number'], scope.item['number'])}\n\n{body}"
    shown = words.pull_title(title, scope.task["title"], scope.branch)
    if tasks.is_candidate(scope.task):
        place = scope.leader_pull["number"] if scope.leader_pull else scope.task["issue_number"]
        shown = words.candidate_title(shown, scope.task["candidate"], scope.config.executor)
        body = words.candidate_body(body, scope.task["candidate"], scope.config.executor, place)
    return Text(outgoing.line(shown, pulls.TITLE), outgoing.body(body), written is not None)


async def _template(repo: mirror.Mirror, sha: str | None) -> str | None:
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


def differs(row: Row, part: str, now: str, wanted: str) -> bool:
    """Whether there is something else to say, in place of what we said: what differs from that a person wrote."""
    ours = from_json(row["described"], {}).get(part, [])
    return _digest(now) in ours and _digest(now) != _digest(wanted)


def note(row: Row | None, title: str | None, body: str | None) -> str:
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
