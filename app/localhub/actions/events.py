"""Sending what happened: the envelope every webhook payload has, and who gets it."""

from __future__ import annotations

from typing import Any

from app.localhub.shapes import repositories, users
from app.localhub.state import people, repository, world


def emit(
    hub: world.World,
    event: str,
    action: str | None,
    home: repository.Repository,
    sender: people.User,
    parts: dict[str, Any],
) -> None:
    """Deliver `event` about `home` to the installation that sees it, if the app listens to it."""
    hub.stir(home)
    installation = hub.installation(home)
    if installation is None or installation.suspended_at or event not in installation.app.events:
        return
    payload: dict[str, Any] = {"action": action} if action else {}
    payload |= {"repository": repositories.normal(hub, home), **parts, "sender": users.simple(hub, sender)}
    if home.owner.type == "Organization":
        payload["organization"] = users.organization(hub, home.owner)
    payload["installation"] = short(installation)
    hub.send(event, action, payload, installation.id, home.id)


def emit_installation(
    hub: world.World,
    event: str,
    action: str,
    installation: people.Installation,
    sender: people.User,
    parts: dict[str, Any],
) -> None:
    """Deliver what happened to the installation itself; nobody can unsubscribe from these."""
    payload = {
        "action": action,
        "installation": users.installation(hub, installation),
        **parts,
        "sender": users.simple(hub, sender),
    }
    hub.send(event, action, payload, installation.id, None)


def short(installation: people.Installation) -> dict[str, Any]:
    """The installation as most events name it."""
    return {
        "id": installation.id,
        "node_id": users.node_id("IntegrationInstallation", installation.id),
    }


def ping(hub: world.World, app: people.App) -> None:
    """The event that tells a new webhook works."""
    hook = {
        "type": "App",
        "id": app.id,
        "name": "web",
        "active": True,
        "app_id": app.id,
        "events": list(app.events),
        "config": {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": hub.origin},
        "created_at": app.created_at,
        "updated_at": app.created_at,
        "deliveries_url": f"{hub.api}/app/hook/deliveries",
    }
    payload = {"zen": "Keep it logically awesome.", "hook_id": app.id, "hook": hook}
    hub.send("ping", None, payload, None, None)
