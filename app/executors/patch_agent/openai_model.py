"""OpenAI's Responses, by OpenAI's client. Nothing is stored there: the conversation is sent whole each time."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from app.executors import base
from app.executors.patch_agent import conversation, failures
from app.executors.patch_agent.model import MAX_OUTPUT, Call, Failure, Model, Reply, Tool, Usage

_ENDS = {"response.completed", "response.incomplete", "response.failed"}


@contextlib.asynccontextmanager
async def connect(access: base.Access, name: str, seconds: float) -> AsyncIterator[Model]:
    """A model of OpenAI's called `name`; one answer may take `seconds`."""
    import openai  # noqa: PLC0415 - takes seconds, and only a run of this provider needs it

    http = openai.DefaultAsyncHttpxClient(follow_redirects=False, timeout=seconds)  # the key would go along
    async with openai.AsyncOpenAI(
        api_key=access.key, base_url=access.base_url, max_retries=0, timeout=seconds, http_client=http
    ) as client:
        yield _Responses(client, name)


class _Responses:
    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self._include = ["reasoning.encrypted_content"]  # so that a model finds its own thoughts again

    async def send(
        self, system: str, messages: Sequence[conversation.Message], tools: Sequence[Tool], heard: Callable[[], None]
    ) -> Reply:
        try:
            return await self._send(system, messages, tools, heard)
        except Exception as error:
            if not self._include or "encrypted content is not supported" not in str(error).lower():
                raise
        self._include = []  # a model that does not think refuses to be asked for thoughts
        return await self._send(system, messages, tools, heard)

    async def _send(
        self, system: str, messages: Sequence[conversation.Message], tools: Sequence[Tool], heard: Callable[[], None]
    ) -> Reply:
        response: Any = None
        async with await self._client.responses.create(
            model=self._name,
            instructions=system,
            input=[item for message in messages for item in _written(message)],
            tools=[
                {
                    "type": "function", "name": tool.name, "description": tool.description, "parameters": tool.schema,
                    "strict": False,
                }
                for tool in tools
            ],
            max_output_tokens=MAX_OUTPUT,
            store=False,
            include=self._include,
            stream=True,
        ) as stream:  # fmt: skip
            async for event in stream:
                heard()
                if event.type in _ENDS:
                    response = event.response
        if response is None:
            raise Failure("network", "The answer of the model's provider breaks off.", passing=True)
        if response.status == "failed":
            raise failures.read(RuntimeError(str(response.error)))
        return _reply(response)


def _reply(response: Any) -> Reply:
    items = [item.to_dict(mode="json") for item in response.output]
    parts = [part for item in items if item["type"] == "message" for part in item["content"]]
    is_cut = response.status == "incomplete" and _reason(response) == "max_output_tokens"
    is_refused = any(part["type"] == "refusal" for part in parts) or _reason(response) == "content_filter"
    usage = response.usage
    cached = usage.input_tokens_details.cached_tokens if usage else 0
    return Reply(
        text="".join(part.get("text") or part.get("refusal") or "" for part in parts),
        calls=tuple(
            Call(item["call_id"], item["name"], _arguments(item["arguments"]))
            for item in items
            if item["type"] == "function_call"
        ),
        stop="refused" if is_refused else "length" if is_cut else "end",
        usage=Usage(usage.input_tokens, usage.output_tokens, cached) if usage else Usage(),
        native=[native for item in items if (native := _native(item)) is not None],
    )


def _reason(response: Any) -> str | None:
    return response.incomplete_details.reason if response.incomplete_details else None


def _arguments(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _native(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is sent back of an item, without identifiers that mean something only where items are stored."""
    match item["type"]:
        case "function_call":
            return {key: item[key] for key in ("type", "call_id", "name", "arguments")}
        case "message":
            texts = [part.get("text") or part.get("refusal") or "" for part in item["content"]]
            return {"role": "assistant", "content": "".join(texts)}
        case "reasoning" if item.get("encrypted_content"):
            return {key: item[key] for key in ("type", "id", "summary", "encrypted_content")}
        case _:
            return None


def _written(message: conversation.Message) -> list[dict[str, Any]]:
    match message:
        case conversation.User(text=text):
            return [{"role": "user", "content": text}]
        case conversation.Answer(native=native):
            return native
        case conversation.Results(results=results):
            return [
                {"type": "function_call_output", "call_id": result.id, "output": result.text or "(nothing)"}
                for result in results
            ]
