"""Who is the administrator: whoever sends the admin token. No token configured means nobody is."""

from __future__ import annotations

import hmac

from starlette.requests import Request

from app.config import Settings


def is_admin(request: Request, settings: Settings) -> bool:
    """Whether the request carries `Authorization: Bearer` with the admin token; compared in constant time."""
    if settings.admin_token is None or not settings.admin_token.get_secret_value():
        return False
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    wanted = settings.admin_token.get_secret_value().encode()
    return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode("latin-1"), wanted)
