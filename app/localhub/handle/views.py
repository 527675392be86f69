"""What a test or the demo may look at: the visible effects, as they stand now."""

from __future__ import annotations

from app.localhub import git_compare, git_repo
from app.localhub.state import checks, issues, repository
from app.localhub.state import world as worlds


class Views:
    """Reads only. `requests`, `merges` and `pushes` are everything that ever happened, the oldest first."""

    world: worlds.World

    @property
    def pulls(self) -> list[issues.Pull]:
        """Every pull request of every repository."""
        return [pull for repo in self.world.repositories.values() for pull in repo.pulls]

    @property
    def requests(self) -> list[worlds.Request]:
        """Every API request that reached a route; `operation` is GitHub's name for it."""
        return self.world.requests

    @property
    def merges(self) -> list[worlds.Merge]:
        return self.world.merges

    @property
    def pushes(self) -> list[worlds.Push]:
        return self.world.pushes

    def comments(self, issue: issues.Issue) -> list[issues.Comment]:
        return list(issue.comments)

    def check_runs(self, sha: str) -> list[checks.CheckRun]:
        """The check runs on a commit that no later attempt has replaced."""
        found = [run for repo in self.world.repositories.values() for run in repo.check_runs]
        return [run for run in found if run.suite.head_sha == sha and not run.superseded]

    async def commits(self, pull: issues.Pull) -> list[git_compare.Commit]:
        """The pull request's own commits, the oldest first."""
        return await git_compare.commits_between(self.world.git(pull.repository), pull.base_sha, pull.head_sha)

    async def default_branch_sha(self, repo: repository.Repository) -> str:
        found = await git_repo.ref(self.world.git(repo), f"refs/heads/{repo.default_branch}")
        if found is None:
            raise LookupError(f"{repo.full_name} is empty")
        return found

    async def read(self, repo: repository.Repository, path: str, branch: str | None = None) -> str | None:
        """The text of a file at the tip of a branch (the default one), None when there is none."""
        ref = f"refs/heads/{branch or repo.default_branch}"
        data = await git_repo.read_file(self.world.git(repo), ref, path)
        return None if data is None else data.decode()
