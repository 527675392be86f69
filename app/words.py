"""What dursor says to people, one function per message. Strangers' words are made harmless before they are shown."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.harmless import harmless
from app.lifecycle.run import Phase, Run, Wait
from app.store.connection import Row

if TYPE_CHECKING:
    from app.github.reviews import LineComment

CHECK_NAME = "dursor"
STATUS_MARKER = "<!-- dursor:status -->"

PHASES: dict[Phase, str] = {
    Phase.CODING: "working on the task",
    Phase.WAITING_CI: "waiting for CI",
    Phase.FIXING_CI: "fixing what CI found",
    Phase.REVIEWING: "reviewing",
    Phase.FIXING_REVIEW: "fixing what the review found",
    Phase.AWAITING_HUMAN: "waiting for a person",
    Phase.MERGING: "merging",
    Phase.COMPLETED: "merged",
    Phase.FAILED: "given up",
    Phase.CANCELED: "canceled",
}

WAITS: dict[Wait, tuple[str, str]] = {
    Wait.APPROVAL: (
        "Everything dursor can check is done; a person decides.",
        "approve this commit (a review, or `/dursor approve`)",
    ),
    Wait.CI_RED: ("CI is red, and in interactive mode dursor fixes when told.", "`/dursor fix ci`, or push a fix"),
    Wait.CI_NEEDS_PERSON: ("CI waits for a person.", "approve the workflow run on GitHub"),
    Wait.CI_MISSING: ("A required check never started.", "start it, or take it off the branch's rules"),
    Wait.CI_CANCELLED: ("CI was cancelled, which says nothing about the code.", "re-run it"),
    Wait.CI_TOO_SLOW: ("CI does not come to an end.", "look at what hangs, or re-run it"),
    Wait.NO_CI: ("Nothing checks this commit.", "set up CI, or `ci: {none_is_green: true}`"),
    Wait.BASE_RED: ("The base branch is red too.", "mend the base branch; dursor goes on by itself then"),
    Wait.CONFLICT: ("It conflicts with its base branch.", "`/dursor fix conflicts`, or resolve them"),
    Wait.NO_PROGRESS: ("Another fix would not get further.", "look at the failure, push, or `/dursor retry`"),
    Wait.NO_CHANGE: ("The executor changed nothing.", "say what to do (`/dursor do …`), push, or `/dursor retry`"),
    Wait.FINDINGS: ("The review found something.", "`/dursor fix review`, or push a fix"),
    Wait.CHANGES_ASKED: ("Changes were asked for.", "`/dursor fix review`, or push them"),
    Wait.GATE: ("A merge gate does not hold.", "see below; dursor goes on by itself once all hold"),
    Wait.REFUSED: ("It was refused.", "see below, then `/dursor retry`"),
    Wait.BROKEN: ("Something broke that dursor cannot mend.", "see below, then `/dursor retry`"),
}


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


def waiting(run: Run) -> str:
    """Why a run waits, and who can do what about it."""
    if run.wait is None:
        return f"dursor is {PHASES[run.phase]}."
    why, what = WAITS[run.wait]
    quoted = "".join(f"\n> {line}" for line in harmless(run.note).splitlines()) if run.note else ""
    return f"{why} **Next:** {what}.{quoted}"


def ended(run: Run) -> str:
    """The last word about a run that was given up."""
    return f"dursor gave this up: {harmless(run.note or 'no reason was kept')}\n\n`/dursor retry` begins again."


def status_line(run: Run) -> str:
    """One paragraph that answers `/dursor status` and `/dursor why`."""
    where = f"dursor is {PHASES[run.phase]} at `{(run.head_sha or '')[:10]}`, in {run.mode} mode."
    return f"{where} {waiting(run)}" if run.wait else where + (f" {harmless(run.note)}" if run.note else "")


def not_taken() -> str:
    """An answer where nobody works."""
    return "dursor does not work on this pull request. `/dursor take` makes it."


def unknown_verb(verb: str, known: Sequence[str]) -> str:
    """A refusal that helps: did you mean."""
    near = difflib.get_close_matches(verb, known, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return f"dursor does not know the command `{harmless(verb, 20)}`.{hint} `/dursor help` shows all."


def only_on_pull_requests(verb: str) -> str:
    """A refusal on an issue."""
    return f"`{harmless(verb, 20)}` works on pull requests; this is an issue."


def no_reviewer() -> str:
    """A refusal because there is nobody to do it."""
    return "No reviewer is configured: name one under `reviewer:` in `.github/dursor.yml`."


def branch_moved(verb: str, sha: str | None) -> str:
    """A refusal because the word was about another commit."""
    was = f"`{sha[:10]}`" if sha else "a commit dursor had not seen"
    return f"`{verb}` was about {was}, which is not the head of the branch. Look at the new head and say it again."


def not_allowed(author: str, verb: str, needed: str) -> str:
    """A refusal for want of permission."""
    return f"`{harmless(verb, 20)}` needs {needed} permission here, which {harmless(author, 60)} does not have."


def review_request(body: str, remarks: Sequence[LineComment]) -> str:
    """One person's review as one instruction: what it says, then each remark with its place and its hunk."""
    parts = [body.strip()] if body.strip() else []
    for remark in remarks:
        line = remark.line or remark.original_line
        parts.append(f"{remark.path}:{line or '?'}\n{remark.diff_hunk[-1500:]}\n{remark.body.strip()}")
    return "\n\n".join(parts)[:20_000] or "Changes were requested without a word of explanation."


def commit_message(work: str, executor: str, summary: str) -> str:
    """Subject and body of a commit of ours."""
    subject = {
        "task": "Work on the task",
        "ci": "Fix what CI found",
        "review": "Fix what the review found",
        "people": "Do what reviewers asked",
        "conflict": "Bring the base branch in",
    }[work]
    return f"{subject}\n\n{harmless(summary, 1000) or 'No summary.'}\n\nMade by dursor with {executor}."


def pull_body(conversation: Iterable[Row]) -> str:
    """The description of a pull request that dursor opens."""
    said = [harmless(row["content"]) for row in conversation]
    return "\n\n".join([*said[:10], "---", "Opened by dursor. `/dursor help` shows what you can say."])


def _ci(check: Row | None) -> str:
    if check is None:
        return "not read yet"
    failed = [str(job["name"]) for job in json.loads(check["failed_jobs"] or "[]")]
    names = f": {harmless(', '.join(failed), 200)}" if failed else ""
    return f"{check['verdict']}{names}"


def _attempt(row: Row) -> str:
    said = harmless(row["error"] or row["summary"] or "", 200).replace("\n", " ")
    return f"- {row['work']} with `{row['executor']}`: {row['status']}. {said}"
