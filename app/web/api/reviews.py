"""/reviews and /findings: what reviewers found at each commit, and the ledger of what became of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.store import listing
from app.web.api.operation import Operation
from app.web.api.paging import lists, shows
from app.web.api.runs import LogPage, LogQuery, log_of
from app.web.api.shapes import Id, Lines, Moment, Page, Paged, Shown

Status = Literal["queued", "running", "succeeded", "failed"]
Fate = Literal["open", "fixed", "declined"]


class Review(Shown):
    """A review by a reviewer of ours."""

    id: str
    task_id: str
    agentic_run_id: str | None
    attempt: int | None
    target_run_ids: Lines
    executor_type: str
    executor: str | None
    model_id: str | None
    model_name: str | None
    provider: str | None
    status: Status
    sha: str | None
    base_sha: str | None
    overall_summary: str | None
    overall_score: float | None
    error: str | None
    cost_usd: float | None
    cost_is_estimate: bool | None
    created_at: Moment
    started_at: Moment | None
    completed_at: Moment | None


class ReviewQuery(Paged):
    """Filters of the list."""

    task_id: Id | None = None
    agentic_run_id: Id | None = None
    status: Status | None = None


class Feedback(Shown):
    """One thing that a review found."""

    id: str
    review_id: str
    finding_id: str | None
    file_path: str
    line_start: int | None
    line_end: int | None
    side: Literal["new", "old"] | None
    severity: Literal["info", "warning", "error", "critical"]
    category: Literal["bug", "security", "performance", "style", "maintainability"]
    title: str
    description: str
    suggestion: str | None
    code_snippet: str | None


class Finding(Shown):
    """A finding of a pull request, however often it was found."""

    id: str
    pr_id: str
    number: int = Field(description="F3 is 3: how people name it")
    status: Fate
    survived: int = Field(description="fixes that were meant for it and left it")
    review_id: str | None
    comment_id: int | None
    fixed_sha: str | None
    declined_by: str | None
    declined_why: str | None
    created_at: Moment
    updated_at: Moment


class FindingQuery(Paged):
    """Filters of the list."""

    pr_id: Id | None = None
    status: Fate | None = None


OPERATIONS = (
    Operation("GET", "/reviews", "listReviews", "List reviews, the newest first", lists(listing.REVIEWS, Review),
              Page[Review], query=ReviewQuery),
    Operation("GET", "/reviews/{review_id}", "getReview", "Show a review", shows(listing.REVIEWS, Review, "review"),
              Review),
    Operation("GET", "/reviews/{review_id}/feedbacks", "listFeedbacks", "List what a review found",
              lists(listing.FEEDBACKS, Feedback, within=(listing.REVIEWS, "review"), review_id="review_id"),
              Page[Feedback], query=Paged),
    Operation("GET", "/reviews/{review_id}/logs", "getReviewLog", "Show lines of the log of a review",
              log_of(listing.REVIEWS, "review"), LogPage, query=LogQuery),
    Operation("GET", "/findings", "listFindings", "List findings, the newest first", lists(listing.FINDINGS, Finding),
              Page[Finding], query=FindingQuery),
    Operation("GET", "/findings/{finding_id}", "getFinding", "Show a finding",
              shows(listing.FINDINGS, Finding, "finding"), Finding),
)  # fmt: skip
