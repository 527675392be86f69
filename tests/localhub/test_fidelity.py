"""Everything the hub answers and sends is held against what GitHub publishes about its API and webhooks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest

from app.localhub.hub import Hub
from app.localhub.rest import app as rest
from app.localhub.state import world
from tests import github_descriptions
from tests.localhub import description, life
from tests.localhub.conftest import App, Delivery, receiving

# The routes that GitHub describes under another shape of path; `{ref:path}` is the router's own mark.
MARK = ":path"


class Record(NamedTuple):
    """Everything that went over the wire in one life."""

    requests: list[world.Request]
    deliveries: list[Delivery]


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    return asyncio.run(_live(tmp_path_factory.mktemp("hub")))


def test_every_route_is_one_of_githubs_under_githubs_name():
    described = description.operations()
    for family in rest.FAMILIES:
        for route in family.ROUTES:
            method, path, _ = described[route.operation]
            assert (route.method, _shape(route.path)) == (method, _shape(path)), route.operation


def test_every_answer_is_as_github_describes_it(lived):
    wrong = [
        f"{request.method} {request.path}: {error}"
        for request in lived.requests
        for error in description.answer_errors(request.operation, request.status, request.answer)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_request_that_succeeds_is_one_that_github_describes(lived):
    wrong = [
        error
        for request in lived.requests
        if request.status < 400
        for error in description.request_errors(request.operation, request.body)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_route_was_asked(lived):
    asked = {request.operation for request in lived.requests if request.status < 400}
    assert {route.operation for family in rest.FAMILIES for route in family.ROUTES} - asked == set()


def test_every_webhook_is_as_github_describes_it(lived):
    wrong = [
        f"{delivery.name}: {error}"
        for delivery in lived.deliveries
        for error in github_descriptions.payload_errors(delivery.event, delivery.payload)
    ]
    assert not wrong, "\n".join(wrong)


async def _live(root: Path) -> Record:
    async with Hub(root) as hub, receiving() as inbox, aiohttp.ClientSession() as session:
        hub.target(inbox.url)
        app = App(hub, session)
        repo = await hub.create_repository("octo/widgets", {"README.md": "# Widgets\n", "a.py": "x = 1\n" * 20})
        await app.authenticate()
        assert (await app.call("DELETE", "/installation/token")).status == 204
        await app.authenticate()
        await life.live(hub, repo, app)
        return Record(hub.requests, inbox.deliveries)


def _shape(path: str) -> list[str]:
    """The path with its parameters unnamed."""
    return ["{}" if part.startswith("{") else part for part in path.replace(MARK, "").split("/")]
