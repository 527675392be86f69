"""What an operation of the API is: the row of the table that is served and described alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from app.config import Settings
from app.store.connection import Connection
from app.web.api.shapes import Nothing

Q_co = TypeVar("Q_co", covariant=True)
B_co = TypeVar("B_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Call(Generic[Q_co, B_co]):
    """A request that was understood: the ids of its path, its query and its body."""

    settings: Settings
    ids: Mapping[str, str]
    query: Q_co
    body: B_co


Handler = Callable[[Connection, Call[Any, Any]], BaseModel | None]
"""Does the work in one transaction and returns the answer's body; raises `Trouble`, which undoes it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `conflicts`: it may not fit the state of things (409)."""

    method: str
    path: str
    name: str
    summary: str
    handler: Handler
    answer: type[BaseModel] | None
    body: type[BaseModel] | None = None
    query: type[BaseModel] = Nothing
    status: int = 200
    conflicts: bool = False

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET"

    @property
    def creates(self) -> bool:
        """Whether it makes something new, and so takes an `Idempotency-Key`."""
        return self.status == 201

    @property
    def ids(self) -> list[str]:
        """The names in braces in its path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
