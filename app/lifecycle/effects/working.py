"""Effects that let executors work, and bring what they made to GitHub."""

from __future__ import annotations

from dataclasses import dataclass

from app.lifecycle.run import Work


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
class StartReview:
    """Have the head reviewed, by the configured reviewer where none is named."""

    run_id: str
    attempt: int
    sha: str
    reviewer: str | None = None


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
class BreakDown:
    """Have an issue split into parts; `run_id` is the executor run, which belongs to no run."""

    run_id: str


@dataclass(frozen=True, slots=True)
class TryModel:
    """Ask a model something small and note whether it answered."""

    model_id: str
