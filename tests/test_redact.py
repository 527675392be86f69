"""Redaction: every shape of a credential, every form of a known one, and hostile text that must not take for ever."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import urllib.parse

import pytest

from app import redact
from app.redact import MASK

BODY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA75u+/=\nQUJDREVGR0g=\n-----END RSA PRIVATE KEY-----"
JWT = f"eyJ{'hbGciOiJI' * 3}.eyJ{'pc3MiOiIx' * 20}.{'c2ln_-bm' * 20}"
SHAPES = {
    "installation token": "ghs_" + "aB3" * 12,
    "installation token of 2026": f"ghs_1234567_{JWT}",
    "personal token": "ghp_" + "x" * 36,
    "user token": "ghu_" + "x" * 36,
    "oauth token": "gho_" + "x" * 36,
    "refresh token": "ghr_" + "x" * 76,
    "fine-grained token": "github_pat_" + "x1Y_" * 20,
    "OpenAI key": "sk-proj-" + "a1_-" * 20,
    "Anthropic key": "sk-ant-api03-" + "a1_-" * 20,
    "Google key": "AIza" + "a1_-x" * 7,
    "AWS key": "AKIA" + "ABCD" * 4,
    "AWS session key": "ASIA" + "ABCD" * 4,
    "Slack token": "xoxb-" + "1234567890",
    "npm token": "npm_" + "aB3x" * 9,
    "Hugging Face token": "hf_" + "aB" * 17,
    "Stripe key": "sk_" + "live_" + "a1B2" * 6,
    "restricted Stripe key": "rk_" + "live_" + "a1B2" * 6,
    "GitLab token": "glpat-" + "a1_-" * 5,
    "PyPI token": "pypi-" + "AgEIcHlwaS5vcmc" + "a1_-" * 20,
    "SendGrid key": "SG." + "a1" * 11 + "." + "b" * 43,
    "JWT": JWT,
    "private key": BODY,
    "private key in JSON": json.dumps(BODY)[1:-1],
    "private key without its end": BODY.partition("-----END")[0].strip(),
}
HOSTILE = [
    "eyJ" * 200_000, "eyJAAAAAAAAAA." * 43_000, "-----BEGIN PRIVATE KEY-----" * 22_000, "-----BEGIN " * 55_000,
    "-----BEGIN PRIVATE KEY-----" + "A" * 600_000, "x-access-token:" * 40_000, "x-access-token:aaaaaaa" * 27_000,
    "a" * 600_000, "ghs_" * 150_000, "Authorization: Bearer " * 30_000, "authorization:    " * 30_000, "\\n" * 300_000,
    "github_pat_" * 55_000, "sk-" * 200_000, "\0" * 600_000, "https://x:" * 60_000,
    "npm_" * 150_000, "glpat-" * 100_000, "pypi-AgE" * 75_000, "SG." * 200_000, "sk_live_" * 75_000,
]  # fmt: skip


@pytest.fixture
def known():
    """Register secrets for one test."""
    registered = []

    def register(secret: str) -> str:
        registered.append(secret)
        return redact.register(secret)

    yield register
    for secret in registered:
        redact.forget(secret)


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize(
    "around", ["{}", "token={} and more", '"{}"', "https://x-access-token:{}@github.com/o/r", "({})"]
)
def test_a_credential_is_known_by_its_shape(kind, around):
    told = redact.text(around.format(SHAPES[kind]))
    assert MASK in told
    assert redact.holds_secret(SHAPES[kind])
    for part in SHAPES[kind].replace("\\n", "\n").split("\n"):
        assert part not in told


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Basic", "token"])
def test_what_an_authorization_header_carries_is_masked_whatever_it_is(scheme):
    assert redact.text(f"> Authorization: {scheme} hunter2hunter2\n> Accept: */*") == (
        f"> Authorization: {scheme} {MASK}\n> Accept: */*"
    )


def test_the_password_of_a_git_address_is_masked():
    assert redact.text("https://x-access-token:hunter2hunter2@github.com/o/r") == (
        f"https://x-access-token:{MASK}@github.com/o/r"
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "plain words", "a ghost_writer wrote ghs_short", "sk-learn and task-runner-of-many-words", "eyJust a word",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "-----BEGIN CERTIFICATE-----\nMIIB",
        "x-access-token: is the user", "authorization: bearer tokens are refused",
    ],
)  # fmt: skip
def test_ordinary_text_stays_as_it_is(text):
    assert redact.text(text) == text
    assert not redact.holds_secret(text)


def test_a_known_secret_is_masked_in_every_form(known):
    secret = known('p@ss/word+"with\\odd&characters\n=ü')
    forms = [secret, urllib.parse.quote(secret, safe=""), json.dumps(secret)[1:-1]]
    for form in forms:
        assert redact.text(f"<{form}>") == f"<{MASK}>"


@pytest.mark.parametrize("before", ["", "x", "xy", "x-access-token:", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_known_secret_is_masked_wherever_it_stands_within_base64(known, before, encode):
    secret = known(secrets.token_urlsafe(30) + "?>~ÿ")
    raw = f"{before}{secret}:and more".encode()
    told = redact.text(encode(raw).decode())
    assert MASK in told
    assert len(told) < len(encode(raw)) - len(secret)


def test_of_secrets_that_overlap_nothing_is_left(known):
    known("abcdefghIJKL")
    known("IJKLmnopqrst")
    known("abcdefgh")
    known("mnopqrst")
    assert redact.text("(abcdefghIJKLmnopqrst)") == f"({MASK})"
    assert redact.text("(abcdefghIJKLmnop)") == f"({MASK}mnop)"


def test_a_secret_that_repeats_itself_is_masked_whole(known):
    known("token-token-")
    assert redact.text("(token-token-token-)") == f"({MASK})"


def test_a_known_secret_within_a_recognisable_one_is_masked_with_all_of_it(known):
    known("SECRETSECRET")
    assert redact.text("a ghs_" + "x" * 30 + "SECRETSECRET" + "y" * 30 + " b") == f"a {MASK} b"


def test_secrets_side_by_side_are_both_masked(known):
    known("first-secret")
    known("other-secret")
    assert "secret" not in redact.text("first-secretother-secret first-secret,other-secret")


def test_what_is_short_is_not_taken_for_a_secret(known):
    known("main")
    assert redact.text("the main branch") == "the main branch"


def test_a_run_of_zeros_is_not_taken_for_a_secret(known):
    known("0" * 12)
    assert json.loads(redact.text(json.dumps({"endColumn": 10**15}))) == {"endColumn": 10**15}


def test_what_is_forgotten_is_shown_again(known):
    known("forget-me-not")
    redact.forget("forget-me-not")
    assert redact.text("forget-me-not") == "forget-me-not"


def test_masking_twice_changes_nothing_more():
    for shape in SHAPES.values():
        once = redact.text(f"a {shape} b")
        assert redact.text(once) == once


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:24]))
def test_hostile_text_comes_to_an_end(text, known):
    known("aaaaaaaa")
    redact.text(text)
    redact.text(text[::-1])


def test_one_thread_may_register_while_another_masks(known):
    stop = threading.Event()

    def register():
        while not stop.is_set():
            redact.register(f"secret-{secrets.token_hex(8)}")

    before = list(redact._known)
    other = threading.Thread(target=register)
    other.start()
    try:
        for _ in range(300):
            assert redact.text(SHAPES["JWT"]) == MASK
    finally:
        stop.set()
        other.join()
        redact._known[:] = before
