"""/setup from the code on the console to the stored App, and what GitHub may do to it on the way."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat

import aiohttp
import pytest

from app import encryption
from app.github import transport
from app.localhub import faults
from tests.setup.browser import press_create


async def registered(hub, door, browser, **changed):
    page = await browser.enter(door.codes[-1])
    return await browser.get(press_create(hub, page.forms[0], **changed))


async def test_the_app_is_registered_and_stored_and_its_secrets_are_encrypted(hub, door, browser):
    page = await registered(hub, door, browser)

    assert page.status == 200
    assert f"{hub.url}/github-apps/dursor/installations/new" in page.links
    [key] = encryption.keys(door.settings)
    stored = door.stored([key])
    assert (stored.app_id, stored.slug) == (str(hub.app.id), "dursor")
    assert stored.private_key == hub.private_key_pem
    assert stored.webhook_secret == hub.deliveries.secret
    raw = door.settings.database_path.read_bytes()
    assert b"PRIVATE KEY" not in raw
    assert hub.deliveries.secret.encode() not in raw
    async with asyncio.timeout(10):  # it is set once the page has been sent
        await door.setup.finished.wait()


async def test_a_key_is_made_for_nobody_else_to_read_where_none_was_configured(hub, door, browser):
    await registered(hub, door, browser)
    file = door.settings.data_dir / "encryption.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.with_suffix(".new").exists()


async def test_a_form_asks_for_what_the_manifest_says_and_brings_the_browser_back_here(hub, door, browser):
    page = await browser.enter(door.codes[-1])
    form = page.forms[0]
    assert form.action.startswith(f"{hub.url}/settings/apps/new?state=")
    wanted = json.loads(form.fields["manifest"])
    assert wanted["hook_attributes"] == {"url": "https://dursor.example.com/webhooks/github", "active": True}
    assert wanted["redirect_url"] == f"{door.url}/setup/callback"
    assert wanted["public"] is False


async def test_an_organisation_may_own_the_app(hub, door, browser):
    await browser.enter(door.codes[-1])
    page = await browser.get("/setup?org=octo-org")
    assert page.forms[0].action.startswith(f"{hub.url}/organizations/octo-org/settings/apps/new?state=")
    assert json.loads(page.forms[0].fields["manifest"])["name"] == "dursor-octo-org"
    assert (await browser.get("/setup?org=../../evil")).status == 400


async def test_after_that_it_is_closed_for_ever(hub, door, browser):
    page = await browser.enter(door.codes[-1])
    second = await browser.get("/setup")
    back = press_create(hub, second.forms[0])
    assert (await browser.get(press_create(hub, page.forms[0]))).status == 200
    for path in ("/setup", f"/setup?code={door.codes[-1]}", back):
        assert (await browser.get(path)).status == 404
    assert (await browser.post("/setup", {"code": door.codes[-1]})).status == 404


async def test_of_two_tabs_either_may_finish(hub, door, browser):
    first = await browser.enter(door.codes[-1])
    await browser.get("/setup")
    assert (await browser.get(press_create(hub, first.forms[0]))).status == 200


async def test_an_app_without_a_webhook_secret_gets_one_from_us(hub, door, browser):
    before = hub.deliveries.secret
    assert (await registered(hub, door, browser, webhook_secret=None)).status == 200
    stored = door.stored(encryption.keys(door.settings))
    assert stored.webhook_secret == hub.deliveries.secret != before


async def test_a_name_that_github_returns_is_shown_as_text(hub, door, browser):
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    page = await browser.enter(door.codes[-1])
    back = press_create(hub, page.forms[0])
    hub.app.name, hub.app.slug = nasty, "x'\"><script>"
    done = await browser.get(back)
    assert done.status == 200
    assert not done.tags & {"script", "img"}
    assert "&lt;script&gt;alert(1)" in done.text


@pytest.mark.parametrize(
    ("fault", "status", "words", "again"),
    [
        ({"status": 404}, 400, "GitHub does not know this code", False),
        ({"status": 422}, 502, "GitHub did not give out the App", False),
        ({"status": 403, "headers": {"retry-after": "60"}}, 503, "GitHub asks us to wait", True),
        ({"status": 500}, 503, "may be registered, but its key did not arrive", True),
        ({"status": 502, "body": "<html>Unicorn!</html>"}, 503, "may be registered", True),
        ({"reset": True}, 503, "may be registered", True),
        ({"status": 201, "body": {"id": 1}}, 503, "may be registered", True),
    ],
    ids=["spent", "refused", "limited", "broken", "a-page", "cut", "in-part"],
)
async def test_a_conversion_that_fails_stores_nothing_and_says_how_to_go_on(
    hub, door, browser, fault, status, words, again
):
    hub.faults.add(faults.Fault("POST", "/app-manifests/", **fault))
    page = await registered(hub, door, browser)

    assert (page.status, words in page.text) == (status, True), page.text
    assert not door.has_app()
    assert f"{hub.url}/settings/apps" in page.links
    retry = [link for link in page.links if link.startswith("/setup/callback?")]
    assert bool(retry) is again
    if again:
        assert (await browser.get(retry[0])).status == 200
        assert door.has_app()


async def test_a_conversion_without_an_answer_ends_and_may_be_tried_again(hub, door, browser, monkeypatch):
    monkeypatch.setattr(transport, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    hub.faults.add(faults.Fault("POST", "/app-manifests/", delay=1, status=500))
    page = await registered(hub, door, browser)
    assert (page.status, door.has_app()) == (503, False)
    monkeypatch.undo()
    [retry] = [link for link in page.links if link.startswith("/setup/callback?")]
    assert (await browser.get(retry)).status == 200


async def test_when_the_answer_was_lost_after_the_deed_the_person_is_told_what_to_do(hub, door, browser):
    hub.faults.add(faults.Fault("POST", "/app-manifests/", when="after", reset=True))
    page = await registered(hub, door, browser)
    [retry] = [link for link in page.links if link.startswith("/setup/callback?")]
    page = await browser.get(retry)
    assert page.status == 400
    assert "delete that App at" in page.text
    fresh = await browser.get("/setup")
    assert (await browser.get(press_create(hub, fresh.forms[0]))).status == 200


async def test_a_database_that_fails_after_the_exchange_does_not_lose_the_key(hub, door, browser):
    page = await browser.enter(door.codes[-1])
    back = press_create(hub, page.forms[0])
    await door.setup._database._writer.run(_forbid)
    assert (await browser.get(back)).status == 503
    assert not door.has_app()
    await door.setup._database._writer.run(lambda db: db.set_authorizer(None))
    assert (await browser.get(back)).status == 200
    assert door.stored(encryption.keys(door.settings)).private_key == hub.private_key_pem


def _forbid(db):
    """Let nothing be written into the App's table, as on a disk that fills up at the worst moment."""

    def judge(action, table, *_):
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_INSERT and table == "github_app_config" else 0

    db.set_authorizer(judge)
