"""Everything the hub answers and sends is held against what GitHub publishes about its API and webhooks."""

from __future__ import annotations

import pytest

from app.localhub.rest import app as rest
from tests import github_descriptions
from tests.localhub import description, life

# The routes that GitHub describes under another shape of path; `{ref:path}` is the router's own mark.
MARK = ":path"


@pytest.fixture
async def lived(hub, inbox, app, repo):
    await life.live(hub, repo, app)
    return hub


def test_every_route_is_one_of_githubs_under_githubs_name():
    described = description.operations()
    for family in rest.FAMILIES:
        for route in family.ROUTES:
            method, path, _ = described[route.operation]
            assert (route.method, _shape(route.path)) == (method, _shape(path)), route.operation


async def test_every_answer_is_as_github_describes_it(lived):
    wrong = [
        f"{request.method} {request.path}: {error}"
        for request in lived.requests
        for error in description.answer_errors(request.operation, request.status, request.answer)
    ]
    assert not wrong, "\n".join(wrong)


async def test_every_route_was_asked(lived):
    asked = {request.operation for request in lived.requests if request.status < 400}
    assert {route.operation for family in rest.FAMILIES for route in family.ROUTES} - asked == set()


async def test_every_webhook_is_as_github_describes_it(lived, inbox):
    wrong = [
        f"{delivery.name}: {error}"
        for delivery in inbox.deliveries
        for error in github_descriptions.payload_errors(delivery.event, delivery.payload)
    ]
    assert not wrong, "\n".join(wrong)


def _shape(path: str) -> list[str]:
    """The path with its parameters unnamed."""
    return ["{}" if part.startswith("{") else part for part in path.replace(MARK, "").split("/")]
