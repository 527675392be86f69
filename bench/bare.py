"""The limit for intake: read the body, check its signature, answer 202, keep nothing."""

from __future__ import annotations

import hashlib
import hmac
import os
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SECRET = os.environ["DURSOR_WEBHOOK_SECRET"].encode()


async def receive(request: Request) -> Response:
    body = await request.body()
    wanted = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    right = hmac.compare_digest(wanted, request.headers.get("x-hub-signature-256", ""))
    return Response(status_code=202 if right else 401)


async def alive(request: Request) -> Response:
    return Response("ok")


if __name__ == "__main__":
    app = Starlette(routes=[Route("/webhooks/github", receive, methods=["POST"]), Route("/healthz", alive)])
    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_config=None, server_header=False)
