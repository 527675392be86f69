"""Who tries to get into the set-up, or to slip an App of theirs in: none of it stores anything."""

from __future__ import annotations

import urllib.parse

import aiohttp
import pytest

from app.github import manifest
from app.web.setup_guard import STATE_SECONDS, WRONG_AT_ONCE, WRONG_EVERY_SECONDS, Guard
from tests.setup import browser as browsers
from tests.setup.browser import press_create


class Time:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def codes():
    return []


@pytest.fixture
def guard(codes, time):
    return Guard(codes.append, time)


async def test_without_the_code_there_is_no_form_to_github(door, browser):
    for path in ("/setup", "/setup?code=AAAAA-BBBBB-CCCCC-DDDDD", f"/setup?code={door.codes[-1]}"):
        assert [form.action for form in (await browser.get(path)).forms] == ["/setup"]


async def test_a_wrong_code_lets_nobody_in(door, browser):
    page = await browser.post("/setup", {"code": "AAAAA-BBBBB-CCCCC-DDDDD"})
    assert page.status == 403
    assert "set-cookie" not in page.headers
    assert [form.action for form in (await browser.get("/setup")).forms] == ["/setup"]


async def test_a_code_works_once_and_the_console_shows_a_new_one(door, browser):
    used = door.codes[-1]
    await browser.post("/setup", {"code": used})
    assert len(door.codes) == 2
    assert used != door.codes[-1]
    async with browsers.opened(door.url) as other:
        assert (await other.post("/setup", {"code": used})).status == 403


async def test_a_code_may_be_typed_as_people_type(door, browser):
    assert (await browser.post("/setup", {"code": " " + door.codes[-1].lower().replace("-", " ")})).status == 303


async def test_guessing_codes_is_slowed_even_for_who_guesses_right_then(door, browser):
    for _ in range(WRONG_AT_ONCE):
        assert (await browser.post("/setup", {"code": "AAAAA"})).status == 403
    page = await browser.post("/setup", {"code": door.codes[-1]})
    assert page.status == 429
    assert 0 < int(page.headers["retry-after"]) <= WRONG_EVERY_SECONDS + 1


def test_after_a_while_codes_are_looked_at_again(guard, codes, time):
    for _ in range(WRONG_AT_ONCE):
        assert guard.enter("AAAAA") is None
    assert guard.enter(codes[-1]) is None
    time.now += WRONG_EVERY_SECONDS
    assert guard.wait() == 0
    assert guard.enter(codes[-1]) is not None


def test_a_state_ends_with_its_hour_and_with_its_browser(guard, codes, time):
    guard.enter(codes[-1])
    state = guard.new_state()
    assert guard.knows(state)
    time.now += STATE_SECONDS
    assert not guard.knows(state)
    state = guard.new_state()
    guard.enter(codes[-1])
    assert not guard.knows(state)


def test_only_the_newest_states_are_remembered(guard, codes):
    guard.enter(codes[-1])
    states = [guard.new_state() for _ in range(100)]
    assert 1 < sum(map(guard.knows, states)) < 50
    assert guard.knows(states[-1])


@pytest.mark.parametrize("code", ["", "²³", "é" * 20, "\0", "A" * 5000])
def test_no_text_is_a_code_by_accident(guard, code):
    assert guard.enter(code) is None
    assert not guard.admits(code)
    assert not guard.knows(code)


async def test_an_app_that_another_browser_began_is_not_taken(hub, door, browser):
    page = await browser.enter(door.codes[-1])
    back = press_create(hub, page.forms[0])
    async with browsers.opened(door.url) as stranger:
        assert (await stranger.get(back)).status == 403
    assert not door.has_app()
    assert not asked_to_convert(hub)


@pytest.mark.parametrize("state", [None, "", "wrong", "%00", "%ff"])
async def test_an_app_that_somebody_else_registered_is_not_taken(hub, door, browser, state):
    page = await browser.enter(door.codes[-1])
    back = urllib.parse.urlsplit(press_create(hub, page.forms[0]))
    code = urllib.parse.parse_qs(back.query)["code"][0]
    query = f"code={code}" + ("" if state is None else f"&state={state}")
    assert (await browser.get(f"/setup/callback?{query}")).status == 403
    assert not door.has_app()
    assert not asked_to_convert(hub)


@pytest.mark.parametrize("code", ["", "../../user", "a%2F..%2Fb", "a%0d%0aX: y", "%00", "x" * 300])
async def test_a_code_of_another_form_never_reaches_github(hub, door, browser, code):
    page = await browser.enter(door.codes[-1])
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(page.forms[0].action).query)["state"][0]
    assert (await browser.get(f"/setup/callback?code={code}&state={state}")).status == 400
    assert not asked_to_convert(hub)


async def test_what_the_address_brings_is_shown_as_text(door, browser):
    nasty = urllib.parse.quote('"><script>alert(1)</script>')
    for path in (f"/setup?code={nasty}", f"/setup/callback?code={nasty}&state={nasty}"):
        assert "script" not in (await browser.get(path)).tags
    await browser.enter(door.codes[-1])
    for path in (f"/setup?org={nasty}", f"/setup/callback?code={nasty}&state={nasty}"):
        assert "script" not in (await browser.get(path)).tags


async def test_every_page_forbids_scripts_frames_and_keeping(hub, door, browser):
    pages = [await browser.get("/setup"), await browser.enter(door.codes[-1])]
    pages.append(await browser.get("/setup/callback?code=x&state=y"))
    pages.append(await browser.get(press_create(hub, pages[1].forms[0])))
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "script" not in page.tags
    assert hub.url in pages[1].headers["content-security-policy"]


async def test_the_cookie_is_for_this_path_and_no_script(door, browser):
    page = await browser.post("/setup", {"code": door.codes[-1]})
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/setup" in cookie


async def test_a_host_that_the_browser_names_is_not_where_github_sends_it_back(hub, door, browser):
    await browser.enter(door.codes[-1])
    headers = {"Host": "evil.example.com"}
    cookies = {cookie.key: cookie.value for cookie in browser.session.cookie_jar}
    async with aiohttp.ClientSession(cookies=cookies) as session:
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        async with session.get(f"{door.url}/setup", headers=headers | {"Cookie": cookie}) as answer:
            text = await answer.text()
    assert "https://dursor.example.com/setup/callback" in text
    assert "evil.example.com" not in text


async def test_a_large_or_strange_form_is_a_wrong_code(door, browser):
    assert (await browser.post("/setup", {"code": "A" * 100_000})).status == 403
    async with browser.session.post(f"{door.url}/setup", data=b"\xff\xfe%zz") as answer:
        assert answer.status == 403


async def test_meanwhile_it_lives_is_not_ready_and_takes_no_deliveries(door, browser):
    assert (await browser.get("/healthz")).status == 200
    assert (await browser.get("/readyz")).status == 503
    answer = await browser.post("/webhooks/github", {"a": "b"})
    assert (answer.status, "retry-after" in answer.headers) == (503, True)
    assert (await browser.get("/status")).status == 404


def asked_to_convert(hub) -> bool:
    return any(request.operation == "apps/create-from-manifest" for request in hub.requests)


def test_a_code_of_githubs_is_told_from_a_path():
    assert manifest.is_code("a180b1a3d263c81bc6441d7b990bae27d4c10679")
    assert not manifest.is_code("../x")
