"""Makes a task of an item of the backlog, which a run then works on, on a branch and a pull request of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app import advance, repo_config, words
from app.commands import table
from app.config import Settings
from app.lifecycle import effects
from app.lifecycle.run import Mode, Phase, Run
from app.perform import tasking
from app.store import agentic_runs, backlog, installations, preferences, repos, tasks
from app.store.connection import Connection, Row


@dataclass(frozen=True, slots=True)
class Promotion:
    """What came of it: the `run` that works on the item now, or why there is none."""

    run: Run | None
    refusal: str | None = None


def refusal(db: Connection, repo: Row, effect: effects.ObeyComment) -> str | None:
    """Why a command promotes nothing, in words for its writer; None when it does, or adds to what it did."""
    number = table.number_of(effect.rest) or 0
    item = backlog.numbered(db, repo["id"], effect.number, number)
    if item is None:
        return words.no_such_item(number, backlog.of_issue(db, repo["id"], effect.number))
    return _refusal(db, item, _more(effect.rest))


def obey(db: Connection, repo: Row, effect: effects.ObeyComment, mode: Mode, source: str) -> None:
    """Promote the item that a command names, in the words of its writer."""
    item = backlog.numbered(db, repo["id"], effect.number, table.number_of(effect.rest) or 0)
    if item is not None:
        promote(db, repo, item, tasking.Request(effect.author, _more(effect.rest), source), mode)


def by_administrator(db: Connection, settings: Settings, item: Row, words_: str, by: str) -> Promotion:
    """Promote an item for whoever runs this server; nothing is refused where nothing changed."""
    repo = repos.by_id(db, item["repo_id"])
    if repo is None or repo["active"] == 0 or not installations.may_work(db, repo["installation_id"]):
        return Promotion(None, "The App may not work in this repository any more.")
    mode = tasking.mode_of(db, repo, repo_config.from_json(repo["config"]), settings)
    return promote(db, repo, item, tasking.Request(by, words_, f"api:{db.new_id()}"), mode)


def promote(db: Connection, repo: Row, item: Row, request: tasking.Request, mode: Mode) -> Promotion:
    """Begin work on an item; where that began before, what the request says is one more instruction.

    What the item says is data, as what an issue says is: the request is to do it.
    """
    if (why := _refusal(db, item, request.words)) is not None:
        return Promotion(None, why)
    run, issue = _run(db, item), item["issue_number"]
    asked = "\n\n".join(filter(None, [words.item_named(issue, item), request.words]))
    if run is not None and tasking.goes_on(db, run, item["task_id"]):
        more = replace(request, words=asked) if run.is_terminal else request
        tasking.add(db, run, item["task_id"], more)
        return Promotion(agentic_runs.find(db, run.id))
    branch = tasking.branch_of(preferences.load(db)["default_branch_prefix"], issue, _slug(item))
    if issue is None or item["task_id"] is not None:
        branch = f"{branch}-{db.new_id()[-6:].lower()}"  # of that name there may be one already
    begun = tasking.begin(
        db, repo, None, tasking.Request(request.by, asked, request.source), mode, title=item["title"], branch=branch
    )
    row = agentic_runs.row_of(db, begun.id)
    if row is None:
        raise LookupError(f"run {begun.id} does not exist")
    backlog.change(db, item["id"], task_id=row["task_id"])
    tasks.say(db, row["task_id"], "system", _told(db, repo, item), source=f"issue:item:{item['id']}")
    advance.show_backlog(db, item)
    return Promotion(begun)


def _refusal(db: Connection, item: Row, more: str) -> str | None:
    number, run = item["number"], _run(db, item)
    if run is not None and run.phase is Phase.COMPLETED:
        return words.item_is_done(number, run.pr_number)
    if run is not None and not run.is_terminal:
        return None if more else words.item_is_worked_on(number, run.pr_number)
    return words.item_is_archived(number) if item["archived_at"] else None


def _run(db: Connection, item: Row) -> Run | None:
    return agentic_runs.of_task(db, item["task_id"]) if item["task_id"] else None


def _more(rest: str) -> str:
    return "".join(rest.split(maxsplit=1)[1:]).strip()


def _slug(item: Row) -> str:
    return f"{item['number']} {item['title']}" if item["number"] else str(item["title"])


def _told(db: Connection, repo: Row, item: Row) -> str:
    """What the item says, and the issue that it is a part of as it was when it was split."""
    parts = [words.item_text(item)]
    if item["issue_number"] is not None and (task := tasks.of_breakdown(db, repo["id"], item["issue_number"])):
        text = tasks.issue_text(db, task["id"])
        parts += [f"The whole issue:\n\n{text}"] if text else []
    return "\n\n".join(parts)
