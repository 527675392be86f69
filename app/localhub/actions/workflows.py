"""Where the hub's CI is started: after pushes, and for pull requests that are opened or get a new head.

A repository made with `ci=False` has none; then nothing follows.
"""

from __future__ import annotations

from app.localhub.state import checks, issues, people, repository, world


async def on_push(hub: world.World, home: repository.Repository, branch: str, sha: str, who: people.User) -> None:
    """Start what listens to pushes."""


async def on_pull_request(hub: world.World, pull: issues.Pull, who: people.User) -> None:
    """Start what listens to pull requests."""


async def approve(hub: world.World, pull: issues.Pull, who: people.User) -> None:
    """Let the runs of a stranger's fork start."""


async def rerun_failed(hub: world.World, run: checks.WorkflowRun, who: people.User) -> None:
    """Start a new attempt of the jobs that did not succeed."""
