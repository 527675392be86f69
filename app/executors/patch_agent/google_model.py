"""Google's generateContent, by Google's client."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from app.executors import base
from app.executors.patch_agent import conversation
from app.executors.patch_agent.model import MAX_OUTPUT, Call, Failure, Model, Reply, Stop, Tool, Usage

_STOPS: Mapping[str, Stop] = {"STOP": "end", "MAX_TOKENS": "length"}
_AGAIN = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE", "OTHER"}


@contextlib.asynccontextmanager
async def connect(access: base.Access, name: str, seconds: float) -> AsyncIterator[Model]:
    """A model of Google's called `name`; one answer may take `seconds`."""
    import httpx2  # noqa: PLC0415 - these take seconds, and only a run of this provider needs them
    from google import genai  # noqa: PLC0415
    from google.genai import types  # noqa: PLC0415

    async with httpx2.AsyncClient(
        timeout=seconds
    ) as http:  # what it makes by itself inherits from aiohttp, which warns
        options = types.HttpOptions(
            base_url=access.base_url,
            timeout=int(seconds * 1000),
            retry_options=types.HttpRetryOptions(attempts=1),
            httpx_async_client=http,
        )
        with contextlib.closing(genai.Client(vertexai=False, api_key=access.key, http_options=options)) as client:
            yield _Contents(client.aio, name, types)


class _Contents:
    def __init__(self, client: Any, name: str, types: Any) -> None:
        self._client = client
        self._name = name
        self._types = types

    async def send(
        self, system: str, messages: Sequence[conversation.Message], tools: Sequence[Tool], heard: Callable[[], None]
    ) -> Reply:
        types = self._types
        declared = [
            types.FunctionDeclaration(name=tool.name, description=tool.description, parameters_json_schema=tool.schema)
            for tool in tools
        ]
        config = types.GenerateContentConfig(
            system_instruction=system,
            max_output_tokens=MAX_OUTPUT,
            tools=[types.Tool(function_declarations=declared)],
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        )
        contents = [types.Content.model_validate(_written(message)) for message in messages]
        parts: list[Any] = []
        finish, usage = None, None
        stream = await self._client.models.generate_content_stream(model=self._name, contents=contents, config=config)
        async with contextlib.aclosing(stream):
            async for piece in stream:
                heard()
                usage = piece.usage_metadata or usage
                feedback = piece.prompt_feedback
                if feedback is not None and feedback.block_reason is not None:
                    finish = feedback.block_reason
                for candidate in piece.candidates or ():
                    parts += (candidate.content and candidate.content.parts) or ()
                    finish = candidate.finish_reason or finish
        if finish is None:
            raise Failure("network", "The answer of the model's provider breaks off.", passing=True)
        if finish.value in _AGAIN:
            words = f"The model's provider could not finish the answer: {finish.value}."
            raise Failure("server", words, passing=True)
        return _reply(parts, _STOPS.get(finish.value, "refused"), usage)


def _reply(parts: Sequence[Any], stop: Stop, usage: Any) -> Reply:
    native = _joined([part.model_dump(mode="json", exclude_none=True, by_alias=True) for part in parts])
    calls = []
    for part in native:
        if "functionCall" in part:
            call = part["functionCall"]
            calls.append(Call(call.get("id") or uuid.uuid4().hex, call.get("name") or "", call.get("args") or {}))
    cached = (usage and usage.cached_content_token_count) or 0
    made = ((usage and usage.candidates_token_count) or 0) + ((usage and usage.thoughts_token_count) or 0)
    given = (usage and usage.prompt_token_count) or 0
    return Reply(
        text="".join(part.get("text", "") for part in native if not part.get("thought")),
        calls=tuple(calls),
        stop=stop,
        usage=Usage(given, made, cached),
        native=native,
    )


def _joined(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pieces of one text as one part; those with a signature stay as they came."""
    joined: list[dict[str, Any]] = []
    for part in parts:
        if joined and part.keys() == joined[-1].keys() == {"text"}:
            joined[-1] = {"text": joined[-1]["text"] + part["text"]}
        elif part != {"text": ""}:
            joined.append(part)
    return joined


def _written(message: conversation.Message) -> dict[str, Any]:
    match message:
        case conversation.User(text=text):
            return {"role": "user", "parts": [{"text": text}]}
        case conversation.Answer(native=native):
            return {"role": "model", "parts": native}
        case conversation.Results(results=results):
            return {"role": "user", "parts": [_result(result) for result in results]}


def _result(result: conversation.Result) -> dict[str, Any]:
    told = {"error" if result.is_error else "output": result.text}
    return {"functionResponse": {"id": result.id, "name": result.name, "response": told}}
