"""What is written with work: instructions from reviews, commit messages, descriptions of pull requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.harmless import harmless

if TYPE_CHECKING:
    from app.github.reviews import LineComment


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
