"""The manifest asks for exactly what the code listens to and needs: no event, no permission more or less."""

from __future__ import annotations

import pytest

from app import handlers
from app.errors import ConfigError
from app.github import manifest
from app.localhub.rest import app as rest
from tests import github_descriptions

UNASKED = {"installation", "installation_repositories", "installation_target", "github_app_authorization", "ping"}
GITHUB = "https://api.github.com"
SERVER = "https://github.example.com/api/v3"


def test_the_events_are_those_that_somebody_handles():
    assert set(manifest.EVENTS) == {event for event, _ in handlers._ROUTES} - UNASKED


def test_every_event_is_one_of_githubs():
    known = {name.partition(".")[0] for name in github_descriptions.webhook_schemas()}
    assert manifest.EVENTS.keys() <= known


def test_every_route_that_is_used_is_open_to_the_permissions():
    assert not closed(dict(manifest.PERMISSIONS))


OPTIONAL = {need.permission for need in manifest.NEEDS if need.optional}


@pytest.mark.parametrize("permission", [name for name in manifest.PERMISSIONS if name not in OPTIONAL])
def test_no_permission_can_be_left_out(permission):
    assert closed({name: level for name, level in manifest.PERMISSIONS.items() if name != permission})


def test_an_optional_permission_is_what_an_optional_event_needs():
    assert {"merge_queues"} == OPTIONAL
    assert set(manifest.OPTIONAL_EVENTS) == {"merge_group"}


@pytest.mark.parametrize("permission", [name for name, level in manifest.PERMISSIONS.items() if level == "write"])
def test_no_permission_can_be_less(permission):
    assert closed({**manifest.PERMISSIONS, permission: "read"})


@pytest.mark.parametrize(
    ("api", "organisation", "form", "install"),
    [
        (GITHUB, None, "https://github.com/settings/apps/new", "https://github.com/apps/d/installations/new"),
        (
            SERVER,
            "octo",
            "https://github.example.com/organizations/octo/settings/apps/new",
            "https://github.example.com/github-apps/d/installations/new",
        ),
    ],
)
def test_addresses_are_those_of_the_github_that_is_configured(api, organisation, form, install):
    assert manifest.form_url(api, organisation) == form
    assert manifest.install_url(api, "d") == install


@pytest.mark.parametrize("name", ["", "../x", "a/b", "-a", "a b", "a" * 101, "a\n"])
def test_what_is_no_organisation_is_refused(name):
    with pytest.raises(ConfigError):
        manifest.form_url(GITHUB, name)


def test_a_name_is_as_long_as_github_allows():
    assert len(manifest.manifest("d" * 99, "https://x", "https://x/cb")["name"]) == 34


def closed(permissions) -> list[str]:
    """The routes of the hub, which knows those that dursor uses, that such an App may not use."""
    routes = [route for family in rest.FAMILIES for route in family.ROUTES if route.needs]
    ours = [route for route in routes if route.operation not in OF_OTHERS]
    return [
        route.operation for route in ours
        if not any(permissions.get(name) in {level, "write"} for name, level in (n.split("=") for n in route.needs))
    ]  # fmt: skip


OF_OTHERS = {"repos/create-commit-status"}  # what only the tests' other services ask
