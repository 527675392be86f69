"""Commit statuses: reporting one, and the combined status of a commit."""

from __future__ import annotations

from app.localhub.actions import gates, statuses
from app.localhub.rest import commits, routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import checks as shapes
from app.localhub.shapes import repositories

ROUTES = routing.Table()


@ROUTES.on(
    "GET /repos/{owner}/{repo}/commits/{ref:path}/status",
    "repos/get-combined-status-for-ref",
    "statuses=read",
)
async def combined(call: Call) -> Answer:
    """`pending` also when nobody reported anything."""
    sha = await commits.resolve(call, call.params["ref"])
    latest = list(gates.latest_statuses(call.home, sha).values())
    states = {status.state for status in latest}
    url = f"{repositories.address(call.hub, call.home)}/commits/{sha}"
    page = routing.paged(call, latest, lambda one: shapes.combined_part(call.hub, call.home, one))
    state = "failure" if states & {"failure", "error"} else "success" if states == {"success"} else "pending"
    page.body = {
        "state": state,
        "statuses": page.body,
        "sha": sha,
        "total_count": len(latest),
        "repository": repositories.minimal(call.hub, call.home),
        "commit_url": url,
        "url": f"{url}/status",
    }
    return page


@ROUTES.on("POST /repos/{owner}/{repo}/statuses/{sha}", "repos/create-commit-status", "statuses=write")
async def create(call: Call) -> Answer:
    if call.body.get("state") not in statuses.STATES:
        raise routing.invalid("Status", "state")
    sha = await commits.resolve(call, call.params["sha"])
    made = await statuses.create(call.hub, call.home, sha, call.body, call.actor)
    return Answer(shapes.status(call.hub, call.home, made), 201)
