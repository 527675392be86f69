"""Whether a request is one that GitHub's descriptions know: method, path, query, headers, body; GraphQL by its schema.

Stricter than GitHub where GitHub forgives: a field or a parameter that is not described is told, as GitHub
would ignore it, and so would whoever sent it.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any, NamedTuple

import jsonschema_rs

from tests import github_descriptions
from tests.localhub import description

REST, GRAPHQL = "/api/v3", "/api/graphql"  # as an Enterprise Server has them
HEADERS = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
SENDER = "dursor/"  # how the User-Agent of our requests begins
# Not described, but this is where GitHub redirects requests to a repository's former name.
BY_ID = re.compile(r"^/repositories/(\d+)(?=/|$)")


class Request(NamedTuple):
    """What came over the wire; `path` is still quoted."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Route(NamedTuple):
    """One operation: its name, what its paths look like, and what it may be asked with."""

    operation: str
    path: re.Pattern[str]
    in_path: dict[str, Any]  # the schema of each parameter
    in_query: dict[str, Any]
    takes_body: bool
    needs_body: bool


def faults(request: Request) -> list[str]:
    """What is wrong with a request, one line each; empty when it is right."""
    found = [
        f"{name} is {request.headers.get(name)!r}"
        for name, right in HEADERS.items()
        if request.headers.get(name) != right
    ]
    if request.path == GRAPHQL:
        found += _graphql(request)
    elif request.path.startswith(f"{REST}/"):
        found += _rest(request)
    else:
        found.append("this path is no part of the API")
    return [f"{request.method} {request.path}: {fault}" for fault in found]


def _graphql(request: Request) -> list[str]:
    body = _decoded(request.body)
    if request.method != "POST" or not isinstance(body, dict) or not isinstance(body.get("query"), str):
        return ["GraphQL takes a POST of an object with a query"]
    unknown = sorted(body.keys() - {"query", "variables", "operationName"})
    wrong = [f"{name} means nothing to GraphQL" for name in unknown]
    return [*wrong, *github_descriptions.graphql_errors(body["query"], body.get("variables") or {})]


def _rest(request: Request) -> list[str]:
    path = BY_ID.sub("/repos/o/r", request.path.removeprefix(REST))
    route, match = find(request.method, path)
    if route is None or match is None:
        return ["GitHub describes no such operation"]
    given = {name: urllib.parse.unquote(value) for name, value in match.groupdict().items()}
    found = [fault for name, value in given.items() for fault in _value(name, route.in_path[name], value)]
    for name, value in urllib.parse.parse_qsl(request.query, keep_blank_values=True):
        known = route.in_query.get(name)
        found += _value(name, known, value) if known else [f"the parameter {name} is not described"]
    return [*found, *_body(route, request.body)]


def _value(name: str, schema: dict[str, Any], text: str) -> list[str]:
    """What is wrong with a parameter: text that may be meant as a number or a truth value."""
    meant = [text]
    with contextlib.suppress(ValueError):
        meant.append(json.loads(text))
    if not text or not any(jsonschema_rs.is_valid(schema, value) for value in meant):
        return [f"{name} may not be {text!r}"]
    return []


def _body(route: Route, raw: bytes) -> list[str]:
    if not raw:
        return ["a body is required"] if route.needs_body else []
    if not route.takes_body:
        return ["a body is sent where none is described"]
    body = _decoded(raw)
    known = description.fields(route.operation)
    unknown = sorted(body.keys() - set(known)) if known and isinstance(body, dict) else []
    told = [f"the field {name} is not described" for name in unknown]
    return [*told, *description.request_errors(route.operation, body)]


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")


def find(method: str, path: str) -> tuple[Route | None, re.Match[str] | None]:
    """The operation that a path belongs to: of several the one with the most words of its own."""
    for route in routes().get(method, []):
        match = route.path.fullmatch(path)
        if match:
            return route, match
    return None, None


@functools.cache
def routes() -> dict[str, list[Route]]:
    """All described operations by method, the most particular first."""
    found: dict[str, list[tuple[int, Route]]] = {}
    for name, (method, path, operation) in description.operations().items():
        literal = sum(not part.startswith("{") for part in path.split("/"))
        found.setdefault(method, []).append((-literal, _route(name, path, operation)))
    return {method: [route for _, route in sorted(ranked, key=lambda one: one[0])] for method, ranked in found.items()}


def _route(name: str, path: str, operation: dict[str, Any]) -> Route:
    parameters = [description._resolved(one) for one in operation.get("parameters", [])]
    places = {
        place: {one["name"]: description._plain(one["schema"]) for one in parameters if one["in"] == place}
        for place in ("path", "query")
    }
    many = {one["name"] for one in parameters if one.get("x-multi-segment")}
    parts = re.split(r"\{([a-z_]+)\}", path)  # words and names in turn
    pattern = "".join(
        f"(?P<{part}>{'.+' if part in many else '[^/]+'})" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    )
    body = description._resolved(operation.get("requestBody", {}))
    return Route(name, re.compile(pattern), places["path"], places["query"], bool(body), bool(body.get("required")))
