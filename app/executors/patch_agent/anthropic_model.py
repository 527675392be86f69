"""Anthropic's Messages, by Anthropic's client."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from app.executors import base
from app.executors.patch_agent import conversation
from app.executors.patch_agent.model import MAX_OUTPUT, Call, Failure, Model, Reply, Stop, Tool, Usage

_STOPS: Mapping[str, Stop] = {"max_tokens": "length", "model_context_window_exceeded": "length", "refusal": "refused"}


@contextlib.asynccontextmanager
async def connect(access: base.Access, name: str, seconds: float) -> AsyncIterator[Model]:
    """A model of Anthropic's called `name`; one answer may take `seconds`."""
    import anthropic  # noqa: PLC0415 - takes seconds, and only a run of this provider needs it

    http = anthropic.DefaultAsyncHttpxClient(follow_redirects=False, timeout=seconds)  # the key would go along
    async with anthropic.AsyncAnthropic(
        api_key=access.key, base_url=access.base_url, max_retries=0, timeout=seconds, http_client=http
    ) as client:
        yield _Messages(client, name)


class _Messages:
    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    async def send(
        self, system: str, messages: Sequence[conversation.Message], tools: Sequence[Tool], heard: Callable[[], None]
    ) -> Reply:
        async with self._client.messages.stream(
            model=self._name,
            max_tokens=MAX_OUTPUT,
            system=system,
            messages=[_written(message) for message in messages],
            tools=[{"name": tool.name, "description": tool.description, "input_schema": tool.schema} for tool in tools],
            cache_control={"type": "ephemeral"},
        ) as stream:
            async for _ in stream:
                heard()
            message = await stream.get_final_message()
        if message.stop_reason is None:
            raise Failure("network", "The answer of the model's provider breaks off.", passing=True)
        stop = _STOPS.get(message.stop_reason, "end")
        cached = message.usage.cache_read_input_tokens or 0
        calls = [block for block in message.content if block.type == "tool_use"]
        return Reply(
            text="".join(block.text for block in message.content if block.type == "text"),
            calls=tuple(Call(block.id, block.name, _arguments(block.input)) for block in calls),
            stop=stop,
            usage=Usage(
                input=message.usage.input_tokens + (message.usage.cache_creation_input_tokens or 0) + cached,
                output=message.usage.output_tokens,
                cached=cached,
            ),
            native=[_native(block) for block in message.content if block.type != "text" or block.text],
        )


def _arguments(given: object) -> Mapping[str, Any] | None:
    return given if isinstance(given, dict) else None


def _native(block: Any) -> dict[str, Any]:
    if block.type == "tool_use":
        arguments = _arguments(block.input) or {}
        return {"type": "tool_use", "id": block.id, "name": block.name, "input": json.loads(json.dumps(arguments))}
    if block.type == "text":
        return {"type": "text", "text": block.text}
    return dict(block.to_dict(mode="json"))


def _written(message: conversation.Message) -> dict[str, Any]:
    match message:
        case conversation.User(text=text):
            return {"role": "user", "content": text}
        case conversation.Answer(native=native):
            return {"role": "assistant", "content": native}
        case conversation.Results(results=results):
            return {"role": "user", "content": [_result(result) for result in results]}


def _result(result: conversation.Result) -> dict[str, Any]:
    return {
        "type": "tool_result", "tool_use_id": result.id, "content": result.text or "(nothing)",
        "is_error": result.is_error,
    }  # fmt: skip
