"""GitHub as the app sees it: itself, its installations and deliveries, and a handle for each repository."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Self

import aiohttp

from app import redact
from app.github import about, auth, bearers, calls, etags, failures, limits, shape, transport, urls
from app.github import repository as repositories

_DELIVERY_PAGES = 1000  # a hundred thousand deliveries in GitHub's three days


class GitHub:
    """The app's client: `async with GitHub(app_id, pem) as github`. Raises app.errors only."""

    def __init__(
        self,
        app_id: int,
        private_key_pem: str,
        api_url: str = "https://api.github.com",
        *,
        pace: limits.Pace | None = None,
        now: Callable[[], float] = time.time,
        timeout: aiohttp.ClientTimeout = transport.TIMEOUT,
    ) -> None:
        self.api_url = urls.api(api_url)
        self._app_id = app_id
        self._pem = private_key_pem
        self._pace = pace or limits.Pace()
        self._now = now
        self._timeout = timeout
        self._answers = etags.Answers()
        self._locks = repositories.Locks()
        self._lanes: dict[int, limits.Lane] = {}

    async def __aenter__(self) -> Self:
        self._http = transport.session(self._timeout)
        try:
            via = transport.Transport(self._http, self.api_url, now=self._now)
            self.auth = auth.App(self._app_id, self._pem, via, limits.Lane(self._pace), self._now)
        except BaseException:
            await self._http.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    def repository(self, installation_id: int, repository_id: int, full_name: str) -> repositories.Repository:
        """The handle of one repository; asks GitHub nothing."""
        return repositories.Repository(
            installation_id,
            repository_id,
            urls.repository(full_name),
            self.api_url,
            self.auth,
            self._calls(installation_id, repository_id),
            self._locks,
        )

    def lane(self, installation_id: int) -> limits.Lane:
        """The turns of an installation: its pause and its rate limit, for whoever shows them."""
        return self._lanes.setdefault(installation_id, limits.Lane(self._pace))

    async def app(self) -> about.AppInfo:
        """GET /app: also the cheapest proof that id and key belong together."""
        return about.read_app(shape.mapping(await self.auth.calls.get("app"), "the app"))

    async def bot_user(self, slug: str) -> shape.User:
        """The account behind the app's comments and commits; its id is in no other place."""
        asking = await self._any_installation()
        user = shape.mapping(await asking.get(f"users/{urls.piece(slug + '[bot]')}"), "a user")
        return shape.user({"user": user}, "user")

    async def installations(self) -> list[about.Installation]:
        return [about.read_installation(entry) for entry in await self.auth.calls.everything("app/installations")]

    async def installation(self, installation_id: int) -> about.Installation:
        """Raises errors.NotFound when it is gone."""
        found = await self.auth.calls.get(f"app/installations/{installation_id}")
        return about.read_installation(shape.mapping(found, "an installation"))

    async def installation_repositories(self, installation_id: int) -> list[repositories.RepositoryInfo]:
        """All repositories of an installation, or an error."""
        found = await self._calls(installation_id, None).everything("installation/repositories", "repositories")
        return [repositories.read(entry) for entry in found]

    async def deliveries(
        self, since: datetime.datetime | None = None, *, only_failed: bool = False
    ) -> AsyncIterator[about.Delivery]:
        """What GitHub tried to deliver, newest first, back to `since` or as far as it knows (3 days)."""
        params = {"status": "failure"} if only_failed else {}
        pages = self.auth.calls.pages("app/hook/deliveries", None, params, at_most=_DELIVERY_PAGES)
        async for page in pages:
            found = [about.read_delivery(entry) for entry in page]
            for delivery in found:
                if since is None or delivery.delivered_at >= since:
                    yield delivery
            if since is not None and found and found[-1].delivered_at < since:
                return

    async def release(self, installation_id: int, repository_id: int) -> int:
        """Revoke the tokens of one repository, and say how many there were; whoever needs one next gets a new one.

        Raises app.errors where GitHub did not hear of it: such a token ends by itself within its hour.
        """
        taken = self.auth.take(installation_id, repository_id)
        via = transport.Transport(self._http, self.api_url, now=self._now)
        for token in taken:
            with contextlib.suppress(failures.Unauthorized):  # it has ended already
                revoking = calls.Calls(via, bearers.OneToken(token), self.lane(installation_id))
                await revoking.write("DELETE", "installation/token", serial=False)
            redact.forget(token.value)
        return len(taken)

    async def redeliver(self, delivery_id: int) -> None:
        """Have GitHub deliver once more; it comes with the same GUID."""
        await self.auth.calls.write("POST", f"app/hook/deliveries/{delivery_id}/attempts")

    def _calls(self, installation_id: int, repository_id: int | None) -> calls.Calls:
        view = self._answers.view(f"{installation_id}/{repository_id}")
        via = transport.Transport(self._http, self.api_url, answers=view, now=self._now)
        credential = bearers.OfInstallation(self.auth, installation_id, repository_id)
        return calls.Calls(via, credential, self.lane(installation_id))

    async def _any_installation(self) -> calls.Calls:
        for installation in await self.installations():
            if not installation.is_suspended:
                return self._calls(installation.id, None)
        via = transport.Transport(self._http, self.api_url, now=self._now)
        return calls.Calls(via, bearers.Nobody(), limits.Lane(self._pace))
