"""The app's own credentials: the JWT it signs, and the installation tokens it gets for it.

A token is for one repository and, where asked, fewer permissions; GitHub gives it an hour. Its form is
nobody's business: since 2026 it is long and dotted (`ghs_<APPID>_<JWT>`).
"""

from __future__ import annotations

import asyncio
import datetime
import email.utils
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app import errors, redact
from app.github import calls, failures, limits, shape, transport

_RENEW_BEFORE = 600.0  # seconds of life a token must have left
_JWT_BACKDATED = 60  # seconds, as GitHub recommends
_JWT_LIFE = 540  # seconds; GitHub accepts ten minutes at most
_JWT_RENEW_BEFORE = 120.0


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token; `expires_at` in Unix seconds, `permissions` as GitHub granted them."""

    value: str = field(repr=False)
    expires_at: float
    permissions: Mapping[str, str]


@dataclass(slots=True)
class _Slot:
    """One token by what it is for, and the lock that has it minted once."""

    minting: asyncio.Lock = field(default_factory=asyncio.Lock)
    token: Token | None = None


class App:
    """The GitHub App; also the credential of requests that it makes as itself.

    `skew` is how far GitHub's clock is ahead of ours, in seconds, once a 401 has taught it.
    """

    def __init__(
        self,
        app_id: int,
        private_key_pem: str,
        via: transport.Transport,
        lane: limits.Lane,
        now: Callable[[], float],
    ) -> None:
        self.id = app_id
        self.skew = 0.0
        self.calls = calls.Calls(via, self, lane)
        self._key = _load(private_key_pem)
        self._now = now
        self._jwt: tuple[str, float] | None = None
        self._slots: dict[tuple[Any, ...], _Slot] = {}
        self._issued: list[Token] = []

    async def value(self) -> str:
        """The JWT that proves to be the app."""
        now = self._now() + self.skew
        if self._jwt is None or self._jwt[1] - now < _JWT_RENEW_BEFORE:
            issued = int(now) - _JWT_BACKDATED
            claims = {"iat": issued, "exp": issued + _JWT_LIFE, "iss": str(self.id)}
            self._jwt = jwt.encode(claims, self._key, algorithm="RS256"), issued + _JWT_LIFE
        return self._jwt[0]

    def refused(self, value: str | None, error: failures.Unauthorized) -> None:
        """Sign the next JWT by GitHub's clock."""
        self._jwt = None
        if error.date is not None:
            try:
                self.skew = email.utils.parsedate_to_datetime(error.date).timestamp() - self._now()
            except ValueError:
                self.skew = 0.0

    async def token(
        self,
        installation_id: int,
        repository_id: int | None = None,
        permissions: Mapping[str, str] | None = None,
    ) -> Token:
        """A token with ten minutes or more to live, minted once however many ask at the same time.

        Raises errors.NotFound when the installation is gone or does not hold the repository,
        errors.Forbidden when it is suspended or was not granted `permissions`.
        """
        key = (installation_id, repository_id, tuple(sorted((permissions or {}).items())))
        slot = self._slots.setdefault(key, _Slot())
        async with slot.minting:
            if slot.token is None or self._left(slot.token) < _RENEW_BEFORE:
                slot.token = await self._mint(installation_id, repository_id, permissions)
            return slot.token

    def drop(self, value: str | None) -> None:
        """Stop using a token that GitHub refused."""
        for slot in self._slots.values():
            if slot.token is not None and slot.token.value == value:
                slot.token = None

    def take(self, installation_id: int, repository_id: int) -> list[Token]:
        """The tokens of one repository, which nobody gets from here any more: whoever asks next has one minted."""
        slots = [slot for key, slot in self._slots.items() if key[:2] == (installation_id, repository_id)]
        taken = [slot.token for slot in slots if slot.token is not None]
        for slot in slots:
            slot.token = None
        return [token for token in taken if self._left(token) > 0]

    def permissions(self, installation_id: int) -> Mapping[str, str]:
        """What the live tokens of an installation were granted; empty when there is none."""
        for (installation, _, narrowed), slot in self._slots.items():
            if installation == installation_id and not narrowed and slot.token is not None:
                return slot.token.permissions
        return {}

    async def _mint(
        self, installation_id: int, repository_id: int | None, permissions: Mapping[str, str] | None
    ) -> Token:
        self._forget_expired()
        narrowed: dict[str, Any] = {}
        if repository_id is not None:
            narrowed["repository_ids"] = [repository_id]
        if permissions:
            narrowed["permissions"] = dict(permissions)
        path = f"app/installations/{installation_id}/access_tokens"
        try:
            data = shape.mapping(await self.calls.write("POST", path, narrowed, serial=False), "a token")
        except errors.UnknownEffect as error:  # a token more or less changes nothing
            raise errors.Transient(str(error), after=error.after) from error
        except errors.Invalid as error:
            if "permission" in str(error).lower():
                raise errors.Forbidden(str(error)) from error
            raise errors.NotFound(str(error)) from error
        granted = {name: str(level) for name, level in shape.part(data, "permissions").items()}
        token = Token(redact.register(shape.text(data, "token")), _moment(data), granted)
        self._issued.append(token)
        return token

    def _left(self, token: Token) -> float:
        return token.expires_at - self._now() - self.skew

    def _forget_expired(self) -> None:
        expired = [token for token in self._issued if self._left(token) <= 0]
        self._issued = [token for token in self._issued if self._left(token) > 0]
        for token in expired:
            redact.forget(token.value)
        for key, slot in list(self._slots.items()):
            if slot.token in expired and not slot.minting.locked():
                del self._slots[key]


def _load(pem: str) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(redact.register(pem).encode(), password=None)
    except (ValueError, TypeError) as error:
        raise errors.ConfigError("The private key of the GitHub App is no PEM key without a password") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise errors.ConfigError("The private key of the GitHub App is no RSA key")
    return key


def _moment(data: dict[str, Any]) -> float:
    try:
        return datetime.datetime.fromisoformat(shape.text(data, "expires_at")).timestamp()
    except ValueError as error:
        raise shape.Unexpected("expires_at is no time") from error
