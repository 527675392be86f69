"""What every REST route shares: what a call is, what it may answer, and how a family of routes is written down."""

from __future__ import annotations

import dataclasses
import json
import urllib.parse
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from app.localhub.state import issues, people, repository, world

DOCUMENTATION = "https://docs.github.com/rest"
Item = TypeVar("Item")


class ApiError(Exception):
    """An answer that is no success, in GitHub's shape."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: Sequence[dict[str, Any] | str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message}
        if errors is not None:
            self.body["errors"] = list(errors)
        self.body |= {"documentation_url": DOCUMENTATION, "status": str(status)}
        self.headers = headers or {}


@dataclasses.dataclass
class Answer:
    """A success; `body` None sends none."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Call:
    """One request with what is known about it: who asks, for which repository."""

    hub: world.World
    method: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    app: people.App | None = None  # asks with its own JWT
    token: people.Token | None = None
    place: repository.Repository | None = None

    @property
    def actor(self) -> people.User:
        """The account that acts: the app's bot."""
        if self.token:
            return self.token.installation.app.bot
        if self.app:
            return self.app.bot
        raise ApiError(401, "Requires authentication")

    @property
    def home(self) -> repository.Repository:
        if self.place is None:
            raise not_found()
        return self.place

    def number(self, name: str) -> int:
        """A path parameter that is a number; anything else is not found."""
        text = self.params[name]
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise not_found()
        return int(text)

    def issue(self) -> issues.Issue:
        found = self.home.issues.get(self.number("number"))
        if found is None:
            raise not_found()
        return found

    def pull(self) -> issues.Pull:
        found = self.issue()
        if not isinstance(found, issues.Pull):
            raise not_found()
        return found


Endpoint = Callable[[Call], Awaitable[Answer]]


@dataclasses.dataclass(frozen=True)
class Route:
    """`needs` are alternatives like `issues=write`; empty where the route asks for the app's JWT or nobody."""

    method: str
    path: str
    operation: str
    endpoint: Endpoint
    needs: tuple[str, ...]
    who: str = "installation"  # installation, app, anybody


class Table(list[Route]):
    """The routes of one family."""

    def on(
        self, verb_and_path: str, operation: str, *needs: str, who: str = "installation"
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a route: `on("GET /repos/{owner}/{repo}", "repos/get", "metadata=read")`."""
        method, path = verb_and_path.split(" ", 1)

        def keep(endpoint: Endpoint) -> Endpoint:
            self.append(Route(method, path, operation, endpoint, needs, who))
            return endpoint

        return keep


def not_found() -> ApiError:
    return ApiError(404, "Not Found")


def invalid(resource: str, field: str, code: str = "invalid", message: str | None = None) -> ApiError:
    """GitHub's 422 about one field; `code` is missing, missing_field, invalid, already_exists or custom."""
    error = {"resource": resource, "code": code, "field": field}
    return ApiError(422, "Validation Failed", [error | {"message": message} if message else error])


def text(call: Call, resource: str, field: str) -> str:
    """A text field of the body. GitHub's 422 where it is missing, empty or something else."""
    value = optional(call, resource, field)
    if not value:
        raise invalid(resource, field, "missing_field")
    return value


def optional(call: Call, resource: str, field: str) -> str | None:
    """A text field of the body that may be missing or null. GitHub's 422 where it is something else."""
    value = call.body.get(field)
    if value is not None and not isinstance(value, str):
        raise invalid(resource, field)
    return value


def paged(call: Call, items: Sequence[Item], shape: Callable[[Item], Any], key: str | None = None) -> Answer:
    """One page of a list with its Link header; with `key` inside an object that counts them all."""
    size, page = _positive(call, "per_page", 30, 100), _positive(call, "page", 1, 10**6)
    last = max(1, -(-len(items) // size))
    shown = [shape(item) for item in items[(page - 1) * size : page * size]]
    links = []
    if page > 1:
        links += [_link(call, page - 1, "prev")]
    if page < last:
        links += [_link(call, page + 1, "next"), _link(call, last, "last")]
    if page > 1:
        links += [_link(call, 1, "first")]
    body = {"total_count": len(items), key: shown} if key else shown
    return Answer(body, headers={"link": ", ".join(links)} if links else {})


def _positive(call: Call, name: str, default: int, most: int) -> int:
    given = call.query.get(name, "")
    return min(int(given), most) if given.isascii() and given.isdigit() and int(given) > 0 else default


def _link(call: Call, page: int, rel: str) -> str:
    query = urllib.parse.urlencode({**call.query, "page": str(page)})
    return f'<{call.hub.api}{call.path}?{query}>; rel="{rel}"'


def decode(body: bytes) -> Any:
    """The JSON of a request; an empty body is an empty object. Raises ApiError with GitHub's 400."""
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise ApiError(400, "Problems parsing JSON") from None
    if not isinstance(found, dict):
        raise ApiError(400, "Body should be a JSON object")
    return found
