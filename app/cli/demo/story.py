"""Tells the demo as it happens: each decision with the seconds it took, and what there is to see at the end."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import click

from app.cli.demo import chaos as trouble
from app.cli.demo import servers, widgets
from app.cli.demo.agents import Agent
from app.errors import UserError
from app.lifecycle.run import TERMINAL, Phase
from app.localhub.handle.views import Views
from app.localhub.hub import Hub
from app.store import agentic_runs, audit, ci_checks, connection, overview, reviews, runs
from app.store.connection import Connection, Row
from app.store.rows import from_json

_LONGEST_SECONDS = {False: 240.0, True: 1800.0}  # with an agent: it may wait for its model's provider
PATIENCE_SECONDS = 30.0  # a run that waits for a person goes on by itself when CI answers late
_HISTORY = "SELECT action, phase FROM agentic_audit_log ORDER BY id"
_PHASES = {
    Phase.WAITING_CI: ("waiting for CI", "cyan"),
    Phase.FIXING_CI: ("fixing what CI found", "yellow"),
    Phase.REVIEWING: ("reviewing", "cyan"),
    Phase.FIXING_REVIEW: ("fixing what the review found", "yellow"),
    Phase.MERGING: ("merging", "cyan"),
    Phase.COMPLETED: ("merged", "green"),
    Phase.AWAITING_HUMAN: ("waiting for a person", "red"),
    Phase.FAILED: ("given up", "red"),
    Phase.CANCELED: ("canceled", "red"),
}


async def tell(folder: Path, *, keep: bool, chaos: bool, seed: int | None, agent: Agent | None = None) -> bool:
    """Play the demo; True when the pull request is on the default branch at the end."""
    if shutil.which("ruff", path=servers.path_with_tools()) is None:
        raise UserError("The demo's CI needs ruff: pip install 'dursor[demo]'.")
    _clear(folder)
    began = time.monotonic()
    async with Hub(folder / "hub") as hub:
        repo = await hub.create_repository(
            widgets.FULL_NAME, widgets.base(agent.executor if agent else "command:autofix"), ci=True
        )
        await hub.quiet()
        told = Telling(began)
        told.line(f"a GitHub on this machine: {hub.url}/{widgets.FULL_NAME}")
        async with servers.running(folder, hub, sweep_seconds=2 if chaos else 60, agent=agent) as dursor:
            told.line(f"dursor serves {dursor.url}, its data is in {folder}")
            striker = trouble.Trouble(hub, dursor, seed, told.line) if chaos else None
            pull = await hub.open_pull_request(
                repo, title=widgets.TITLE, files=widgets.CHANGE, branch="missing-widgets", author=widgets.AUTHOR
            )
            told.line(f"{widgets.AUTHOR} opened pull request #{pull.number}: {pull.title}")
            phase = await _follow(folder, told, striker, _LONGEST_SECONDS[agent is not None])
            await hub.quiet()
            merged = phase is Phase.COMPLETED and pull.merged_at is not None
            await _epilogue(folder, hub, told, merged=merged, starts=dursor.starts)
            if keep:
                click.echo(f"\nLook around: {dursor.url}/status (Ctrl-C ends it)")
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
            else:
                click.echo(f"\n`dursor demo --keep` leaves it running, with its status at {dursor.url}/status")
    return merged


class Telling:
    """Prints lines with the time since the demo began and since the line before."""

    def __init__(self, began: float) -> None:
        self._began = self._last = began

    def line(self, words: str, color: str | None = None) -> None:
        """One thing that happened."""
        now = time.monotonic()
        stamp = f"{now - self._began:6.1f}s  +{now - self._last:4.1f}s  "
        self._last = now
        click.echo(click.style(stamp, dim=True) + click.style(words, fg=color))


async def _follow(folder: Path, told: Telling, striker: trouble.Trouble | None, seconds: float) -> Phase:
    """Print each decision as the audit log gets it, until the run ends or nothing has moved for too long."""
    seen = 0
    phase = Phase.WAITING_CI
    began = moved = time.monotonic()
    while phase not in TERMINAL and time.monotonic() - began < seconds:
        if phase is Phase.AWAITING_HUMAN and time.monotonic() - moved > PATIENCE_SECONDS:
            break
        await asyncio.sleep(0.1)
        with _reading(folder) as db:
            rows = _audit(db)
            for row in rows[seen:]:
                if Phase(row["phase"]) is not phase or row["action"] == "Started":
                    phase, moved = Phase(row["phase"]), time.monotonic()
                    words, color = _PHASES[phase]
                    told.line(words + _detail(db, row["agentic_run_id"], phase), color)
            seen = len(rows)
        if striker is not None:
            await striker.strike(seen)
    return phase


def _detail(db: Connection, run_id: str, phase: Phase) -> str:
    run = agentic_runs.row_of(db, run_id)
    checks = ci_checks.of_task(db, run["task_id"]) if run else []
    if run is None:
        return ""
    if phase is Phase.FIXING_CI and checks:
        red = ", ".join(sorted({job["name"] for job in from_json(checks[-1]["failed_jobs"], [])}))
        return f": {red} red at {checks[-1]['sha'][:10]}"
    if phase is Phase.WAITING_CI:
        fixed = [row for row in runs.of_task(db, run["task_id"]) if row["pushed_at"]]
        return f" at {run['current_sha'][:10]}" + (f", after “{_short(fixed[-1]['summary'])}”" if fixed else "")
    if phase is Phase.REVIEWING:
        return f": CI is green at {run['current_sha'][:10]}"
    if phase is Phase.MERGING:
        return f": the review scored {run['last_review_score']:.2f}"
    return f": {run['note']}" if run["note"] else ""


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 120 else f"{line[:119]}…"


async def _epilogue(folder: Path, hub: Views, told: Telling, *, merged: bool, starts: int) -> None:
    repo = hub.pulls[0].repository
    sha = await hub.default_branch_sha(repo)
    with _reading(folder) as db:
        rows = _audit(db)
        found = reviews.latest(db, rows[-1]["agentic_run_id"]) if rows else None
        for feedback in reviews.feedbacks(db, found["id"]) if found else []:
            place = f"{feedback['file_path']}:{feedback['line_start']}"
            told.line(f"the review said ({feedback['severity']}): {place} {feedback['title']}")
        for row in runs.of_task(db, found["task_id"]) if found else []:
            if row["output_tokens"]:
                cost = "" if row["cost_usd"] is None else f", ${row['cost_usd']:.4f}"
                told.line(f"{row['executor']} took {row['input_tokens']} tokens and made {row['output_tokens']}{cost}")
    click.echo("")
    if merged:
        git = folder / "hub" / "octo" / "widgets.git"
        click.echo(click.style(f"Merged. {repo.default_branch} is {sha}", fg="green"))
        click.echo(f"  git --git-dir {git} log --oneline {repo.default_branch}")
    click.echo(f"  sqlite3 {folder / 'dursor.db'} '{_HISTORY}'")
    if starts > 1:
        click.echo(f"  The server was killed {starts - 1} times on the way.")


def _audit(db: Connection) -> list[Row]:
    found = overview.runs(db, 1)
    return audit.of_run(db, found[0]["id"]) if found else []


@contextlib.contextmanager
def _reading(folder: Path) -> Iterator[Connection]:
    db = connection.connect(folder / "dursor.db", readonly=True)
    try:
        yield db
    finally:
        db.close()


def _clear(folder: Path) -> None:
    """Make the folder empty; one that is not an earlier demo's is left alone."""
    marker = folder / ".dursor-demo"
    if folder.exists() and any(folder.iterdir()):
        if not marker.exists():
            raise UserError(f"{folder} holds something else than a demo; name another with --dir.")
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker.touch()
