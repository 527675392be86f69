"""One step of a script, said in a protocol."""

from __future__ import annotations

from typing import assert_never

from tests.providers.dialect import Dialect
from tests.providers.request import Request
from tests.providers.steps import Broken, Damage, Once, Patch, Refuse, Say, Silence, Status, Tool, Turn
from tests.providers.wire import Reply

_HALF = Turn((Say("This text has no end."),))


async def say(step: Once, request: Request, dialect: Dialect, reply: Reply) -> None:
    match step:
        case Say() | Tool() | Patch():
            await say(Turn((step,)), request, dialect, reply)
        case Turn() | Refuse() if request.streams:
            await reply.stream(dialect.events(step, request))
        case Turn() | Refuse():
            await reply.json(dialect.whole(step, request))
        case Status(code=code, headers=headers, body=None):
            await reply.json(dialect.failure(step), code, headers)
        case Status(code=code, headers=headers, body=body):
            await reply.whole(body or "", code, headers)
        case Silence(seconds=seconds):
            await reply.stream(dialect.began(request), silent=seconds)
        case Broken(kind=kind):
            await _damage(kind, request, dialect, reply)
        case _:
            assert_never(step)


async def _damage(kind: Damage, request: Request, dialect: Dialect, reply: Reply) -> None:
    events = dialect.events(_HALF, request)
    half = events[: (len(events) + 1) // 2]
    match kind:
        case "reset":
            await reply.cut()
        case "html":
            await reply.whole("<html><body>502 Bad Gateway</body></html>", 200, {"content-type": "text/html"})
        case "empty":
            await reply.stream([])
        case "garbage":
            await reply.stream(["event: message_start\ndata: {this is no JSON\n\n", "data: \x00\x01\n\n"])
        case "nofinish":
            await reply.stream(half)
        case "truncate":
            await reply.stream(half, cut=True)
        case "sse_error":
            await reply.stream([*dialect.began(request), dialect.error_event()])
        case _:
            assert_never(kind)
