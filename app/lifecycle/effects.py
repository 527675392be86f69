"""What a run asks of the world, as data: imperatives that `app.perform` carries out, one function each.

Effects carry keys, not contents: what to write or to ask is read from the stored rows when the effect
is performed, so that a late one still says what is true. Each can be performed twice without harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.lifecycle.run import Work


@dataclass(frozen=True, slots=True)
class ReadPull:
    """Ask GitHub how the pull request stands and turn what changed into signals."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ReadCi:
    """Ask GitHub for every check of the commit and fold them into one verdict."""

    run_id: str
    sha: str


@dataclass(frozen=True, slots=True)
class ReadReviews:
    """Ask GitHub what people said of the code: approvals, requests, comments on lines."""

    run_id: str


@dataclass(frozen=True, slots=True)
class StartWork:
    """Give the executor a fresh tree of the head and its instruction."""

    run_id: str
    attempt: int
    work: Work


@dataclass(frozen=True, slots=True)
class StopWork:
    """End the executor or reviewer of this attempt."""

    run_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class ImportWork:
    """Take what the executor left into the mirror, under the tree policy, as one commit."""

    run_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Push:
    """Push the attempt's commit to the branch, if its head is still the one the work began from."""

    run_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """Keep work that came too late on a side branch."""

    run_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class OpenPull:
    """Open the pull request of a run that has a branch and none yet."""

    run_id: str


@dataclass(frozen=True, slots=True)
class DescribePull:
    """Write title and description of a pull request that we opened anew, after more was asked for and done."""

    run_id: str


@dataclass(frozen=True, slots=True)
class RerunCi:
    """Ask for the failed jobs of the commit once more, before anything is fixed."""

    run_id: str
    sha: str


@dataclass(frozen=True, slots=True)
class StartReview:
    """Have the head reviewed."""

    run_id: str
    attempt: int
    sha: str


@dataclass(frozen=True, slots=True)
class PostReview:
    """Show on GitHub what the review of this attempt found and no review showed before."""

    run_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Check every gate once more and merge exactly this commit."""

    run_id: str
    sha: str


@dataclass(frozen=True, slots=True)
class CallOffMerge:
    """Take back that GitHub was asked to merge later: out of its queue, or no merge by itself any more."""

    run_id: str


@dataclass(frozen=True, slots=True)
class Vouch:
    """Make our check at the commit of a merge group, where the pull request at its end is ours to merge."""

    repository_id: int
    number: int
    sha: str


@dataclass(frozen=True, slots=True)
class DeleteBranch:
    """Delete the merged branch where that is safe."""

    run_id: str


@dataclass(frozen=True, slots=True)
class CloseIssue:
    """Close the issue that a merged task began in; GitHub does so only where the default branch was merged into."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Bring the check run and the sticky comment up to date."""

    run_id: str


@dataclass(frozen=True, slots=True)
class CompareCandidates:
    """Bring the comparison of the candidates that a run waits for up to date, and choose where the mode allows it."""

    run_id: str


@dataclass(frozen=True, slots=True)
class TakeCandidate:
    """Make the candidate whose run this is the task's own, or its commit the head of the pull request it is for."""

    run_id: str


@dataclass(frozen=True, slots=True)
class DropCandidate:
    """Close the pull request of a candidate that nobody needs any more, and delete its branch where that is safe."""

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
class Release:
    """Give the tokens of an ended run back."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ReadConfig:
    """Read a repository's configuration as it is on its default branch now."""

    repository_id: int


@dataclass(frozen=True, slots=True)
class CheckBranch:
    """Have the configuration judged in each pull request from a branch that somebody pushed a change of it to."""

    repository_id: int
    branch: str


@dataclass(frozen=True, slots=True)
class CheckConfig:
    """Judge the configuration as a pull request has it at a commit, which is its head."""

    repository_id: int
    number: int
    sha: str


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


Kind = Literal["issue", "review_comment", "review", "button", "box", "label"]
"""Where a command was said or pressed: a conversation, a line, a review, our check run, our status comment, a label."""


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


@dataclass(frozen=True, slots=True)
class BreakDown:
    """Have an issue split into parts; `run_id` is the executor run, which belongs to no run."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ShowBacklog:
    """Bring the checklist of an issue's parts up to date."""

    repository_id: int
    number: int


@dataclass(frozen=True, slots=True)
class TryModel:
    """Ask a model something small and note whether it answered."""

    model_id: str


@dataclass(frozen=True, slots=True)
class FindPlaces:
    """Ask GitHub where the App is installed and what it may see there."""


Effect = (
    ReadPull
    | ReadCi
    | ReadReviews
    | StartWork
    | StopWork
    | ImportWork
    | Push
    | SetAside
    | OpenPull
    | DescribePull
    | RerunCi
    | StartReview
    | PostReview
    | Merge
    | CallOffMerge
    | Vouch
    | DeleteBranch
    | CloseIssue
    | ShowStatus
    | CompareCandidates
    | TakeCandidate
    | DropCandidate
    | Say
    | AnswerThreads
    | Release
    | ReadConfig
    | CheckBranch
    | CheckConfig
    | ConsiderPull
    | ConsiderIssue
    | ObeyComment
    | HearComments
    | BreakDown
    | ShowBacklog
    | TryModel
    | FindPlaces
)
