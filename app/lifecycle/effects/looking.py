"""Effects that look: at pull requests, CI, reviews, configurations."""

from __future__ import annotations

from dataclasses import dataclass


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
class RerunCi:
    """Ask for the failed jobs of the commit once more, before anything is fixed."""

    run_id: str
    sha: str


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
class FindPlaces:
    """Ask GitHub where the App is installed and what it may see there."""
