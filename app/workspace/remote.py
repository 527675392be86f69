"""Where a mirror fetches from and pushes to, and how the token gets there unseen.

The token travels as a header in the environment of the one git process that needs it: never in argv, in a
URL or in a file. GitHub takes the user `x-access-token` with an installation token as the password
(docs.github.com, "Authenticating as a GitHub App installation").
"""

from __future__ import annotations

import base64
import os
import re
import urllib.parse
from dataclasses import dataclass, field

from app import errors

_TOKEN = re.compile(r"[!-~]{1,4096}")
_URL = re.compile(r"https?://[!-~]{1,2000}")
_PASSED_ON = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@dataclass(frozen=True, slots=True)
class Remote:
    """One repository on the other side: `url` (http or https, without credentials) and its `token`.

    Raises Invalid for a URL or token that could smuggle an option, a user or a header.
    """

    url: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if not _URL.fullmatch(self.url) or not parts.hostname or "@" in parts.netloc:
            raise errors.Invalid("a remote's address is http(s)://host/path, without user or password")
        if parts.query or parts.fragment or not parts.path.strip("/"):
            raise errors.Invalid("a remote's address names a repository and nothing else")
        if not _TOKEN.fullmatch(self.token):
            raise errors.Invalid("a remote's token is one word of printable ASCII")


def environment(remote: Remote) -> dict[str, str]:
    """What the environment of a git process that talks to `remote` needs: its header, and the proxy."""
    parts = urllib.parse.urlsplit(remote.url)
    variables = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{parts.netloc}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic(remote)}",
    }
    for name in (*_PASSED_ON, *(name.lower() for name in _PASSED_ON), "GIT_SSL_CAINFO"):
        if value := os.environ.get(name):
            variables[name] = value
    return variables


def basic(remote: Remote) -> str:
    """The token in the form in which it crosses the wire; as secret as the token."""
    return base64.b64encode(f"x-access-token:{remote.token}".encode()).decode()
