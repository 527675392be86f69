"""GitHub's primary rate limit: so many requests an hour for each installation, and the headers that tell."""

from __future__ import annotations

from app.localhub.rest import routing
from app.localhub.state import world

VERSIONS = ("2022-11-28", "2026-03-10")
HOUR = 3600


def window(hub: world.World, subject: str) -> world.Window:
    """The caller's window, a new one when the last is over."""
    now = int(hub.clock.now().timestamp())
    found = hub.windows.get(subject)
    if found is None or found.ends <= now:
        found = hub.windows[subject] = world.Window(now + HOUR)
    return found


def limit(hub: world.World, subject: str) -> int:
    """Requests an hour: the caller's own number, or everybody's."""
    return hub.rate_limits.get(subject, hub.rate_limit)


def check(hub: world.World, subject: str, *, counted: bool) -> None:
    """Count one request; raises GitHub's 403 when there are none left."""
    found = window(hub, subject)
    if not counted:
        return
    if found.used >= limit(hub, subject):
        raise routing.ApiError(403, f"API rate limit exceeded for {subject}.")
    found.used += 1


def give_back(hub: world.World, subject: str | None) -> None:
    """A 304 costs nothing."""
    if subject:
        found = window(hub, subject)
        found.used = max(0, found.used - 1)


def state(hub: world.World, subject: str) -> dict[str, int]:
    """`rate-limit`: the numbers of GET /rate_limit."""
    found = window(hub, subject)
    most = limit(hub, subject)
    used = min(found.used, most)
    return {"limit": most, "used": used, "remaining": most - used, "reset": found.ends}


def headers(hub: world.World, subject: str | None) -> dict[str, str]:
    """The `x-ratelimit-*` headers; callers nobody knows get none."""
    if subject is None:
        return {}
    told = {f"x-ratelimit-{name}": str(value) for name, value in state(hub, subject).items()}
    return told | {"x-ratelimit-resource": "core"}
