"""The way of a webhook: as GitHub has it configured, as it went lately, and a signed ping of our own.

An App's hook cannot be pinged by API. So our own ping proves address, TLS and secret from here, and the last
delivery tells what GitHub met when it came.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid

import aiohttp

from app import errors
from app.config import Settings
from app.doctor.report import Finding, failed, ok, warning
from app.github import client, hook, manifest, transport

_PATIENCE = aiohttp.ClientTimeout(total=10)  # seconds, as GitHub waits
_ADDRESS = "run the server, and see that the proxy hands it /webhooks/github"
_SECRET = "use one secret in the App's settings and in DURSOR_WEBHOOK_SECRET (or none there, if /setup stored it)"  # noqa: S105


async def configured(github: client.GitHub, found: Settings) -> tuple[list[Finding], str | None]:
    """Where GitHub delivers to and how, held against DURSOR_PUBLIC_URL; the address comes second."""
    try:
        there = await hook.read(github)
    except errors.DursorError as error:
        return [failed("webhook", f"cannot be read: {error}", "run this again")], None
    wanted = manifest.hook_url(found.public_url) if found.public_url else None
    wrong = []
    if not there.url:
        wrong.append("it has no address")
    elif wanted is not None and there.url.rstrip("/") != wanted:
        wrong.append(f"GitHub delivers to {there.url}, and not to {wanted}")
    if there.content_type != "json":
        wrong.append(f"its content type is {there.content_type}, and dursor takes JSON only")
    if not there.verifies_tls:
        wrong.append("GitHub does not verify the certificate")
    if wrong:
        return [failed("webhook", "; ".join(wrong), "change it in the App's settings, “Webhook”")], there.url or None
    return [ok("webhook", f"GitHub delivers JSON to {there.url}")], there.url


async def lately(github: client.GitHub) -> list[Finding]:
    """What came of GitHub's last delivery."""
    what = "last delivery"
    try:
        async for last in github.deliveries():
            told = f"{last.event} at {last.delivered_at:%Y-%m-%d %H:%M} UTC: {last.status_code}"
            if 200 <= last.status_code < 300:
                return [ok(what, told)]
            do = _SECRET if last.status_code == 401 else _ADDRESS
            return [failed(what, f"{told}, so it did not arrive", do)]
    except errors.DursorError as error:
        return [failed(what, f"cannot be read: {error}", "run this again")]
    return [warning(what, "GitHub delivered nothing in three days", "write a comment on a pull request and look again")]


async def round_trip(address: str, secret: str) -> list[Finding]:
    """Send a signed ping there as GitHub would."""
    what = f"ping to {address}"
    body = json.dumps({"zen": f"dursor doctor {uuid.uuid4()}", "hook_id": 0, "hook": {"type": "App"}}).encode()
    headers = {
        "Content-Type": "application/json", "User-Agent": transport.USER_AGENT, "X-GitHub-Event": "ping",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
    }  # fmt: skip
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as http,
            http.post(address, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return [failed(what, f"no answer ({type(error).__name__})", _ADDRESS)]
    if status == 200:
        return [ok(what, "address, TLS and secret agree, as seen from this machine")]
    if status == 401:
        return [failed(what, "the server there has another secret", "restart it with the settings that you see here")]
    return [failed(what, f"{status} in place of 200", _ADDRESS)]
