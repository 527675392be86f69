"""A browser without a screen: cookies, forms, and the person who presses "Create" on GitHub's page."""

from __future__ import annotations

import contextlib
import html.parser
import json
import secrets
import urllib.parse
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from app.localhub.hub import Hub


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    status: int
    headers: Any
    text: str

    @property
    def forms(self) -> list[Form]:
        return _read(self.text).forms

    @property
    def links(self) -> list[str]:
        return _read(self.text).links

    @property
    def tags(self) -> set[str]:
        return _read(self.text).tags


class Browser:
    """Keeps cookies for the server at `url`, and goes nowhere by itself."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def get(self, path: str) -> Page:
        return await self._ask("GET", path, None)

    async def post(self, path: str, fields: dict[str, str]) -> Page:
        return await self._ask("POST", path, fields)

    async def enter(self, code: str) -> Page:
        """Type the code and follow to the page behind it."""
        await self.post("/setup", {"code": code})
        return await self.get("/setup")

    async def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> Page:
        url = urllib.parse.urljoin(self.url, path)
        async with self.session.request(method, url, data=fields, allow_redirects=False) as answer:
            return Page(answer.status, answer.headers.copy(), await answer.text())


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)  # an address of numbers may have cookies too
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(60)) as session:
        yield Browser(url, session)


def press_create(hub: Hub, form: Form, **changed: Any) -> str:
    """What GitHub does with the form: it registers the App and sends the browser back to this address."""
    target = urllib.parse.urlsplit(form.action)
    assert f"{target.scheme}://{target.netloc}" == hub.url
    assert form.method == "post"
    wanted = json.loads(form.fields["manifest"])
    hub.app.permissions = dict(wanted["default_permissions"])
    hub.app.events = tuple(wanted["default_events"])
    hub.app.name = wanted["name"]
    hub.target(wanted["hook_attributes"]["url"])
    code = secrets.token_hex(10)
    told = {"client_id": "Iv1", "client_secret": "s", "webhook_secret": hub.deliveries.secret}
    hub.offer_manifest(code, told | {"pem": hub.private_key_pem} | changed)
    [state] = urllib.parse.parse_qs(target.query)["state"]
    return f"{wanted['redirect_url']}?{urllib.parse.urlencode({'code': code, 'state': state})}"


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    return reader


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "form":
            self.forms.append(Form(given["action"], given["method"]))
        elif tag == "input":
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "a":
            self.links.append(given["href"])
