"""GitHub's own description of its APIs and webhooks, for tests that hold us to it.

`make test` fetches the files (tools/fetch_github_descriptions.py). A missing file is an error and not
a skip: without them nothing would say whether the stand-in for GitHub looks like GitHub.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, NamedTuple

import graphql
import jsonschema_rs

FOLDER = Path(__file__).resolve().parent.parent / ".cache" / "github"
_ADDRESS = "urn:github:webhooks"


class Example(NamedTuple):
    """One payload as GitHub sent it once, with the event it belongs to."""

    event: str
    payload: dict[str, Any]


@functools.cache
def openapi() -> Any:
    """The OpenAPI 3.0 description of the REST API. Shared by all tests: read it, do not change it."""
    return _read("rest-api.json")


@functools.cache
def webhook_examples() -> list[Example]:
    """Every example payload, 329 of 58 events. They are from several years: old ones lack newer fields."""
    return [
        Example(event["name"], payload) for event in _read("webhook-examples.json") for payload in event["examples"]
    ]


@functools.cache
def webhook_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (2020-12) of each payload by `event` or `event.action`; `registry()` resolves them."""
    schemas = {}
    for key, webhook in _webhooks()["webhooks"].items():
        event, _, action = webhook["post"]["operationId"].replace("-", "_").partition("/")
        pointer = f"/webhooks/{key}/post/requestBody/content/application~1json/schema"
        schemas[f"{event}.{action}" if action else event] = {"$ref": f"{_ADDRESS}#{pointer}"}
    return schemas


@functools.cache
def registry() -> jsonschema_rs.Registry:
    """The description of all webhooks, under the address to which `webhook_schemas()` refers."""
    return jsonschema_rs.Registry([(_ADDRESS, _webhooks())], draft=jsonschema_rs.Draft202012)


def payload_errors(event: str, payload: dict[str, Any]) -> list[str]:
    """What GitHub's description finds wrong in a payload, one line each; empty when it is right."""
    action = payload.get("action")
    validator = _validator(f"{event}.{action}" if action else event)
    return [f"{'/'.join(map(str, e.instance_path))}: {e.message[:300]}" for e in validator.iter_errors(payload)]


@functools.cache
def graphql_schema() -> graphql.GraphQLSchema:
    """The schema of the GraphQL API; its own soundness is GitHub's affair and costs seconds to prove."""
    return graphql.build_schema(_text("schema.graphql"), assume_valid=True, no_location=True)


def graphql_errors(document: str, variables: dict[str, Any]) -> list[str]:
    """What GitHub's schema finds wrong in a request, one line each; empty when it is right.

    A variable that is sent and not declared is told too: GitHub ignores it, and so would its author.
    """
    try:
        parsed = graphql.parse(document, no_location=True)
    except graphql.GraphQLError as error:
        return [error.message]
    found = graphql.validate(graphql_schema(), parsed)
    if found:
        return [error.message for error in found]
    operations = [part for part in parsed.definitions if isinstance(part, graphql.OperationDefinitionNode)]
    if len(operations) != 1:
        return [f"The document holds {len(operations)} operations and not one."]
    declared = operations[0].variable_definitions or ()
    unknown = variables.keys() - {definition.variable.name.value for definition in declared}
    values = graphql.get_variable_values(graphql_schema(), declared, variables)
    told = [error.message for error in values] if isinstance(values, list) else []
    return [*told, *(f"Variable '${name}' is not declared." for name in sorted(unknown))]


@functools.cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    schemas = webhook_schemas()
    if name not in schemas:
        raise LookupError(f"GitHub describes no webhook {name!r}")
    return jsonschema_rs.Draft202012Validator(schemas[name], registry=registry())


@functools.cache
def _webhooks() -> Any:
    return _read("webhooks.json")


def _read(name: str) -> Any:
    return json.loads(_text(name))


def _text(name: str) -> str:
    try:
        return (FOLDER / name).read_text()
    except FileNotFoundError:
        message = f"{FOLDER / name} is missing: run `make descriptions`, as `make test` does"
        raise FileNotFoundError(message) from None
