"""What shapes of requests and answers are made of: bounded text, ids, columns that hold JSON, pages."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from app import redact

T = TypeVar("T")

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,71}$"
TEXT_PATTERN = r"^[^\x00]*$"
WORD_PATTERN = r"^[!-~]+$"
MAX_CURSOR = 200


class Sent(BaseModel):
    """A body of a request: unknown fields are errors, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class Change(Sent):
    """A body that changes something: fields that are left out stay as they are, and one at least is there."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing is to change")
        return self


class Shown(BaseModel):
    """A body of an answer, made from a row: columns that it does not name stay inside."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})


class Page(Shown, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = Field(description="the cursor of the next page; null at the end")


def digits(value: object) -> object:
    """Refuse what Python, but nobody else, takes for a number."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise ValueError("must be a number in digits")
    return value


def _switch(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise ValueError("must be true or false")
    return value


Id = Annotated[str, Field(pattern=ID_PATTERN, description="an id as an earlier answer showed it")]
Switch = Annotated[bool, BeforeValidator(_switch)]


class Asked(BaseModel):
    """Parameters of a query: unknown ones are errors."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Nothing(Asked):
    """No parameters."""


class Paged(Asked):
    """Parameters of every list."""

    cursor: Annotated[
        str | None,
        Field(
            min_length=1, max_length=MAX_CURSOR, pattern=r"^[A-Za-z0-9_-]+$", description="`next` of the page before"
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=100, description="rows of a page"), BeforeValidator(digits)] = 20


def text(longest: int, *, shortest: int = 0) -> Any:
    """Text of a request, without NUL."""
    return Field(min_length=shortest, max_length=longest, pattern=TEXT_PATTERN)


KEPT = AfterValidator(redact.text)
"""For words that are stored to be shown and told to executors: what is a credential in them is not."""

Title = Annotated[str, text(300, shortest=1), KEPT]
Words = Annotated[str, text(65_536, shortest=1), KEPT]


def unset() -> Any:
    """A field of a change that may be left out, which says nothing about it."""
    return Field(default_factory=lambda: None)


def loaded(value: object) -> object:
    """What a column with JSON holds; None where that is no JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return None  # an earlier dursor may have written it otherwise


def _lines(value: object) -> list[str]:
    found = loaded(value)
    if found is None and isinstance(value, str):
        return value.splitlines()
    return [one if isinstance(one, str) else json.dumps(one) for one in found] if isinstance(found, list) else []


def _objects(value: object) -> list[dict[str, Any]]:
    found = loaded(value)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _object(value: object) -> object:
    found = loaded(value)
    return found if isinstance(found, dict) else None


Lines = Annotated[list[str], BeforeValidator(_lines)]
Objects = Annotated[list[dict[str, Any]], BeforeValidator(_objects)]
Object = Annotated[dict[str, Any] | None, BeforeValidator(_object)]
Moment = Annotated[
    str, WithJsonSchema({"type": "string", "description": "ISO 8601 in UTC", "examples": ["2026-01-02T03:04:05.000Z"]})
]
