"""Who may deliver: only who signed these very bytes with the secret; everybody else is not even read."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from tests.edge import front as fronts
from tests.edge.front import SECRET, signature

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODY = b'{"zen": "Keep it logically awesome."}'
GOOD = signature(BODY)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "sha256=",
        GOOD[:-1],
        GOOD + "0",
        GOOD.upper(),
        "sha256=" + GOOD[7:].upper(),
        GOOD[7:],
        " " * 3 + "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest(),
        signature(BODY, "another secret"),
        signature(BODY, ""),
        signature(BODY + b" "),
        "sha256=" + "ü" * 64,
        "sha256=" + "é" + GOOD[8:],
        "sha256=" + "0" * 64,
        "sha256=" + "g" * 64,
        "sha512=" + hashlib.sha512(BODY).hexdigest(),
        f"{GOOD}, {GOOD}",
        "sha256=" + "0" * 30_000,
    ],
)
async def test_a_signature_that_is_not_ours_is_refused_and_nothing_is_kept(shared, wrong):
    answer = await shared.refused(BODY, X_Hub_Signature_256=wrong)
    assert answer.status == 401
    assert BODY not in answer.body


async def test_a_sha1_signature_alone_is_not_enough(shared):
    sha1 = "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()
    assert (await shared.refused(BODY, X_Hub_Signature_256=None, X_Hub_Signature=sha1)).status == 401


async def test_the_body_of_a_stranger_is_not_parsed(shared):
    for body in (b"[" * 100_000, b"\xff\xfe", b"not json"):
        assert (await shared.refused(body, X_Hub_Signature_256=GOOD)).status == 401


async def test_the_right_signature_is_accepted(shared):
    answer = await shared.post(BODY, guid="72d3162e-cc78-11e3-81ab-4c9367dc0958")
    assert (answer.status, answer.json) == (202, {"guid": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "stored": "new"})


async def test_github_s_documented_test_vector_passes_the_signature_and_fails_as_json(shared):
    documented = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signature(b"Hello, World!") == documented
    answer = await shared.refused(b"Hello, World!", X_Hub_Signature_256=documented)
    assert (answer.status, answer.json) == (400, {"message": "The body is not JSON in UTF-8."})


async def test_s118_during_a_rotation_both_secrets_are_accepted_and_the_old_one_no_more_after_it(tmp_path, pem):
    old, new = "the-old-secret-of-many-characters", "the-new-secret-of-many-characters"
    async with fronts.door(tmp_path, pem, webhook_secret=f"{new}, {old}") as front:
        for number, secret in enumerate([old, new]):
            body = b'{"n": %d}' % number
            assert (await front.post(body, X_Hub_Signature_256=signature(body, secret))).status == 202
        body = b"{}"
        for secret in (SECRET, "the", old[:-1]):
            assert (await front.post(body, X_Hub_Signature_256=signature(body, secret))).status == 401
    async with fronts.door(tmp_path, pem, webhook_secret=new) as front:
        body = b'{"n": 2}'
        assert (await front.post(body, X_Hub_Signature_256=signature(body, old))).status == 401
        assert (await front.post(body, X_Hub_Signature_256=signature(body, new))).status == 202


async def test_a_comma_in_the_only_secret_does_not_make_its_parts_secrets(tmp_path, pem):
    async with fronts.door(tmp_path, pem, webhook_secret="part,another part of it") as front:
        assert (await front.post(BODY, X_Hub_Signature_256=signature(BODY, "part,another part of it"))).status == 202
        assert (await front.post(BODY, X_Hub_Signature_256=signature(BODY, "part"))).status == 401
