"""`POST /api/graphql`: the pull request of a repository, and a few mutations, with errors in GitHub's shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from app.localhub import auth, git_compare, graphql_query
from app.localhub.actions import mergeability, pulls, reviews, settling
from app.localhub.graphql_query import Field
from app.localhub.rest import routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import graph, users
from app.localhub.state import issues

Path = tuple[str, ...]
INTERFACES = ("Actor", "Node")  # what a fragment may be on without naming a type


class Wrong(Exception):
    """One entry of `errors`; with a `type` the field is null, without the whole query is refused."""

    def __init__(self, message: str, path: Path, kind: str | None = None, **extensions: str) -> None:
        super().__init__(message)
        self.entry: dict[str, Any] = {"path": list(path), "message": message}
        if kind:
            self.entry["type"] = kind
        if extensions:
            self.entry["extensions"] = extensions


async def answer(call: Call) -> Answer:
    """Answer one query; errors are part of an answer whose status is 200."""
    text, variables = call.body.get("query"), call.body.get("variables") or {}
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise routing.ApiError(400, "A query attribute must be specified and must be a string.")
    try:
        operation = graphql_query.parse(text, variables)
    except (graphql_query.SyntaxWrong, RecursionError) as error:
        return Answer({"errors": [{"message": f"Parse error: {error}"}]})
    roots = QUERIES if operation.kind == "query" else MUTATIONS
    data: dict[str, Any] = {}
    errors = []
    for field in operation.fields:
        path = (operation.kind, field.alias)
        try:
            if field.name not in roots:
                raise _unknown(field.name, operation.kind.capitalize(), path)
            data[field.alias] = _select(await roots[field.name](call, field), field.fields, path)
        except Wrong as wrong:
            if "type" not in wrong.entry:
                return Answer({"errors": [wrong.entry]})
            data[field.alias] = None
            errors.append(wrong.entry | {"path": [field.alias]})
    return Answer({"data": data} | ({"errors": errors} if errors else {}))


def _select(value: Any, fields: Sequence[Field], path: Path) -> Any:
    """The parts of `value` that are asked for."""
    if isinstance(value, list):
        return [_select(one, fields, path) for one in value]
    if not isinstance(value, dict):
        return value
    kind, found = value.get("__typename", ""), dict[str, Any]()
    for field in fields:
        if field.on not in (None, kind, *INTERFACES):
            continue
        if field.name not in value:
            raise _unknown(field.name, kind, (*path, field.alias))
        part = value[field.name]
        if callable(part):
            part = part(**field.arguments)
        found[field.alias] = _select(part, field.fields, (*path, field.alias))
    return found


def _unknown(name: str, kind: str, path: Path) -> Wrong:
    message = f"Field '{name}' doesn't exist on type '{kind}'"
    return Wrong(message, path, code="undefinedField", typeName=kind, fieldName=name)


async def _repository(call: Call, field: Field) -> dict[str, Any]:
    name = f"{field.arguments.get('owner')}/{field.arguments.get('name')}"
    home = call.hub.find(name) or call.hub.renamed(name)  # `followRenames` is true unless said otherwise
    if home is None or call.token is None or not auth.sees(call.token, home):
        raise Wrong(f"Could not resolve to a Repository with the name '{name}'.", (), "NOT_FOUND")
    found = graph.repository_(call.hub, home)
    for part in field.fields:
        if part.name == "pullRequest":
            number = part.arguments.get("number")
            pull = home.issues.get(number) if isinstance(number, int) else None
            if not isinstance(pull, issues.Pull):
                raise Wrong(f"Could not resolve to a PullRequest with the number of {number}.", (), "NOT_FOUND")
            found["pullRequest"] = await _shown(call, pull)
    return found


async def _viewer(call: Call, field: Field) -> dict[str, Any]:
    return (graph.actor(call.actor) or {}) | {"login": call.actor.login}


async def _set_draft(call: Call, field: Field) -> dict[str, Any]:
    pull = _pull(call, field)
    pulls.set_draft(call.hub, pull, call.actor, draft=field.name == "convertPullRequestToDraft")
    return {"__typename": field.name, "clientMutationId": None, "pullRequest": await _shown(call, pull)}


async def _merge_later(call: Call, field: Field) -> dict[str, Any]:
    """The merge queue and auto-merge; to merge takes the contents, too."""
    pull, given, hub = _pull(call, field), _input(field), call.hub
    _need(call, field, "contents")
    sha = given.get("expectedHeadOid")
    try:
        match field.name:
            case "enqueuePullRequest":
                await settling.enqueue(hub, pull, sha, call.actor)
            case "dequeuePullRequest":
                await settling.dequeue(hub, pull, call.actor)
            case "enablePullRequestAutoMerge":
                method = str(given.get("mergeMethod") or "MERGE").lower()
                await settling.enable(hub, pull, sha, method, call.actor)
            case _:
                settling.disable(hub, pull, call.actor)
    except settling.Refused as refused:
        raise Wrong(str(refused), (), "UNPROCESSABLE") from None
    shown = await _shown(call, pull)
    of_queue = {"mergeQueueEntry": shown["mergeQueueEntry"]}
    of_auto = {"actor": graph.actor(call.actor), "pullRequest": shown}
    more = of_queue if "queue" in field.name else of_auto
    return {"__typename": f"{field.name[0].upper()}{field.name[1:]}Payload", "clientMutationId": None, **more}


async def _resolve(call: Call, field: Field) -> dict[str, Any]:
    """Resolving a thread takes contents:write, as on GitHub."""
    wanted = users.from_node_id(str(_input(field).get("threadId")))
    for pull in _pulls(call):
        for thread in pull.threads:
            if wanted == ("PullRequestReviewThread", thread.id):
                _need(call, field, "contents")
                reviews.resolve(call.hub, pull, thread, call.actor)
                return {"__typename": field.name, "clientMutationId": None, "thread": graph.thread(call.hub, thread)}
    raise Wrong("Could not resolve to a node with the global id of the thread.", (), "NOT_FOUND")


async def _shown(call: Call, pull: issues.Pull) -> dict[str, Any]:
    state = await mergeability.state(call.hub, pull)
    head = await git_compare.commit(call.hub.git(pull.repository), pull.head_sha)
    return graph.pull_request(call.hub, pull, state, await mergeability.tip(call.hub, pull), head)


def _pull(call: Call, field: Field) -> issues.Pull:
    given = _input(field)
    wanted = users.from_node_id(str(given.get("pullRequestId") or given.get("id")))
    for pull in _pulls(call):
        if wanted == ("PullRequest", pull.id):
            _need(call, field, "pull_requests")
            return pull
    raise Wrong("Could not resolve to a node with the global id of the pull request.", (), "NOT_FOUND")


def _pulls(call: Call) -> list[issues.Pull]:
    homes = call.hub.repositories.values()
    return [pull for home in homes if call.token and auth.sees(call.token, home) for pull in home.pulls]


def _input(field: Field) -> dict[str, Any]:
    given = field.arguments.get("input")
    return given if isinstance(given, dict) else {}


def _need(call: Call, field: Field, permission: str) -> None:
    if call.token is None or not auth.may(call.token, permission, "write"):
        raise Wrong("Resource not accessible by integration", (), "FORBIDDEN")


Root = Callable[[Call, Field], Awaitable[dict[str, Any]]]
QUERIES: dict[str, Root] = {"repository": _repository, "viewer": _viewer}
MUTATIONS: dict[str, Root] = {
    "markPullRequestReadyForReview": _set_draft,
    "convertPullRequestToDraft": _set_draft,
    "enqueuePullRequest": _merge_later,
    "dequeuePullRequest": _merge_later,
    "enablePullRequestAutoMerge": _merge_later,
    "disablePullRequestAutoMerge": _merge_later,
    "resolveReviewThread": _resolve,
}
ROUTE = routing.Route("POST", "/api/graphql", "graphql", answer, ())
