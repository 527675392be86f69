"""Effects that write on GitHub what people read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostReview:
    """Show on GitHub what the review of this attempt found and no review showed before."""

    run_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Bring the check run and the sticky comment up to date."""

    run_id: str


@dataclass(frozen=True, slots=True)
class Say:
    """Post one comment that notifies people; `key` makes it the same comment when repeated."""

    run_id: str
    key: str


@dataclass(frozen=True, slots=True)
class AnswerThreads:
    """Answer in the threads of remarks and findings what became of them, each once."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ShowBacklog:
    """Bring the checklist of an issue's parts up to date."""

    repository_id: int
    number: int
