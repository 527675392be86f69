"""The sticky comment and our check run: what people see on the pull request without asking."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.harmless import harmless
from app.lifecycle.run import Phase, Run
from app.store.connection import Row
from app.words.standing import PHASES, waiting

CHECK_NAME = "dursor"
STATUS_MARKER = "<!-- dursor:status -->"


def status_comment(
    run: Run, *, check: Row | None, review: Row | None, attempts: Sequence[Row], config_error: str | None
) -> str:
    """The sticky comment: where it stands, what was done, who acts next."""
    lines = [f"**dursor** · {PHASES[run.phase]}" + (" · paused" if run.paused else "")]
    lines += ["", "| | |", "| --- | --- |"]
    lines.append(f"| commit | `{(run.head_sha or '')[:10]}` |")
    lines.append(f"| mode | {run.mode} |")
    lines.append(f"| CI | {_ci(check)} |")
    if review is not None:
        lines.append(f"| review | {review['overall_summary'] or review['status']} |")
    lines.append(f"| fixes | {run.iteration} (CI {run.ci_iterations}, review {run.review_iterations}) |")
    if run.paused:
        lines += ["", "It works on when somebody trusted says `/dursor resume`."]
    if run.wait is not None:
        lines += ["", waiting(run)]
    elif run.note:
        lines += ["", harmless(run.note)]
    if attempts:
        lines += ["", "<details><summary>What was done</summary>", "", *map(_attempt, attempts[-10:]), "", "</details>"]
    if config_error:
        lines += ["", f"The configuration is wrong, the last good one is in force: {harmless(config_error)}"]
    lines += ["", "`/dursor help` shows what you can say."]
    return "\n".join(lines)


def check_run(run: Run) -> tuple[str, str, str | None]:
    """Title, summary and conclusion of our check run; no conclusion while it goes on."""
    conclusion = {
        Phase.COMPLETED: "success",
        Phase.FAILED: "failure",
        Phase.CANCELED: "cancelled",
        Phase.AWAITING_HUMAN: "neutral",
    }.get(run.phase)
    title = PHASES[run.phase].capitalize()
    summary = waiting(run) if run.wait else harmless(run.note or "") or f"dursor is {PHASES[run.phase]}."
    return title, summary, conclusion


def every_gate_holds() -> tuple[str, str, str]:
    """Title, summary and conclusion of our check run right before a merge."""
    return "Every gate holds", "dursor merges this commit now.", "success"


def _ci(check: Row | None) -> str:
    if check is None:
        return "not read yet"
    failed = [str(job["name"]) for job in json.loads(check["failed_jobs"] or "[]")]
    names = f": {harmless(', '.join(failed), 200)}" if failed else ""
    return f"{check['verdict']}{names}"


def _attempt(row: Row) -> str:
    said = harmless(row["error"] or row["summary"] or "", 200).replace("\n", " ")
    return f"- {row['work']} with `{row['executor']}`: {row['status']}. {said}"
