"""What is written with work: instructions from reviews, commit messages, descriptions of pull requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.harmless import harmless

if TYPE_CHECKING:
    from app.github.reviews import LineComment


MOST_REMARKS = 40
_LONGEST = 18_000  # characters of one request, which the prompt shows whole
_HUNK_LINES = 12


def review_request(body: str, remarks: Sequence[tuple[str, LineComment]]) -> str:
    """One person's review as one instruction: what it says, then each remark by its label, with its place and code.

    Lines of code begin with a bar, so that no code reads like a person's words.
    """
    room = _LONGEST // (len(remarks) + 1)
    parts = [body.strip()[:room]] if body.strip() else []
    for label, remark in remarks:
        hunk = remark.diff_hunk[-room // 3 :].splitlines()[-_HUNK_LINES:]
        code = "\n".join(f"| {line}" for line in hunk)
        words = remark.body.strip()[: room - len(code)]
        parts.append("\n".join(filter(None, [f"{label}, on {place(remark)}:", code, words])))
    return "\n\n".join(parts) or "Changes were requested without a word of explanation."


def place(remark: LineComment) -> str:
    """The file and the lines that a remark is about, and whether they are those of the base or of an older commit."""
    last, first = remark.line or remark.original_line, remark.start_line
    if last is None:
        return remark.path
    lines = f"lines {first} to {last}" if first is not None and first < last else f"line {last}"
    notes = [" of the base" if remark.side == "LEFT" else "", " as of an older commit" if remark.line is None else ""]
    return f"{remark.path}, {lines}{''.join(notes)}"


def reply_in_thread(label: str | None, remark: LineComment, words: str) -> str:
    """What somebody said in a thread, with what the thread is about."""
    named = f" ({label})" if label else ""
    return f"In the thread on {place(remark)}{named}: {words.strip()[:4_000]}"


def commit_message(work: str, executor: str, summary: str) -> str:
    """Subject and body of a commit of ours."""
    subject = {
        "task": "Work on the task",
        "ci": "Fix what CI found",
        "review": "Fix what the review found",
        "people": "Do what reviewers asked",
        "conflict": "Bring the base branch in",
        "update": "Bring the base branch in",
        "undo": "Take a commit back",
    }[work]
    return f"{subject}\n\n{harmless(summary, 1000) or 'No summary.'}\n\nMade by dursor with {executor}."
