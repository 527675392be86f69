"""Effects that merge, or take back what would have merged, and tidy up afterwards."""

from __future__ import annotations

from dataclasses import dataclass


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
class Release:
    """Give the tokens of an ended run back."""

    run_id: str
