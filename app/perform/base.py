"""Whether what fails on a pull request fails on its base branch too, and whether the branch lacks what mended it."""

from __future__ import annotations

from dataclasses import dataclass

from app.github import checks, commits, picture
from app.github import repository as repositories
from app.lifecycle import failure
from app.perform import evidence


@dataclass(frozen=True, slots=True)
class Base:
    """`red` says in words that all of it fails there too; `mended` that the base has commits the head lacks."""

    red: str | None = None
    mended: bool = False


async def compare(
    github: repositories.Repository,
    pull: picture.Picture,
    failed: tuple[failure.FailedCheck, ...],
    *,
    was_red: bool,
) -> Base:
    """Look at the tip of the base branch, and where that says nothing yet, at the commit the pull request knows.

    `was_red`: the base was as red as the head when it was last looked at.
    """
    names = {name for check in failed for name in check.names}
    for sha in dict.fromkeys([pull.base_tip, pull.base_sha]):
        answer = await _at(github, sha, names, failed)
        if answer:
            told = ", ".join(sorted(names)[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            return Base(f"{told} is red on {pull.base_ref} since {sha[:10]} too: not this pull request's doing.")
        if answer is False:
            break
    lacks = was_red and (await commits.compare(github, pull.base_tip, pull.head_sha)).behind_by > 0
    return Base(mended=lacks)


async def _at(
    github: repositories.Repository, sha: str, names: set[str], failed: tuple[failure.FailedCheck, ...]
) -> bool | None:
    """Whether a commit fails in the same way; None when it does not say."""
    reported = await checks.runs_at(github, sha)
    runs = {run.name: run for run in reported if run.name in names}
    if any(run.conclusion not in evidence.RED for run in runs.values() if run.status == "completed"):
        return False
    if not runs and not any(check.conclusion in {"failure", "error"} and not check.step for check in failed):
        return None
    there = await evidence.of_named(github, names, await checks.at(github, sha, runs=reported))
    if not names <= {name for check in there for name in check.names}:
        return None
    return failure.signature(there) == failure.signature(failed)
