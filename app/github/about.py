"""What GitHub tells the app about itself: who it is, where it is installed, what was delivered to it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.github import shape


@dataclass(frozen=True, slots=True)
class AppInfo:
    """The app as GitHub knows it."""

    id: int
    slug: str
    name: str
    permissions: Mapping[str, str]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the app is installed; `repository_selection` is "all" or "selected"."""

    id: int
    account: shape.User
    repository_selection: str
    permissions: Mapping[str, str]
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt of GitHub to tell us something; `guid` is that of the event, equal in every attempt."""

    id: int
    guid: str
    event: str
    action: str | None
    status_code: int
    delivered_at: datetime.datetime
    redelivery: bool
    installation_id: int | None
    repository_id: int | None


def read_app(data: dict[str, Any]) -> AppInfo:
    events = data.get("events")
    return AppInfo(
        id=shape.number(data, "id"),
        slug=shape.text(data, "slug"),
        name=shape.text(data, "name"),
        permissions=_permissions(data),
        events=tuple(str(event) for event in events) if isinstance(events, list) else (),
    )


def read_installation(data: dict[str, Any]) -> Installation:
    return Installation(
        id=shape.number(data, "id"),
        account=shape.user(data, "account"),
        repository_selection=shape.text_or_none(data, "repository_selection") or "selected",
        permissions=_permissions(data),
        is_suspended=data.get("suspended_at") is not None,
    )


def read_delivery(data: dict[str, Any]) -> Delivery:
    try:
        delivered_at = datetime.datetime.fromisoformat(shape.text(data, "delivered_at"))
    except ValueError as error:
        raise shape.Unexpected("delivered_at is no time") from error
    if delivered_at.tzinfo is None:
        raise shape.Unexpected("delivered_at has no time zone")
    return Delivery(
        id=shape.number(data, "id"),
        guid=shape.text(data, "guid"),
        event=shape.text(data, "event"),
        action=shape.text_or_none(data, "action"),
        status_code=shape.number_or_none(data, "status_code") or 0,
        delivered_at=delivered_at,
        redelivery=shape.flag(data, "redelivery"),
        installation_id=shape.number_or_none(data, "installation_id"),
        repository_id=shape.number_or_none(data, "repository_id"),
    )


def _permissions(data: dict[str, Any]) -> dict[str, str]:
    return {name: str(level) for name, level in (shape.part_or_none(data, "permissions") or {}).items()}
