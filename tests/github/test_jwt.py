"""The app's JWT: signed by GitHub's clock where ours is wrong."""

from __future__ import annotations

import email.utils

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app import errors
from app.github import client
from tests.github import scripted
from tests.github.conftest import APP_ID


@pytest.fixture
async def github(server, private_key_pem, clock):
    async with client.GitHub(APP_ID, private_key_pem, server.api_url, now=clock) as github:
        yield github


@pytest.mark.parametrize("ahead", [-3000, 3000])
async def test_a_clock_that_is_wrong_is_learnt_from_githubs(server, github, clock, private_key, ahead):
    """GitHub's own clock is `ahead` seconds before ours, and it is strict about a JWT's times."""
    real = clock.time + ahead

    async def check(request):
        claims = jwt.decode(
            request.headers["authorization"].removeprefix("Bearer "),
            private_key.public_key(),
            ["RS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
        assert claims["iss"] == str(APP_ID)
        fits = claims["iat"] <= real < claims["exp"] <= real + 600
        date = email.utils.formatdate(real, usegmt=True)
        if not fits:
            return await scripted.reply({"message": "'iat' is in the future"}, 401, date=date)(request)
        info = {"id": APP_ID, "slug": "dursor", "name": "dursor", "permissions": {}, "events": []}
        return await scripted.reply(info)(request)

    server.on("GET app", check)

    assert (await github.app()).slug == "dursor"
    assert github.auth.skew == pytest.approx(ahead, abs=1)
    await github.app()
    assert len(server.seen) == 3


async def test_a_jwt_is_used_again_until_it_nears_its_end(server, github, clock):
    first = await github.auth.value()
    clock.time += 300
    assert await github.auth.value() == first
    clock.time += 120
    assert await github.auth.value() != first


EC_KEY = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)


@pytest.mark.parametrize("pem", ["", "not a key", EC_KEY])
async def test_a_key_that_cannot_sign_is_an_error_of_the_configuration(pem):
    with pytest.raises(errors.ConfigError, match="private key"):
        async with client.GitHub(APP_ID, pem):
            pass
