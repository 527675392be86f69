"""Who the hub believes: the App's signed tokens, installation tokens, their permissions and their repositories."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

HOME = "/repos/octo/widgets"
UNDECODABLE = "A JSON web token could not be decoded"


async def test_the_app_is_known_by_a_token_signed_with_its_key(repo, app):
    answer = await app.as_app("GET", "/app")
    assert (answer.status, answer.body["slug"], answer.body["installations_count"]) == (200, "dursor", 1)


async def test_a_token_signed_with_another_key_is_refused(repo, hub, app):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = int(hub.clock.now().timestamp())
    forged = jwt.encode({"iat": now, "exp": now + 60, "iss": str(hub.app.id)}, key, algorithm="RS256")
    answer = await app.call("GET", "/app", token=forged)
    assert (answer.status, answer.body["message"]) == (401, UNDECODABLE)


@pytest.mark.parametrize(
    ("claims", "status", "words"),
    [
        ({"exp": 1}, 401, "'exp') must be a numeric value representing the future"),
        ({"exp": 4_000_000_000}, 401, "'exp') is too far in the future"),
        ({"iat": 4_000_000_000}, 401, "'Issued at' claim ('iat')"),
        ({"iss": "1"}, 404, "Integration not found"),
    ],
)
async def test_a_token_with_wrong_claims_is_refused_in_githubs_words(repo, app, claims, status, words):
    answer = await app.call("GET", "/app", token=app.jwt(**claims))
    assert answer.status == status
    assert words in answer.body["message"]


@pytest.mark.parametrize("token", ["a.b.c", "ghs_1_old", "nonsense"])
async def test_a_token_of_no_worth_is_bad_credentials_or_cannot_be_decoded(repo, app, token):
    answer = await app.call("GET", HOME, token=token)
    assert answer.status == 401
    assert answer.body["message"] in ("Bad credentials", UNDECODABLE)


async def test_nobody_reads_a_repository_without_a_token(repo, app):
    answer = await app.call("GET", HOME, token="")
    assert (answer.status, answer.body["message"]) == (401, "Requires authentication")


async def test_an_installation_token_does_not_speak_for_the_app(repo, app):
    answer = await app.call("GET", "/app")
    assert (answer.status, answer.body["message"]) == (401, UNDECODABLE)


async def test_an_installation_token_has_the_form_of_2026(repo, hub, app):
    head, number, rest = app.token.split("_", 2)
    assert (head, number, rest.count(".")) == ("ghs", str(hub.app.id), 2)
    assert 480 < len(app.token) < 560


async def test_a_token_ends_after_an_hour_of_the_hubs_clock(repo, hub, app):
    hub.clock.advance(3599)
    assert (await app.call("GET", HOME)).status == 200
    hub.clock.advance(2)
    answer = await app.call("GET", HOME)
    assert (answer.status, answer.body["message"]) == (401, "Bad credentials")


async def test_a_token_for_one_repository_does_not_see_another(repo, hub, app):
    await hub.create_repository("octo/other")
    await app.authenticate({"repository_ids": [repo.id], "permissions": {"contents": "read"}})
    assert (await app.call("GET", HOME)).status == 200
    assert (await app.call("GET", "/repos/octo/other")).status == 404
    seen = (await app.call("GET", "/installation/repositories")).body
    assert [one["name"] for one in seen["repositories"]] == ["widgets"]


async def test_what_a_token_may_not_is_403_and_says_what_it_takes(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    await app.authenticate({"permissions": {"pull_requests": "read"}})
    assert (await app.call("GET", f"{HOME}/pulls/1")).status == 200
    answer = await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha})
    assert (answer.status, answer.body["message"]) == (403, "Resource not accessible by integration")
    assert answer.headers["x-accepted-github-permissions"] == "contents=write"
    assert hub.merges == []


@pytest.mark.parametrize(
    "wish",
    [{"permissions": {"administration": "write"}}, {"permissions": {"statuses": "write"}}, {"repository_ids": [1]}],
)
async def test_a_token_cannot_be_given_more_than_the_installation_has(repo, hub, app, wish):
    number = hub.installation(repo).id
    answer = await app.as_app("POST", f"/app/installations/{number}/access_tokens", wish)
    assert answer.status == 422


async def test_a_suspended_installation_is_refused_until_it_works_again(repo, hub, app):
    installation = hub.installation(repo)
    hub.suspend(installation)
    answer = await app.call("GET", HOME)
    assert (answer.status, answer.body["message"]) == (403, "This installation has been suspended")
    path = f"/app/installations/{installation.id}/access_tokens"
    assert (await app.as_app("POST", path, {})).status == 403
    hub.suspend(installation, suspended=False)
    assert (await app.call("GET", HOME)).status == 200


async def test_an_uninstalled_app_has_no_tokens_and_no_installation(repo, hub, app):
    installation = hub.installation(repo)
    hub.uninstall(installation)
    assert (await app.call("GET", HOME)).status == 401
    assert (await app.as_app("GET", f"/app/installations/{installation.id}")).status == 404


async def test_a_manifest_code_is_exchanged_once(hub, app):
    hub.offer_manifest("code", {"client_id": "i", "client_secret": "s", "webhook_secret": "w", "pem": "key"})
    answer = await app.call("POST", "/app-manifests/code/conversions", token="")
    assert (answer.status, answer.body["pem"], answer.body["id"]) == (201, "key", hub.app.id)
    assert (await app.call("POST", "/app-manifests/code/conversions", token="")).status == 404
