"""Issues and pull requests, and what people write on them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.localhub.state import people, repository

REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


@dataclasses.dataclass(eq=False)
class Label:
    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclasses.dataclass(eq=False)
class Reaction:
    id: int
    user: people.User
    content: str
    created_at: str


@dataclasses.dataclass(eq=False)
class Comment:
    """A comment in the conversation of an issue or pull request."""

    id: int
    issue: Issue
    user: people.User
    body: str
    created_at: str
    updated_at: str
    app: people.App | None = None
    reactions: list[Reaction] = dataclasses.field(repr=False, default_factory=list)


@dataclasses.dataclass(eq=False)
class ReviewComment:
    """A comment on lines of the diff; `line` is None once the diff has moved on."""

    id: int
    pull: Pull
    review: Review
    user: people.User
    body: str
    path: str
    side: str
    line: int | None
    start_line: int | None
    start_side: str | None
    original_line: int
    diff_hunk: str
    position: int
    commit_id: str
    original_commit_id: str
    created_at: str
    updated_at: str
    in_reply_to: int | None = None
    reactions: list[Reaction] = dataclasses.field(repr=False, default_factory=list)


@dataclasses.dataclass(eq=False)
class Thread:
    """A conversation on lines; `root` is its first comment."""

    id: int
    root: ReviewComment
    comments: list[ReviewComment] = dataclasses.field(repr=False, default_factory=list)
    resolved_by: people.User | None = None


@dataclasses.dataclass(eq=False)
class Review:
    id: int
    pull: Pull
    user: people.User
    state: str  # APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED or PENDING
    body: str
    commit_id: str
    submitted_at: str
    updated_at: str
    comments: list[ReviewComment] = dataclasses.field(repr=False, default_factory=list)


@dataclasses.dataclass(eq=False)
class Issue:
    id: int
    number: int
    repository: repository.Repository
    title: str
    body: str | None
    user: people.User
    created_at: str
    updated_at: str
    state: str = "open"
    locked: bool = False
    closed_at: str | None = None
    closed_by: people.User | None = None
    app: people.App | None = None
    labels: list[Label] = dataclasses.field(default_factory=list)
    comments: list[Comment] = dataclasses.field(repr=False, default_factory=list)
    reactions: list[Reaction] = dataclasses.field(repr=False, default_factory=list)


@dataclasses.dataclass(eq=False)
class Size:
    """How big a pull request's diff is."""

    commits: int = 0
    additions: int = 0
    deletions: int = 0
    files: int = 0


@dataclasses.dataclass(eq=False)
class Mergeability:
    """The outcome of a test merge of exactly these two commits."""

    head: str
    base: str
    clean: bool
    behind: bool
    merge_sha: str | None


@dataclasses.dataclass(eq=False)
class AutoMerge:
    """What GitHub is to do once everything that is required holds."""

    enabled_by: people.User
    method: str
    enabled_at: str = ""


@dataclasses.dataclass(eq=False)
class QueueEntry:
    """A place in the merge queue; `sha` is the commit that is tested, on the branch `ref`, for the head `head_sha`."""

    ref: str
    sha: str
    base_sha: str
    head_sha: str
    who: people.User
    at: str
    state: str = "AWAITING_CHECKS"


@dataclasses.dataclass(eq=False)
class Stack:
    """The stack of pull requests that one belongs to; `position` 1 is the bottom."""

    id: int
    size: int
    position: int
    base_ref: str
    base_sha: str


@dataclasses.dataclass(kw_only=True, eq=False)
class Pull(Issue):
    head_repository: repository.Repository | None  # None once a fork is deleted
    head_owner: people.User
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    draft: bool = False
    maintainer_can_modify: bool = False
    merged_at: str | None = None
    merged_by: people.User | None = None
    merge_commit_sha: str | None = None
    size: Size = dataclasses.field(default_factory=Size)
    mergeability: Mergeability | None = None
    last_pusher: people.User | None = None
    auto_merge: AutoMerge | None = None
    queued: QueueEntry | None = None
    removals: list[tuple[str, str]] = dataclasses.field(repr=False, default_factory=list)  # from the queue: why, when
    stack: Stack | None = None
    reviews: list[Review] = dataclasses.field(repr=False, default_factory=list)
    threads: list[Thread] = dataclasses.field(repr=False, default_factory=list)

    @property
    def cross_repository(self) -> bool:
        return self.head_repository is not self.repository

    @property
    def review_comments(self) -> list[ReviewComment]:
        return sorted((c for review in self.reviews for c in review.comments), key=lambda c: c.id)
