"""issues: a label that asks dursor to work on an issue, and an issue that is gone or done."""

from __future__ import annotations

from pydantic import Field

from app import advance, outbox, redact, repo_config
from app.commands import grammar, hearing
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects, signals
from app.payload import Narrow
from app.store import agentic_runs, heard, installations, repos
from app.store.connection import Connection


class _Label(Narrow):
    name: str = Field(max_length=200)


class _Issue(Narrow):
    number: int = Field(ge=1, le=2**53)
    title: str | None = None
    body: str | None = None
    state: str | None = None
    pull_request: dict[str, object] | None = None


def labeled(event: Event, db: Connection) -> str | None:
    """Somebody put a label on an issue: what the issue says now is what they saw, and is kept."""
    issue, label = _Issue.model_validate(event.data["issue"]), _Label.model_validate(event.data.get("label"))
    if event.is_echo or event.sender is None:
        return "our own doing" if event.is_echo else "nobody did it"
    if issue.pull_request is not None or issue.state != "open":
        return "no open issue"
    if not installations.may_work(db, event.installation):
        return "the installation is suspended or gone"
    repo = repos.by_id(db, outbox.note_repository(db, event.repository, event.installation))
    wanted = repo_config.from_json(repo["config"]).trigger.labels if repo is not None else []
    if repo is not None and repo["config_read_at"] is not None and label.name not in wanted:
        return "the configuration does not ask for it"
    keep_text(db, event.repository.id, issue.number, event.guid, issue.title, issue.body)
    who = event.sender
    outbox.enqueue(
        db,
        effects.ConsiderIssue(
            event.repository.id, issue.number, label.name, event.guid, who.login, who.id, who.type == "Bot", issue.title
        ),
    )
    return None


def ended(event: Event, db: Connection) -> str | None:
    """The issue is closed, deleted or moved away: without a pull request nobody needs what it asked for."""
    issue = _Issue.model_validate(event.data["issue"])
    run = agentic_runs.of_issue(db, event.repository.id, issue.number)
    if run is None or run.is_terminal or run.pr_number is not None:
        return "nobody works on this issue"
    advance.signal(db, run.id, signals.PullClosed(why="The issue was closed before there was a pull request."))
    return None


def keep_text(db: Connection, repository: int, number: int, key: object, title: str | None, body: str | None) -> None:
    """Keep what an issue says at this moment, under what made somebody look at it."""
    text = redact.text(f"{title or ''}\n\n{body or ''}".strip())[: grammar.MAX_TEXT]
    heard.note(db, hearing.issue_text(key), repository=repository, number=number, author="", body=text)


ROUTES = {
    **on("issues", "labeled", to=labeled),
    **on("issues", "closed", "deleted", "transferred", to=ended),
}
