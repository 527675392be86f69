"""GitHub's OpenAPI description as JSON Schemas: what an answer or a request of an operation has to look like."""

from __future__ import annotations

import functools
from typing import Any

import jsonschema_rs

from tests import github_descriptions

ADDRESS = "urn:github:rest"

# What stands here is asked of the named schema and not of the operation's own, which contradicts it:
# the list of installations wants an account that is a user and an enterprise at once.
INSTEAD = {
    ("apps/list-installations", "200"): {
        "type": "array",
        "items": {"$ref": "#/components/schemas/installation"},
    }
}

# An error that an operation does not describe still has one of the two shapes of all of GitHub's errors.
REFUSAL = {
    "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("validation-error", "validation-error-simple")]
}


@functools.cache
def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each operation by its id."""
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


@functools.cache
def document() -> Any:
    """The description with OpenAPI's `nullable` written as JSON Schema has it."""
    return _plain(github_descriptions.openapi())


def answer_errors(operation: str, status: int, body: Any) -> list[str]:
    """What the description finds wrong in an answer, one line each."""
    _, _, found = operations()[operation]
    response = _resolved(found["responses"].get(str(status), {}))
    if not response and status < 400:
        return [f"{operation}: {status} is not described"]
    if body is None:
        return [f"{operation}: {status} needs a body"] if "content" in response else []
    return _errors(operation, str(status), body)


def request_errors(operation: str, body: Any) -> list[str]:
    """What the description finds wrong in the JSON body of a request."""
    _, _, found = operations()[operation]
    if body is None or "requestBody" not in found:
        return []
    return _errors(operation, "request", body)


@functools.cache
def _validator(operation: str, part: str) -> jsonschema_rs.Draft4Validator:
    _, _, found = operations()[operation]
    holder = found["requestBody"] if part == "request" else found["responses"].get(part, {})
    content = _resolved(holder).get("content", {}).get("application/json")
    schema = INSTEAD.get((operation, part)) or (content["schema"] if content else REFUSAL)
    return jsonschema_rs.Draft4Validator(_absolute(schema), registry=_registry(), validate_formats=True)


@functools.cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(ADDRESS, document())], draft=jsonschema_rs.Draft4)


def _errors(operation: str, part: str, body: Any) -> list[str]:
    return [
        f"{operation} {part} /{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
        for error in _validator(operation, part).iter_errors(body)
    ]


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def _absolute(node: Any) -> Any:
    """The schema with its references into the document written out in full."""
    if isinstance(node, dict):
        return {key: ADDRESS + value if key == "$ref" else _absolute(value) for key, value in node.items()}
    return [_absolute(one) for one in node] if isinstance(node, list) else node


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _plain(value) for key, value in node.items()}
    if plain.pop("nullable", False) is not True:
        return plain
    if "enum" in plain:
        plain["enum"] = [*plain["enum"], None]
    if isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
        return plain
    return {"anyOf": [plain, {"type": "null"}]}


def fields(operation: str) -> list[str]:
    """The names of the fields that the JSON body of a request may have."""
    _, _, found = operations()[operation]
    content = found.get("requestBody", {}).get("content", {}).get("application/json")
    return list(_properties(content["schema"])) if content else []


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    schema = _resolved(schema)
    found: dict[str, Any] = dict(schema.get("properties", {}))
    for part in [*schema.get("oneOf", []), *schema.get("anyOf", []), *schema.get("allOf", [])]:
        found |= _properties(part)
    return found
