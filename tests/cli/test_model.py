"""dursor model: keys come in by no argument, go nowhere in clear, and are tried with one small question."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from app import cli
from tests import providers
from tests.providers import Say, Script, Status

KEY = "the-key-of-this-provider-q7Zx"
ADD = ("model", "add", "--provider", "anthropic", "--model", "claude-x")


@pytest.fixture
def add(db):
    def run(*more: str, key: str = KEY, arguments=ADD):
        return CliRunner().invoke(cli.main, [*arguments, *more], input=key + "\n")

    return run


def test_a_model_is_stored_listed_and_removed_without_its_key_being_seen(add, dursor, db, path):
    done = add("--name", "The good one")
    assert done.exit_code == 0, done.output
    (profile,) = [row["id"] for row in db.execute("SELECT id FROM model_profiles")]
    listed, as_json = dursor("model", "list").stdout, dursor("model", "list", "--json").stdout
    assert profile in done.output
    assert "claude-x" in listed
    assert "The good one" in listed
    for seen in (done.output, listed, as_json, "\n".join(db.iterdump())):
        assert KEY not in seen
        assert KEY[-4:] not in seen
    assert (path.parent / "encryption.key").stat().st_mode & 0o777 == 0o600
    assert dursor("model", "remove", profile).exit_code == 0
    assert dursor("model", "list").stdout == "Nothing.\n"
    for verb in ("remove", "test"):
        assert "There is no model" in dursor("model", verb, profile).stderr


def test_a_key_may_come_from_a_variable(add, db, monkeypatch):
    monkeypatch.setenv("MY_KEY", KEY)
    assert add("--key-from-env", "MY_KEY", key="").exit_code == 0
    assert "NO_KEY is not set" in add("--key-from-env", "NO_KEY").output


@pytest.mark.parametrize("key", ["", "short", "two words and more", "läng-genug-aber-nicht", "x" * 2000])
def test_what_is_no_key_is_refused(add, db, key):
    done = add(key=key)
    assert done.exit_code == 1
    assert "That is no key" in done.output
    assert db.execute("SELECT count(*) FROM model_profiles").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (("model", "add", "--provider", "openai", "--model", ""), "model_name"),
        (("model", "add", "--provider", "openai", "--model", "two words"), "model_name"),
        ((*ADD, "--name", "x" * 201), "display_name"),
        ((*ADD, "--name", ""), "display_name"),
    ],
)
def test_a_model_is_held_to_what_the_api_takes(add, db, arguments, place):
    done = add(arguments=arguments)
    assert done.exit_code == 1
    assert f"{place} cannot be that: " in done.output
    assert db.execute("SELECT count(*) FROM model_profiles").fetchone()[0] == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://u:p@example.com",
        "ftp://x",
        "example.com",
        "https://x/?a=b",
        "https://[x",
        "https://",
    ],
)
def test_a_key_is_sent_to_no_address_that_others_read_along(add, db, url):
    assert "The base URL must begin with https://" in add("--base-url", url).output


@pytest.mark.parametrize(("provider", "suffix"), [("anthropic", ""), ("openai", "/v1"), ("google", "")])
async def test_a_model_that_answers_is_said_to(add, dursor, db, provider, suffix, in_thread):
    async with providers.serve(Script(Say("yes"))) as standin:
        arguments = ("model", "add", "--provider", provider, "--model", "some-model")
        await in_thread(lambda: add("--base-url", standin.url + suffix, arguments=arguments))
        (profile,) = [row["id"] for row in db.execute("SELECT id FROM model_profiles")]
        done = await in_thread(lambda: dursor("model", "test", profile))
    assert (done.exit_code, done.stdout) == (0, "some-model answers.\n")
    assert standin.keys == {KEY}


async def test_the_words_of_a_provider_that_refuses_are_told(add, dursor, db, in_thread):
    async with providers.serve(Script(Status(401, message=f"no such key {KEY}"))) as standin:
        await in_thread(lambda: add("--base-url", standin.url))
        (profile,) = [row["id"] for row in db.execute("SELECT id FROM model_profiles")]
        done = await in_thread(lambda: dursor("model", "test", profile))
    assert done.exit_code == 1
    assert "Anthropic answered 401: no such key ***" in done.stderr


@pytest.fixture
def in_thread():
    return asyncio.to_thread
