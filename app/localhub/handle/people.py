"""What people do on the hub with a browser and git: propose, push, talk, review, label, close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.localhub import git_push, git_repo
from app.localhub.actions import comments, owning, pulls, pushing, queueing, reviews, workflows
from app.localhub.state import issues, people, repository
from app.localhub.state import world as worlds


class People:
    """Each method is one deed of a person named by login; accounts are made on first use."""

    world: worlds.World

    def user(self, login: str) -> people.User:
        return self.world.user(login)

    def delete_account(self, login: str) -> None:
        """What the account said stays, by nobody; somebody else may take its name."""
        self.world.users.pop(login.lower()).gone = True
        for repo in self.world.repositories.values():
            repo.roles.pop(login.lower(), None)

    async def open_pull_request(  # noqa: PLR0913 - one keyword for each field of GitHub's form
        self,
        repo: repository.Repository,
        *,
        title: str = "A change",
        files: git_repo.Files | None = None,
        branch: str = "change",
        author: str = "alice",
        body: str | None = None,
        draft: bool = False,
        labels: Sequence[str] = (),
        fork: bool = False,
        base: str | None = None,
    ) -> issues.Pull:
        """Commit `files` on a new branch off the base and open a pull request for it.

        With `fork` the branch is in the author's fork, which is made if need be; without, the author is
        given write permission unless a role was set before.
        """
        user, base = self.user(author), base or repo.default_branch
        source = await owning.fork(self.world, repo, user) if fork else repo
        if not fork:
            repo.roles.setdefault(author.lower(), "write")
        await self.push_branch(source, branch, files or {"change.txt": f"{title}\n"}, author, title, base=base)
        proposal = pulls.Proposal(title, body, source, branch, base, draft)
        pull = await pulls.open_(self.world, repo, proposal, user)
        for name in labels:
            pulls.label(self.world, pull, name, user)
        workflows.on_pull_request(self.world, pull, user, "opened")
        return pull

    async def push(
        self,
        pull: issues.Pull,
        files: git_repo.Files,
        author: str | None = None,
        message: str = "Another change",
        *,
        force: bool = False,
    ) -> str:
        """Push one more commit to the pull request's branch, or with `force` one in place of all; returns its sha."""
        if pull.head_repository is None:
            raise LookupError("the fork is gone")
        base = pull.base_ref if force else None
        who = author or pull.user.login
        return await self.push_branch(pull.head_repository, pull.head_ref, files, who, message, base=base)

    async def push_branch(
        self,
        repo: repository.Repository,
        branch: str,
        files: git_repo.Files,
        author: str,
        message: str = "A change",
        *,
        base: str | None = None,
    ) -> str:
        """Commit `files` and push: on the branch's tip, or on that of `base`; returns the new sha."""
        hub, git, ref, user = self.world, self.world.git(repo), pushing.HEADS + branch, self.user(author)
        async with hub.lock(repo):
            old = await git_repo.ref(git, ref)
            parent = await git_repo.ref(git, pushing.HEADS + base) if base else old
            who, at = people.signature(user), hub.clock.now()
            new = await git_repo.commit_files(git, branch, files, message, who, at, parent, force=base is not None)
        await pushing.received(hub, repo, [git_push.RefUpdate(ref, old or git_repo.ZERO, new)], user)
        return new

    async def delete_branch(self, repo: repository.Repository, branch: str, who: str = "alice") -> None:
        await pushing.delete_branch(self.world, repo, branch, self.user(who))

    def open_issue(
        self, repo: repository.Repository, title: str, body: str | None = None, author: str = "alice"
    ) -> issues.Issue:
        return comments.open_issue(self.world, repo, title, body, self.user(author))

    def comment(self, issue: issues.Issue, body: str, author: str = "alice") -> issues.Comment:
        """Write in the conversation of an issue or pull request."""
        return comments.create(self.world, issue, body, self.user(author))

    def edit_comment(self, comment: issues.Comment, body: str, author: str | None = None) -> None:
        comments.edit(self.world, comment, body, self.user(author or comment.user.login))

    def delete_comment(self, comment: issues.Comment, author: str | None = None) -> None:
        comments.delete(self.world, comment, self.user(author or comment.user.login))

    async def review(
        self,
        pull: issues.Pull,
        state: str,
        body: str = "",
        author: str = "bob",
        comments: Sequence[Mapping[str, Any]] = (),
    ) -> issues.Review:
        """Submit a review; `state` is APPROVED, CHANGES_REQUESTED or COMMENTED, each comment as in the REST API."""
        drafts = [
            reviews.Draft(
                str(one["path"]), str(one["body"]), int(one["line"]), str(one.get("side", "RIGHT")),
                one.get("start_line"), one.get("start_side"),
            )
            for one in comments
        ]  # fmt: skip
        return await reviews.submit(self.world, pull, self.user(author), state.upper(), body, drafts)

    def edit_review(self, review: issues.Review, body: str) -> None:
        reviews.edit(self.world, review, body, review.user)

    def dismiss(self, review: issues.Review, who: str = "carol") -> None:
        reviews.dismiss(self.world, review, self.user(who))

    def reply(self, comment: issues.ReviewComment, body: str, author: str) -> issues.ReviewComment:
        return reviews.reply(self.world, comment, body, self.user(author))

    def resolve(self, comment: issues.ReviewComment, who: str, *, resolved: bool = True) -> None:
        """Resolve the thread that holds a remark, or with `resolved=False` open it again."""
        thread = next(thread for thread in comment.pull.threads if comment in thread.comments)
        change = reviews.resolve if resolved else reviews.unresolve
        change(self.world, comment.pull, thread, self.user(who))

    def edit_remark(self, comment: issues.ReviewComment, body: str, author: str) -> None:
        reviews.edit_comment(self.world, comment, body, self.user(author))

    def delete_remark(self, comment: issues.ReviewComment, author: str) -> None:
        reviews.delete_comment(self.world, comment, self.user(author))

    def close(self, issue: issues.Issue, who: str = "alice") -> None:
        """Close an issue, or a pull request without merging it."""
        if isinstance(issue, issues.Pull):
            pulls.closed(self.world, issue, self.user(who))
        else:
            comments.set_issue_state(self.world, issue, "closed", self.user(who))

    async def reopen(self, pull: issues.Pull, who: str = "alice") -> None:
        pulls.reopen(self.world, pull, self.user(who))
        workflows.on_pull_request(self.world, pull, self.user(who), "reopened")

    async def edit(self, pull: issues.Pull, who: str = "alice", **changes: str) -> None:
        """Change `title`, `body` or `base`."""
        await pulls.edit(self.world, pull, changes, self.user(who))

    def set_draft(self, pull: issues.Pull, who: str = "alice", *, draft: bool) -> None:
        pulls.set_draft(self.world, pull, self.user(who), draft=draft)

    def set_auto_merge(self, pull: issues.Pull, method: str | None = "merge", who: str = "alice") -> None:
        """Enable auto-merge with `method`; None disables it. It merges once what rules of the branch demand holds."""
        pulls.set_auto_merge(self.world, pull, method, self.user(who))

    async def enqueue(self, pull: issues.Pull, who: str = "carol") -> issues.QueueEntry:
        """Put a pull request into the merge queue."""
        return await queueing.enqueue(self.world, pull, self.user(who))

    async def leave_queue(self, pull: issues.Pull, reason: str = "MANUAL", who: str = "carol") -> None:
        """Take it out: MERGE merges it, any other of GitHub's reasons (CI_FAILURE, ...) throws it out."""
        await queueing.leave(self.world, pull, reason, self.user(who))

    def label(self, issue: issues.Issue, name: str, author: str = "alice") -> None:
        pulls.label(self.world, issue, name, self.user(author))

    def unlabel(self, issue: issues.Issue, name: str, author: str = "alice") -> None:
        pulls.unlabel(self.world, issue, name, self.user(author))
