"""Accounts and apps."""

from __future__ import annotations

import base64
from typing import Any

from app.localhub.state import people, world


def node_id(kind: str, number: int) -> str:
    """An opaque GraphQL id that differs by kind and number; `from_node_id` reads it back."""
    return base64.urlsafe_b64encode(f"{kind}:{number}".encode()).decode().rstrip("=")


def from_node_id(text: str) -> tuple[str, int] | None:
    """The kind and number in a node id, None when it is not one of the hub's."""
    try:
        kind, _, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(":")
        return kind, int(number)
    except ValueError:
        return None


def simple(hub: world.World, user: people.User) -> dict[str, Any]:
    """`simple-user`: the account as it stands inside other objects."""
    url = f"{hub.api}/users/{user.login.replace('[', '%5B').replace(']', '%5D')}"
    page = f"{hub.origin}/{user.login}"
    if user.type == "Bot":
        page = f"{hub.origin}/apps/{user.login.removesuffix('[bot]')}"
    return {
        "login": user.login,
        "id": user.id,
        "node_id": node_id("User", user.id),
        "avatar_url": f"{hub.origin}/avatars/u/{user.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": page,
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": user.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def public(hub: world.World, user: people.User) -> dict[str, Any]:
    """`public-user`: the account asked for by its own address."""
    return simple(hub, user) | {
        "name": None,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": sum(1 for r in hub.repositories.values() if r.owner is user and not r.deleted),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }


def organization(hub: world.World, user: people.User) -> dict[str, Any]:
    """`organization-simple-webhooks`: the owner as webhooks name it."""
    url = f"{hub.api}/orgs/{user.login}"
    return {
        "login": user.login,
        "id": user.id,
        "node_id": node_id("User", user.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{hub.origin}/avatars/u/{user.id}?v=4",
        "description": None,
    }


def app(hub: world.World, found: people.App) -> dict[str, Any]:
    """`integration`: an app as it stands inside what it made."""
    return {
        "id": found.id,
        "client_id": f"Iv23li{found.id:014d}",
        "slug": found.slug,
        "node_id": node_id("App", found.id),
        "owner": simple(hub, found.owner),
        "name": found.name,
        "description": "",
        "external_url": f"{hub.origin}/apps/{found.slug}",
        "html_url": f"{hub.origin}/apps/{found.slug}",
        "created_at": found.created_at,
        "updated_at": found.created_at,
        "permissions": dict(found.permissions),
        "events": list(found.events),
    }


def installation(hub: world.World, found: people.Installation) -> dict[str, Any]:
    """`installation`: the app on one account."""
    api = f"{hub.api}/app/installations/{found.id}"
    by = found.suspended_by
    return {
        "id": found.id,
        "client_id": f"Iv23li{found.app.id:014d}",
        "account": simple(hub, found.account),
        "repository_selection": "all" if found.repositories is None else "selected",
        "access_tokens_url": f"{api}/access_tokens",
        "repositories_url": f"{hub.api}/installation/repositories",
        "html_url": f"{hub.origin}/organizations/{found.account.login}/settings/installations/{found.id}",
        "app_id": found.app.id,
        "app_slug": found.app.slug,
        "target_id": found.account.id,
        "target_type": found.account.type,
        "permissions": dict(found.permissions),
        "events": list(found.app.events),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": simple(hub, by) if by else None,
        "suspended_at": found.suspended_at,
    }
