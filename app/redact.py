"""Takes secrets out of text, wherever text leaves the process: logs, comments, the database, prompts.

Two nets: every secret dursor loads or mints is registered and masked by its exact value (also
URL-encoded and within base64), then the shapes of well-known credentials. What any net catches is masked
whole, overlaps included. All patterns are bounded or possessive, so that hostile text costs linear time.
"""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from collections.abc import Iterator

MASK = "[redacted]"

# GitHub's token formats: github.blog, "Behind GitHub's new authentication token formats"; those of
# installations have been `ghs_APPID_JWT`, with two dots, since 2026. A group marks the secret within a match.
_SHAPES = re.compile(
    r"gh[pousr]_[A-Za-z0-9._-]{20,}+"
    r"|github_pat_[A-Za-z0-9_]{20,}+"
    r"|(?<![a-z])sk-[A-Za-z0-9_-]{20,}+"  # but not the end of "task-"
    r"|AIza[0-9A-Za-z_-]{35}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|xox[abpsr]-[A-Za-z0-9-]{10,}+"
    r"|(?<![A-Za-z0-9_])(?:npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{34}|[rs]k_live_[A-Za-z0-9]{16,}+)"
    r"|glpat-[A-Za-z0-9_.-]{20,}+"
    r"|pypi-AgE[A-Za-z0-9_-]{50,}+"
    r"|(?<![A-Za-z0-9_])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"
    r"|(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}+\.eyJ[A-Za-z0-9_-]{10,}+\.[A-Za-z0-9_-]{10,}+"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"
    r"(?:(?:[A-Za-z0-9+/=\s]|\\[nr]){1,10000}+(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?)?"
    r"|x-access-token:([^@\s]{8,1000}+)@"
    r"|(?i:authorization:[ ]{0,4}(?:bearer|basic|token)[ ]{1,4})([^\s\"']{8,2000}+)"
)
_MIN_LENGTH = 8  # shorter values would mask ordinary words,
_MIN_DIFFERENT = 5  # and such as "00000000" the numbers in a tool's JSON

_known: list[str] = []


def register(secret: str) -> str:
    """Remember `secret` so that it never leaves in clear; returns it.

    One of under 8 characters, or of under 5 different ones, is none and is left where it stands.
    """
    if len(secret) >= _MIN_LENGTH and len(set(secret)) >= _MIN_DIFFERENT:
        _known[:] = dict.fromkeys([*_known, *_forms(secret)])
    return secret


def forget(secret: str) -> None:
    """Drop a secret that is no longer valid, such as an expired token."""
    forms = set(_forms(secret))
    _known[:] = [form for form in _known if form not in forms]


def text(value: str) -> str:
    """`value` with every known or recognisable secret replaced by `[redacted]`."""
    parts: list[str] = []
    end = 0
    for start, stop in sorted([*_exact(value), *_shaped(value)]):
        if start > end or not parts:
            parts += [value[end:start], MASK]
        end = max(end, stop)
    return "".join([*parts, value[end:]])


def holds_secret(value: str) -> bool:
    """Whether `text` would change `value`."""
    return text(value) != value


def is_known(value: str) -> bool:
    """Whether `value` holds a secret that is registered, in any form that is looked for."""
    return next(_exact(value), None) is not None


def _exact(value: str) -> Iterator[tuple[int, int]]:
    for secret in tuple(_known):  # a copy: other threads register meanwhile
        size = len(secret)
        start = value.find(secret)
        while start >= 0:
            last = start
            while (later := value.rfind(secret, last + 1, last + 2 * size)) >= 0:  # touches the one before
                last = later
            yield start, last + size
            start = value.find(secret, last + size)


def _shaped(value: str) -> Iterator[tuple[int, int]]:
    for match in _SHAPES.finditer(value):
        yield match.span(match.lastindex or 0)


def _forms(secret: str) -> Iterator[str]:
    """The secret as it is, as URLs and JSON write it, and what base64 makes of it wherever it begins."""
    yield secret
    yield urllib.parse.quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    raw = secret.encode("utf-8", "replace")
    for before in range(3):
        first = -(-before * 8 // 6)  # characters that hold a bit of what stands before
        whole = (before + len(raw)) * 8 // 6  # and up to here, none of what follows
        encoded = base64.b64encode(b"\0" * before + raw).decode()[first:whole]
        if len(encoded) >= _MIN_LENGTH:
            yield encoded
            yield encoded.translate(str.maketrans("+/", "-_"))
