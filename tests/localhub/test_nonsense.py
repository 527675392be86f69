"""Whatever a client sends, the hub answers as GitHub would: never with an error of its own."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from app.localhub.rest import app as rest
from tests.localhub import description

NONSENSE: tuple[Any, ...] = (None, -(10**30), "x", [[]], [{"path": 1}], {"x": 1}, "\ud800")
WRITES = [route for family in rest.FAMILIES for route in family.ROUTES if route.method != "GET"]


@pytest.mark.parametrize("route", WRITES, ids=lambda route: route.operation)
async def test_no_body_makes_it_fail(repo, hub, app, route):
    path = await fill(repo, hub, app, route.path)
    call = app.as_app if route.who == "app" else app.call
    for field, value in itertools.product(description.fields(route.operation) or ["x"], NONSENSE):
        answer = await call(route.method, path, {"name": "x", "title": "x", "body": "x", field: value})
        assert answer.status < 500, (route.operation, field, value)


@pytest.mark.parametrize("query", ["per_page=-1&page=x", "page=99999999999999999999", "cursor=%00", "state=%F0%28"])
async def test_no_query_makes_it_fail(repo, hub, app, query):
    for route in (route for family in rest.FAMILIES for route in family.ROUTES if route.method == "GET"):
        path = await fill(repo, hub, app, route.path)
        call = app.as_app if route.who == "app" else app.call
        assert (await call("GET", f"{path}?{query}")).status < 500, (route.operation, query)


async def test_no_name_in_a_path_makes_it_fail(repo, app):
    names = ("-x", "--help", "..", "a..b", "%00", "%2e%2e%2f", "HEAD", "@{-1}", "x^{tree}", "%F0%28", "x" * 5000)
    paths = ("commits/{}", "commits/{}/status", "branches/{}", "contents/{}", "git/ref/{}", "compare/{}...main")
    for name, path in itertools.product(names, paths):
        answer = await app.call("GET", f"/repos/octo/widgets/{path.format(name)}")
        assert answer.status < 500, (path, name)


async def fill(repo, hub, app, path):
    """The path with parameters that lead to something that is there."""
    pull = hub.pulls[0] if hub.pulls else await hub.open_pull_request(repo, files={"a.py": "x = 2\n"})
    if not pull.reviews:
        await hub.review(pull, "COMMENTED", "", "carol", [{"path": "a.py", "line": 1, "body": "here"}])
        await hub.finish_check(pull, "build", "success", app="dursor")
        hub.comment(pull, "hello")
    number = pull.review_comments[0].id if "/pulls/" in path else pull.comments[0].id
    values = {
        "owner": "octo",
        "repo": "widgets",
        "number": 1,
        "comment_id": number,
        "check_run_id": hub.check_runs(pull.head_sha)[0].id,
        "installation_id": hub.installation(repo).id,
        "ref:path": pull.head_sha,
        "branch:path": "main",
        "path:path": "a.py",
        "basehead:path": "main...change",
        "sha": pull.head_sha,
        "username": "alice",
        "name": "x",
    }
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path.replace("{", "").replace("}", "")
