"""The stand-in as a server on a port of 127.0.0.1: takes requests down, asks the script, answers as it is told."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request as HttpRequest
from starlette.types import Receive, Scope, Send

from app.localhub import server
from tests.executors import programs
from tests.providers import anthropic, google, openai, saying, wire
from tests.providers.dialect import Dialect
from tests.providers.request import Protocol, Request
from tests.providers.script import Choose
from tests.providers.steps import Say, Status, Turn

_DIALECTS: Mapping[Protocol, Dialect] = {
    "anthropic": anthropic.Messages(), "openai": openai.Responses(), "google": google.GenerateContent(),
}  # fmt: skip
_ASIDE = Turn((Say('{"title": "A title", "isNewTopic": true}'),))
_MODELS = {
    "object": "list",
    "data": [{"id": "stand-in", "object": "model", "type": "model"}],
    "models": [],
    "has_more": False,
}


@dataclass(slots=True)
class Provider:
    """A running stand-in: where it is, and every request that reached it, in order."""

    url: str
    choose: Choose
    requests: list[Request] = field(default_factory=list)
    problems: list[Exception] = field(default_factory=list)

    @property
    def answered(self) -> list[Request]:
        """The requests that took a step of the script."""
        return [request for request in self.requests if request.kind == "answer"]

    @property
    def keys(self) -> set[str | None]:
        """Every key that was shown for an answer; None is none."""
        return {request.key for request in self.requests if request.kind in {"answer", "aside", "count"}}

    async def asked(self, count: int = 1, seconds: float = 60) -> None:
        """Wait until so many requests took a step."""
        await programs.until(lambda: len(self.answered) >= count, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = wire.Reply(scope, receive, send)
        http = HttpRequest(scope, receive)
        raw = await http.body()
        headers = {name.lower(): value for name, value in http.headers.items()}
        body = json.loads(raw) if raw else {}
        request = Request(http.method, http.url.path, dict(http.query_params), headers, body)
        self.requests.append(request)
        try:
            await self._answer(request, reply)
        except Exception as error:  # a mistake in the script: told to the test, which ends with it
            self.problems.append(error)
            raise

    async def _answer(self, request: Request, reply: wire.Reply) -> None:
        dialect = _DIALECTS[request.protocol]
        match request.kind:
            case "answer":
                await saying.say(self.choose(request), request, dialect, reply)
            case "aside":
                await saying.say(_ASIDE, request, dialect, reply)
            case "count":
                await reply.json(dialect.count())
            case "models":
                await reply.json(_MODELS)
            case "other" if request.method == "HEAD":
                await reply.json({})
            case _:
                await reply.json(dialect.failure(Status(404, message="no such endpoint")), 404)


@contextlib.asynccontextmanager
async def serve(choose: Choose) -> AsyncIterator[Provider]:
    """Run a stand-in; at the end, a script that could not be spoken is an error."""
    listener = server.listen()
    provider = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}", choose)
    async with server.serve(provider, listener):
        yield provider
    if provider.problems:
        raise provider.problems[0]
