"""Reads JSON that may hold anything: a value of the expected type, or Transient that names the field.

Absent and null are the same thing here, as GitHub leaves out what it has deleted. Text is made fit for
a database: no NUL, no lone surrogate. Numbers fit 64 bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app import errors

_MAX_NUMBER = 2**63 - 1


class Unexpected(errors.Transient):
    """GitHub answered in a shape nobody wrote down; it may be a passing fault."""

    def __init__(self, what: str) -> None:
        super().__init__(f"GitHub answered in an unexpected shape: {what}")


@dataclass(frozen=True, slots=True)
class User:
    """Who did something; login and id are None where the account is gone."""

    login: str | None
    id: int | None
    is_bot: bool


@contextmanager
def after_a_write() -> Iterator[None]:
    """An answer to a write that cannot be read leaves open what happened: UnknownEffect."""
    try:
        yield
    except Unexpected as error:
        raise errors.UnknownEffect(str(error)) from error


def mapping(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unexpected(f"{what} is no object")
    return value


def mappings(value: Any, what: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise Unexpected(f"{what} is no list")
    return [mapping(entry, what) for entry in value]


def number(data: dict[str, Any], key: str) -> int:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_NUMBER:
        raise Unexpected(f"{key} is no number")
    return value


def number_or_none(data: dict[str, Any], key: str) -> int | None:
    return None if data.get(key) is None else number(data, key)


def text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise Unexpected(f"{key} is no text")
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def text_or_none(data: dict[str, Any], key: str) -> str | None:
    return None if data.get(key) is None else text(data, key)


def flag(data: dict[str, Any], key: str) -> bool:
    """A boolean; absent and null are False."""
    return bool(flag_or_none(data, key))


def flag_or_none(data: dict[str, Any], key: str) -> bool | None:
    value = data.get(key)
    if value is not None and not isinstance(value, bool):
        raise Unexpected(f"{key} is neither true nor false")
    return value


def part(data: dict[str, Any], key: str) -> dict[str, Any]:
    return mapping(data.get(key), key)


def part_or_none(data: dict[str, Any], key: str) -> dict[str, Any] | None:
    return None if data.get(key) is None else part(data, key)


def parts(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """A list of objects; absent and null are an empty one."""
    return [] if data.get(key) is None else mappings(data[key], key)


def id_of(data: dict[str, Any], key: str) -> int | None:
    """The id of a nested object that may be null, such as an app."""
    inner = part_or_none(data, key)
    return None if inner is None else number(inner, "id")


def user(data: dict[str, Any], key: str) -> User:
    inner = part_or_none(data, key)
    if inner is None:
        return User(None, None, is_bot=False)
    return User(text_or_none(inner, "login"), number_or_none(inner, "id"), inner.get("type") == "Bot")
