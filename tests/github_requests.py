"""Holds every request that dursor sends in any test to GitHub's descriptions; a wrong one fails the test.

A part of pytest's run and no fixture, so that no test can forget it: each local hub of the process is
watched from outside, also when the server that asks is another process.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.localhub.hub import Hub
from tests.github_routes import SENDER, Request, faults

seen: list[Request] = []  # what came since it was last looked at


def pytest_configure() -> None:
    """Watch every hub from here on."""
    Hub._application = _watching(Hub._application)  # type: ignore[assignment, method-assign]


def _watching(build: Callable[[Hub], ASGIApp]) -> Callable[[Hub], ASGIApp]:
    return lambda hub: watched(build(hub))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    yield
    look()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    yield
    look()


def look() -> None:
    """Fail with what is wrong with the requests seen since the last time."""
    found = [fault for request in seen for fault in faults(request)]
    seen.clear()
    if found:
        pytest.fail("requests that GitHub does not describe:\n" + "\n".join(dict.fromkeys(found)), pytrace=False)


def watched(app: ASGIApp) -> ASGIApp:
    """The same application; what dursor asks of its API is noted down, whether there is a route for it or not."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", [])}
        if not scope["path"].startswith("/api/") or not headers.get("user-agent", "").startswith(SENDER):
            await app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        body = b"".join(message.get("body", b"") for message in messages)
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        seen.append(Request(scope["method"], path, query, headers, body))

        async def listen() -> Message:
            return messages.pop(0) if messages else await receive()

        await app(scope, listen, send)

    return application
