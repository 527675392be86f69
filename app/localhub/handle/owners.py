"""What owners, other apps and GitHub itself do: repositories, rules, roles, the installation, foreign checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.localhub import deliveries, git_repo
from app.localhub.actions import checks, events, moving, owning, statuses, workflows
from app.localhub.state import checks as records
from app.localhub.state import issues, people, repository
from app.localhub.state import world as worlds

START: git_repo.Files = {"README.md": "# A repository of the local hub\n"}


class Owners:
    """Each method is one deed; `who` is the login of the person that does it."""

    world: worlds.World
    app: people.App

    async def create_repository(
        self, full_name: str, files: git_repo.Files | None = None, *, ci: bool = False, private: bool = False
    ) -> repository.Repository:
        """Make `OWNER/NAME` with `files`; with `ci` its workflows run for pull requests and pushes."""
        return await owning.create(self.world, full_name, files or START, private=private, ci=ci)

    async def fork(self, repo: repository.Repository, owner: str) -> repository.Repository:
        """The fork of `repo` in `owner`'s account, made if it is not there."""
        return await owning.fork(self.world, repo, self.world.user(owner))

    def rename_repository(self, repo: repository.Repository, name: str, who: str = "alice") -> None:
        moving.rename(self.world, repo, name, self.world.user(who))

    def rename_owner(self, login: str, new: str, who: str = "alice") -> None:
        moving.rename_owner(self.world, self.world.user(login), new, self.world.user(who))

    def transfer_repository(self, repo: repository.Repository, owner: str, who: str = "alice") -> None:
        """To an organization, where the app is or is not installed."""
        moving.transfer(self.world, repo, self.world.user(owner, "Organization"), self.world.user(who))

    def set_private(self, repo: repository.Repository, who: str = "alice", *, private: bool) -> None:
        moving.set_private(self.world, repo, self.world.user(who), private=private)

    def set_default_branch(self, repo: repository.Repository, branch: str, who: str = "alice") -> None:
        moving.set_default_branch(self.world, repo, branch, self.world.user(who))

    def archive_repository(self, repo: repository.Repository, who: str = "alice", *, archived: bool = True) -> None:
        moving.set_archived(self.world, repo, self.world.user(who), archived=archived)

    def delete_repository(self, repo: repository.Repository, who: str = "alice") -> None:
        owning.delete(self.world, repo, self.world.user(who))

    def set_permission(self, repo: repository.Repository, login: str, role: str) -> None:
        """`role` is none, read, triage, write, maintain or admin."""
        if role not in repository.ROLES:
            raise ValueError(role)
        self.world.user(login)
        repo.roles[login.lower()] = role

    def protect(
        self,
        repo: repository.Repository,
        branch: str = "main",
        *,
        required: Sequence[str | repository.RequiredCheck] = (),
        **rules: Any,
    ) -> None:
        """Set the rules of a branch, in place of those it had; `rules` are the fields of `repository.Protection`."""
        contexts = [repository.RequiredCheck(one) if isinstance(one, str) else one for one in required]
        repo.protections[branch] = repository.Protection(contexts, **rules)

    def installation(self, repo: repository.Repository) -> people.Installation:
        """The app's installation that sees `repo`."""
        found = self.world.installation(repo)
        if found is None:
            raise LookupError(f"the app is not installed on {repo.full_name}")
        return found

    def suspend(self, installation: people.Installation, who: str = "alice", *, suspended: bool = True) -> None:
        owning.suspend(self.world, installation, self.world.user(who), suspended=suspended)

    def uninstall(self, installation: people.Installation, who: str = "alice") -> None:
        owning.uninstall(self.world, installation, self.world.user(who))

    def install(self, login: str) -> people.Installation:
        """Install the app on an organization."""
        return owning.install(self.world, self.world.user(login, "Organization"))

    def accept_permissions(self, installation: people.Installation, who: str = "alice", **changed: str | None) -> None:
        """Change what the installation may (`workflows="write"`, or None); older tokens keep what they had."""
        wanted = {**installation.permissions, **changed}
        given = {name: level for name, level in wanted.items() if level}
        owning.accept(self.world, installation, given, self.world.user(who))

    def expire_tokens(self) -> None:
        """Every installation token ends now."""
        for token in self.world.tokens.values():
            token.expires_at = self.world.clock.now()

    def limit(self, installation: people.Installation, requests: int) -> None:
        """Allow this installation so many requests an hour, those of this hour included."""
        self.world.rate_limits[f"installation ID {installation.id}"] = requests

    def select_repositories(
        self, installation: people.Installation, chosen: Sequence[repository.Repository], who: str = "alice"
    ) -> None:
        owning.select(self.world, installation, chosen, self.world.user(who))

    async def finish_check(
        self,
        pull: issues.Pull,
        name: str,
        conclusion: str | None,
        times: int = 1,
        app: str = "circleci",
    ) -> records.CheckRun:
        """Another app reports a check on the head; None leaves it running, `times` reports it so often."""
        hub = self.world
        reporter = self.other_app(app)
        change = checks.Change(name=name, conclusion=conclusion, status=None if conclusion else "in_progress")
        home, run = pull.repository, None
        for _ in range(times):
            run = await checks.create(hub, home, reporter, pull.head_sha, change, reporter.bot)
        if run is None:
            raise ValueError(times)
        return run

    async def update_check(self, run: records.CheckRun, conclusion: str) -> None:
        """The app that owns `run` finishes it."""
        await checks.update(self.world, run, checks.Change(conclusion=conclusion), run.suite.app.bot)

    def rerequest_check(self, run: records.CheckRun, who: str = "alice") -> None:
        checks.rerequest(self.world, run, self.world.user(who))

    def press_button(self, run: records.CheckRun, identifier: str, who: str = "alice") -> None:
        """Somebody presses the check run's button with this identifier."""
        checks.request_action(self.world, run, identifier, self.world.user(who))

    async def set_status(
        self,
        repo: repository.Repository,
        sha: str,
        state: str,
        context: str = "ci/legacy",
        description: str | None = None,
        who: str = "jenkins",
    ) -> records.Status:
        told = {"state": state, "context": context, "description": description}
        return await statuses.create(self.world, repo, sha, told, self.world.user(who))

    def deploy(self, pull: issues.Pull, environment: str) -> None:
        """The head of a pull request is deployed."""
        pull.repository.deployed.add((pull.head_sha, environment))
        self.world.stir(pull.repository)

    async def approve_workflows(self, pull: issues.Pull, who: str = "carol") -> None:
        """A maintainer lets the workflows of a stranger's fork run."""
        await workflows.approve(self.world, pull, self.world.user(who))

    def other_app(self, slug: str) -> people.App:
        """Another app by its slug, made on first use."""
        hub = self.world
        for found in hub.apps.values():
            if found.slug == slug:
                return found
        app_id, bot = hub.new_id(), hub.user(f"{slug}[bot]")
        return hub.apps.setdefault(app_id, people.App(app_id, slug, slug, hub.user(slug), bot, hub.now()))

    def ping(self) -> None:
        """Send the `ping` of a webhook that was just set up."""
        events.ping(self.world, self.app)

    def offer_manifest(self, code: str, secrets: dict[str, str]) -> None:
        """Let `code` be exchanged once for this app with `secrets` (pem, client_secret, webhook_secret, ...)."""
        self.world.conversions[code] = (self.app, secrets)

    @property
    def deliveries(self) -> deliveries.Deliveries:
        return self.world.deliveries
