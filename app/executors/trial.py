"""One cheap question to a model, to see whether its key, its name and its address are right."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from app.errors import DursorError, Refused, Transient
from app.executors.providers import ALL

_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=20)
_QUESTION = "Answer with the word yes."
_VERSION = {"anthropic-version": "2023-06-01"}


async def ask(provider: str, model: str, key: str, base_url: str | None) -> None:
    """Return when the model answers. Raises Refused or Transient with its words."""
    known = ALL[provider]
    path, body = _request(provider, model)
    address = known.target(base_url, path)
    if address is None:
        raise Refused(f"{model!r} is no name of a model.")
    headers = known.credential(key) | (_VERSION if provider == "anthropic" else {})
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.post(address, json=body, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise _problem(
                    known.title, answer.status, (await answer.content.read(8192)).replace(key.encode(), b"***")
                )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Transient(f"{known.title} was not reached: {type(error).__name__}.") from None


def _request(provider: str, model: str) -> tuple[str, dict[str, Any]]:
    match provider:
        case "anthropic":
            return "/v1/messages", {
                "model": model, "max_tokens": 1, "messages": [{"role": "user", "content": _QUESTION}],
            }  # fmt: skip
        case "openai":
            return "/v1/responses", {"model": model, "max_output_tokens": 16, "store": False, "input": _QUESTION}
        case _:
            return f"/v1beta/models/{model}:generateContent", {
                "contents": [{"role": "user", "parts": [{"text": _QUESTION}]}],
                "generationConfig": {"maxOutputTokens": 1},
            }


def _problem(title: str, status: int, body: bytes) -> DursorError:
    try:
        words = str(json.loads(body)["error"]["message"])[:500]
    except (ValueError, LookupError, TypeError):
        words = "it gave no reason"
    told = f"{title} answered {status}: {words}"
    return Refused(told) if status < 500 and status != 429 else Transient(told)
