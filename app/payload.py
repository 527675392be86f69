"""Reads what GitHub sends: JSON within bounds, and the few fields that are needed of it.

Payloads grow fields and lose them; only what a handler uses is asked for, and everything may be null
(deleted users, deleted forks).
"""

from __future__ import annotations

import json
from typing import Any

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field

_MAX_ID = 2**63 - 1

_NEEDED = {
    "check_run": ("check_run", "repository"),
    "check_suite": ("check_suite", "repository"),
    "installation": ("installation",),
    "installation_repositories": ("installation",),
    "issue_comment": ("comment", "issue", "repository"),
    "issues": ("issue", "repository"),
    "pull_request": ("pull_request", "repository"),
    "pull_request_review": ("review", "pull_request", "repository"),
    "pull_request_review_comment": ("comment", "pull_request", "repository"),
    "pull_request_review_thread": ("thread", "pull_request", "repository"),
    "push": ("repository",),
    "repository": ("repository",),
    "status": ("repository",),
    "workflow_run": ("workflow_run", "repository"),
}


class NotJson(ValueError):
    """The body is not a JSON object within bounds; the text is for the sender."""


class Narrow(BaseModel):
    """A part of a payload; unknown fields are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class User(Narrow):
    """Somebody; GitHub sends null for accounts that are gone."""

    login: str = Field(max_length=255)
    id: int = Field(ge=0, le=_MAX_ID)
    type: str = "User"


class Repository(Narrow):
    """A repository, known by its id."""

    id: int = Field(ge=1, le=_MAX_ID)
    full_name: str = Field(max_length=255)
    default_branch: str = Field("main", max_length=255)
    html_url: str = Field("", max_length=2000)


def parse(body: bytes) -> dict[str, Any]:
    """The object in `body`. Raises `NotJson` for anything else, however deep, large or odd."""
    try:
        parsed = pydantic_core.from_json(body)
    except ValueError:
        parsed = _parse_odd(body)
    if not isinstance(parsed, dict):
        raise NotJson("The body is not a JSON object.")
    return parsed


def action(parsed: dict[str, Any]) -> str | None:
    """The payload's action, if it has one."""
    value = parsed.get("action")
    return value[:64] if isinstance(value, str) else None


def id_of(parsed: dict[str, Any], name: str) -> int | None:
    """The id of the payload's `installation` or `repository`, if it fits the database."""
    part = parsed.get(name)
    value = part.get("id") if isinstance(part, dict) else None
    return value if type(value) is int and 0 <= value <= _MAX_ID else None


def missing(event: str, parsed: dict[str, Any]) -> str | None:
    """The name of a part that every payload of `event` has and this one lacks."""
    for name in _NEEDED.get(event, ()):
        if not isinstance(parsed.get(name), dict):
            return name
    return "sha" if event == "status" and not isinstance(parsed.get("sha"), str) else None


def _parse_odd(body: bytes) -> Any:
    """Lone surrogates are legal JSON that a strict reader refuses; they become question marks."""
    if b"\\u" not in body:
        raise NotJson("The body is not JSON in UTF-8.")
    try:
        parsed = json.loads(body.decode("utf-8"))
        clean = json.dumps(parsed, ensure_ascii=False).encode("utf-8", "replace")
        return pydantic_core.from_json(clean)
    except (ValueError, RecursionError):
        raise NotJson("The body is not JSON in UTF-8.") from None
