"""The description of the API, made from the table of operations and the shapes of their requests and answers."""

from __future__ import annotations

import http
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app import __version__
from app.web.api import problems, shapes
from app.web.api.operation import Operation

BASE = "/api/v1"
_SCHEMAS = "#/components/schemas/"
Schemas = Mapping[Any, dict[str, Any]]
_KEY_WORDS = "the same key with the same body gets the answer of the first; it is remembered for 24 hours"


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    used: set[type[BaseModel]] = {problems.Problem}
    for one in operations:
        used |= {model for model in (one.body, one.answer) if model is not None}
    wanted = sorted(used, key=lambda model: model.__name__)
    found, definitions = models_json_schema(
        [(model, _mode(model)) for model in wanted], ref_template=_SCHEMAS + "{model}"
    )
    schemas = {model: schema for (model, _), schema in found.items()}
    paths: dict[str, Any] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dursor",
            "version": __version__,
            "description": "Look at what dursor does, and tell it what to do. See docs/api.md.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": BASE}],
        "security": [{"adminToken": []}],
        "tags": [{"name": name} for name in dict.fromkeys(_tag(one) for one in operations)],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "responses": {f"Problem{status}": _problem(status) for status in sorted(_statuses())},
            "securitySchemes": {
                "adminToken": {"type": "http", "scheme": "bearer", "description": "DURSOR_ADMIN_TOKEN"}
            },
        },
    }


def _operation(one: Operation, schemas: Schemas) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [_tag(one)],
        "responses": {str(one.status): _answer(one, schemas)}
        | {str(status): _refusal(status) for status in _troubles(one)},
    }
    if parameters := [*map(_path_parameter, one.ids), *_query_parameters(one.query), *([_KEY] if one.creates else [])]:
        found["parameters"] = parameters
    if one.body is not None:
        found["requestBody"] = {"required": True, "content": _json(schemas[one.body])}
    return found


def _troubles(one: Operation) -> list[int]:
    """The statuses of what may go wrong, beside 405 and 500."""
    found = {400, 401, 404, 503}
    found |= {409} if one.conflicts else set()
    found |= {413, 415, 422} if one.body is not None else set()
    return sorted(found)


def _answer(one: Operation, schemas: Schemas) -> dict[str, Any]:
    if one.answer is None:
        return {"description": "Done"}
    found: dict[str, Any] = {"description": http.HTTPStatus(one.status).phrase, "content": _json(schemas[one.answer])}
    if one.creates and not one.ids:
        found["headers"] = {"Location": {"description": "where it is", "schema": {"type": "string"}}}
    return found


def _problem(status: int) -> dict[str, Any]:
    """The answer with a status: which kinds of problem have it."""
    kinds = {name: kind for name, kind in problems.KINDS.items() if kind.status == status}
    schema = {
        "allOf": [{"$ref": f"{_SCHEMAS}Problem"}],
        "properties": {
            "type": {"enum": [problems.PREFIX + name for name in kinds]},
            "status": {"const": status},
        },
    }
    found: dict[str, Any] = {
        "description": "; ".join(f"`{name}`: {kind.means}" for name, kind in kinds.items()),
        "content": {problems.MEDIA_TYPE: {"schema": schema}},
    }
    named = {401: "WWW-Authenticate", 405: "Allow", 503: "Retry-After"}.get(status)
    if named is not None:
        found["headers"] = {named: {"required": True, "schema": {"type": "string"}}}
    return found


def _statuses() -> set[int]:
    return {kind.status for kind in problems.KINDS.values()}


def _refusal(status: int) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/Problem{status}"}


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": shapes.ID_PATTERN}}


def _query_parameters(shape: type[BaseModel]) -> Iterable[dict[str, Any]]:
    for name, told in shape.model_json_schema().get("properties", {}).items():
        schema = {key: value for key, value in told.items() if key not in {"title", "anyOf", "description"}}
        given = [one for one in told.get("anyOf", []) if one != {"type": "null"}]
        schema |= given[0] if given else {}
        if schema.get("default", 0) is None:
            del schema["default"]
        words = schema.pop("description", None) or told.get("description")
        yield {"name": name, "in": "query", "schema": schema} | ({"description": words} if words else {})


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _mode(model: type[BaseModel]) -> Any:
    return "validation" if issubclass(model, shapes.Sent) else "serialization"


def _tag(one: Operation) -> str:
    return one.path.split("/")[1]


_KEY = {
    "name": "Idempotency-Key", "in": "header", "description": _KEY_WORDS,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": shapes.WORD_PATTERN},
}  # fmt: skip
