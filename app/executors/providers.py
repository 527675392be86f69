"""The providers of models: where each is, how it is shown a key, and which of its paths work on text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from app.errors import ConfigError

Name = Literal["anthropic", "openai", "google"]


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider.

    `base_url` is what its own clients call so, without a slash at the end; `base_path` is the part of a request's path
    that belongs to it. `header` (in lower case) carries the key after `scheme`. `paths` are all that agents need.
    """

    name: Name
    title: str
    base_url: str
    base_path: str
    header: str
    scheme: str
    paths: re.Pattern[str]

    def target(self, base_url: str | None, path: str) -> str | None:
        """The address of a request for `path` (as on the wire, without its query); None where it is not allowed."""
        if not self.paths.fullmatch(path):
            return None
        return (base_url or self.base_url).rstrip("/") + path.removeprefix(self.base_path)

    def credential(self, key: str) -> dict[str, str]:
        """The header that shows the key."""
        return {self.header: f"{self.scheme}{key}"}


ALL: dict[str, Provider] = {
    one.name: one
    for one in (
        Provider(
            "anthropic", "Anthropic", "https://api.anthropic.com", "", "x-api-key", "",
            re.compile(r"/v1/messages(/count_tokens)?"),
        ),
        Provider(
            "openai", "OpenAI", "https://api.openai.com/v1", "/v1", "authorization", "Bearer ",
            re.compile(r"/v1/responses(/compact|/input_tokens)?"),
        ),
        Provider(
            "google", "Google", "https://generativelanguage.googleapis.com", "", "x-goog-api-key", "",
            re.compile(r"/v1beta/models/[A-Za-z0-9][A-Za-z0-9._-]{0,127}:(generateContent|streamGenerateContent|countTokens)"),
        ),
    )
}  # fmt: skip

OF_EXECUTOR: dict[str, Name | None] = {
    "claude_code": "anthropic", "codex": "openai", "gemini": "google", "patch_agent": None,
}  # fmt: skip
"""Whose model each agent works with; None is any."""


def title(name: str | None) -> str:
    """What people call a provider."""
    return ALL[name].title if name in ALL else "the model's provider"


def base_url(value: str) -> str:
    """An address that keys may be sent to, without a slash at the end. Raises ConfigError."""
    try:
        url = urlsplit(value)
        is_local = url.hostname in {"127.0.0.1", "::1", "localhost"}
        is_fine = bool(url.hostname) and (url.scheme == "https" or (url.scheme == "http" and is_local))
        is_fine = is_fine and not (url.username or url.password or url.query or url.fragment or url.port == 0)
    except ValueError:
        is_fine = False
    if not is_fine or any(letter.isspace() for letter in value):
        raise ConfigError(
            "The base URL must begin with https:// (http:// only for this machine) and hold no user, query or fragment."
        )
    return value.rstrip("/")
