"""The app's webhook: where it points, and its deliveries."""

from __future__ import annotations

from typing import Any

from app.localhub.rest import routing
from app.localhub.rest.routing import Answer, Call

ROUTES = routing.Table()


@ROUTES.on("GET /app/hook/config", "apps/get-webhook-config-for-app", who="app")
async def config(call: Call) -> Answer:
    return Answer(_config(call))


@ROUTES.on("PATCH /app/hook/config", "apps/update-webhook-config-for-app", who="app")
async def change_config(call: Call) -> Answer:
    """A new address and a new secret are in force from the next delivery on."""
    hook = call.hub.deliveries
    hook.target_url = routing.optional(call, "Hook", "url") or hook.target_url
    hook.secret = routing.optional(call, "Hook", "secret") or hook.secret
    return Answer(_config(call))


@ROUTES.on("GET /app/hook/deliveries", "apps/list-webhook-deliveries", who="app")
async def deliveries(call: Call) -> Answer:
    size = call.query.get("per_page", "30")
    per_page = min(int(size), 100) if size.isascii() and size.isdigit() and int(size) > 0 else 30
    status = call.query.get("status")
    if status not in (None, "success", "failure"):
        raise routing.invalid("Hook", "status")
    found, following = call.hub.deliveries.list(per_page, call.query.get("cursor"), status)
    headers = {}
    if following:
        more = f"&status={status}" if status else ""
        url = f"{call.hub.api}{call.path}?per_page={per_page}&cursor={following}{more}"
        headers["link"] = f'<{url}>; rel="next"'
    return Answer(found, headers=headers)


@ROUTES.on("GET /app/hook/deliveries/{delivery_id}", "apps/get-webhook-delivery", who="app")
async def delivery(call: Call) -> Answer:
    found = call.hub.deliveries.get(call.number("delivery_id"))
    if found is None:
        raise routing.not_found()
    return Answer(found)


@ROUTES.on("POST /app/hook/deliveries/{delivery_id}/attempts", "apps/redeliver-webhook-delivery", who="app")
async def redeliver(call: Call) -> Answer:
    number = call.number("delivery_id")
    if call.hub.deliveries.get(number) is None:
        raise routing.not_found()
    call.hub.spawn(call.hub.deliveries.redeliver(number))
    return Answer({}, 202)


def _config(call: Call) -> dict[str, Any]:
    url = call.hub.deliveries.target_url
    told = {"content_type": "json", "insecure_ssl": "0", "secret": "********"}
    return told | ({"url": url} if url else {})
