"""Effects that follow from what people wrote, pressed or opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["issue", "review_comment", "review", "button", "box", "label"]
"""Where a command was said or pressed: a conversation, a line, a review, our check run, our status comment, a label."""


@dataclass(frozen=True, slots=True)
class ConsiderPull:
    """Look whether the configuration wants this pull request taken, and take it.

    `by` put `labels` on it just now, or opened it with them; None where no event told. `title` is as it was then.
    """

    repository_id: int
    number: int
    by: str | None = None
    by_id: int | None = None
    labels: tuple[str, ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True)
class ConsiderIssue:
    """Look whether the configuration wants work to begin on an issue with this label, and begin it.

    `by` put the label on; `nonce` is under what the issue's words of that moment are kept.
    """

    repository_id: int
    number: int
    label: str
    nonce: str
    by: str
    by_id: int | None
    by_is_bot: bool
    title: str | None = None


@dataclass(frozen=True, slots=True)
class ObeyComment:
    """Check who wrote a command and do what it says.

    The words are kept as they were when the comment came, and `head_sha` is the head as it was known then:
    neither a later edit nor a later push changes what was asked for. `comment_id` is the number of what `kind`
    says, `thread` the first remark of a line's thread, and `nonce` tells two presses of one button apart.
    """

    repository_id: int
    number: int
    on_pull_request: bool
    comment_id: int
    position: int
    verb: str
    rest: str
    author: str
    author_is_bot: bool
    head_sha: str | None
    kind: Kind = "issue"
    nonce: str = ""
    author_id: int | None = None
    thread: int | None = None
    title: str | None = None
    written_at: str | None = None

    @property
    def source(self) -> str:
        """What tells this from everything else that was said or pressed, however many commands it holds."""
        return f"{self.kind}:{self.nonce or self.comment_id}"


@dataclass(frozen=True, slots=True)
class HearComments:
    """Look for commands in a repository's comments that no event told of."""

    repository_id: int
