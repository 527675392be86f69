"""Who is asking: the App's signed JSON web tokens, and the installation tokens the hub mints for them."""

from __future__ import annotations

import base64
import datetime
import json
import secrets
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from app.localhub.state import people, repository, world

LIFETIME = datetime.timedelta(hours=1)
LONGEST_JWT = 600  # seconds from now to `exp`, GitHub's ten minutes


class Unauthorized(Exception):
    """The credentials are worth nothing; the status and message are GitHub's."""

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def app(hub: world.World, keys: dict[int, rsa.RSAPublicKey], text: str) -> people.App:
    """The App whose private key signed `text`. Raises Unauthorized as GitHub words it."""
    claims = _claims(text)
    found = _issuer(hub, claims.get("iss"))
    if found is None or found.id not in keys:
        raise Unauthorized("Integration not found", 404)
    try:
        jwt.decode(
            text,
            keys[found.id],
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_iss": False},
        )
    except jwt.InvalidTokenError as error:
        raise Unauthorized("A JSON web token could not be decoded") from error
    _timely(hub, claims)
    return found


def mint(
    hub: world.World,
    installation: people.Installation,
    permissions: dict[str, str],
    repositories: set[int] | None,
) -> people.Token:
    """A new installation token, of the form GitHub uses since 2026 unless the hub is told to mint older ones."""
    expires = hub.clock.now().replace(microsecond=0) + LIFETIME
    value = f"ghs_{secrets.token_hex(18)}" if hub.short_tokens else _dotted(installation, expires)
    token = people.Token(value, installation, permissions, repositories, expires)
    hub.tokens[value] = token
    return token


def _dotted(installation: people.Installation, expires: datetime.datetime) -> str:
    """`ghs_APPID_` and the three dotted parts of a JWT."""
    head = {"typ": "JWT", "alg": "RS256", "kid": secrets.token_hex(8)}
    claims = {
        "iss": installation.app.id,
        "sub": installation.id,
        "exp": int(expires.timestamp()),
        "jti": secrets.token_hex(8),
    }
    parts = [json.dumps(head).encode(), json.dumps(claims).encode(), secrets.token_bytes(250)]
    text = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return f"ghs_{installation.app.id}_{text}"


def token(hub: world.World, text: str) -> people.Token | None:
    """The live installation token `text`; None for anything else, expired ones among it."""
    found = hub.tokens.get(text)
    return found if found and found.expires_at > hub.clock.now() else None


def sees(found: people.Token, home: repository.Repository) -> bool:
    """Whether the token reaches a repository: one of its account's, selected there, and meant by the token."""
    return home.owner is found.installation.account and all(
        chosen is None or home.id in chosen for chosen in (found.repositories, found.installation.repositories)
    )


def may(found: people.Token, permission: str, level: str) -> bool:
    """Whether the token has the permission: `write` includes `read`."""
    granted = found.permissions.get(permission)
    return granted in (level, "write") and granted is not None


def _claims(text: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(text, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise Unauthorized("A JSON web token could not be decoded") from error
    return claims


def _issuer(hub: world.World, issuer: Any) -> people.App | None:
    """`iss` is the App's id, as a number or text, or its client id."""
    for found in hub.apps.values():
        if str(issuer) in (str(found.id), f"Iv23li{found.id:014d}"):
            return found
    return None


def _timely(hub: world.World, claims: dict[str, Any]) -> None:
    now = hub.clock.now().timestamp()
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int) or expires <= now:
        raise Unauthorized(
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which "
            "the assertion expires"
        )
    if expires > now + LONGEST_JWT:
        raise Unauthorized("'Expiration time' claim ('exp') is too far in the future")
    if not isinstance(issued, int) or issued > now:
        raise Unauthorized(
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
        )
