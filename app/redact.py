"""Takes secrets out of text, wherever text leaves the process: logs, comments, the database, prompts.

Two nets: every secret dursor loads or mints is registered and replaced by its exact value (also
URL-encoded and in base64), then the shapes of well-known credentials. All patterns are bounded or
possessive, so that hostile text costs linear time.
"""

from __future__ import annotations

import base64
import re
import urllib.parse

MASK = "[redacted]"

_SHAPES = re.compile(
    r"gh[pousr]_[A-Za-z0-9._-]{20,}+"
    r"|github_pat_[A-Za-z0-9_]{20,}+"
    r"|sk-[A-Za-z0-9_-]{20,}+"
    r"|AIza[0-9A-Za-z_-]{35}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|xox[abpsr]-[A-Za-z0-9-]{10,}+"
    r"|(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}+\.eyJ[A-Za-z0-9_-]{10,}+\.[A-Za-z0-9_-]{10,}+"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]{1,10000}+-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
    r"|(?<=x-access-token:)[^@\s]{8,600}+(?=@)"
)
_MIN_LENGTH = 8  # shorter values would mask ordinary words

_known: dict[str, None] = {}


def register(secret: str) -> str:
    """Remember `secret` (at least 8 characters) so that it never leaves in clear; returns it."""
    if len(secret) >= _MIN_LENGTH:
        encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
        for form in (secret, urllib.parse.quote(secret, safe=""), encoded):
            _known.setdefault(form)
    return secret


def forget(secret: str) -> None:
    """Drop a secret that is no longer valid, such as an expired token."""
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    for form in (secret, urllib.parse.quote(secret, safe=""), encoded):
        _known.pop(form, None)


def text(value: str) -> str:
    """`value` with every known or recognisable secret replaced by `[redacted]`."""
    for secret in _known:
        if secret in value:
            value = value.replace(secret, MASK)
    return _SHAPES.sub(MASK, value)


def holds_secret(value: str) -> bool:
    """Whether `text` would change `value`."""
    return text(value) != value
