"""The App's webhook as GitHub has it: address, content type, and its secret, which can be set but not read."""

from __future__ import annotations

from dataclasses import dataclass

from app.github import client, shape


@dataclass(frozen=True, slots=True)
class Hook:
    """`verifies_tls` is False where GitHub would deliver to anybody who answers at the address."""

    url: str
    content_type: str
    verifies_tls: bool


async def read(github: client.GitHub) -> Hook:
    """GET /app/hook/config."""
    data = shape.mapping(await github.auth.calls.get("app/hook/config"), "a webhook")
    return Hook(
        url=shape.text_or_none(data, "url") or "",
        content_type=shape.text_or_none(data, "content_type") or "form",
        verifies_tls=str(data.get("insecure_ssl", "0")) == "0",
    )


async def set_secret(github: client.GitHub, secret: str) -> None:
    """Have GitHub sign deliveries with `secret`, and send them as JSON."""
    await github.auth.calls.write("PATCH", "app/hook/config", {"secret": secret, "content_type": "json"})
