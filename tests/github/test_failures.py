"""The table of failures, row by row, and that nothing escapes it."""

from __future__ import annotations

import json
import ssl

import aiohttp
import gidgethub
import pytest
import yarl
from hypothesis import given
from hypothesis import strategies as st

from app import errors, redact
from app.github import failures

NOW = 1_800_000_000.0
CONNECTION = aiohttp.client_reqrep.ConnectionKey("host", 443, True, True, None, None, None)
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
BUSY = "Base branch was modified. Review and try the merge again."


def told(outcome, method="GET", message=None, headers=None, body=None):
    if body is None:
        body = b"" if message is None else json.dumps({"message": message}).encode()
    return failures.classify(outcome, headers or {}, body, method, now=NOW)


TABLE = [
    # what broke before there was an answer
    (TimeoutError(), "GET", None, {}, errors.Transient),
    (TimeoutError(), "POST", None, {}, errors.UnknownEffect),
    (aiohttp.ServerDisconnectedError(), "GET", None, {}, errors.Transient),
    (aiohttp.ServerDisconnectedError(), "PUT", None, {}, errors.UnknownEffect),
    (aiohttp.ClientOSError(104, "reset"), "GET", None, {}, errors.Transient),
    (aiohttp.ClientOSError(104, "reset"), "PATCH", None, {}, errors.UnknownEffect),
    (aiohttp.ClientPayloadError("cut"), "GET", None, {}, errors.Transient),
    (aiohttp.ClientPayloadError("cut"), "DELETE", None, {}, errors.UnknownEffect),
    (aiohttp.ServerTimeoutError(), "POST", None, {}, errors.UnknownEffect),
    (ValueError("half a document"), "GET", None, {}, errors.Transient),
    (ValueError("half a document"), "POST", None, {}, errors.UnknownEffect),
    (RecursionError(), "GET", None, {}, errors.Transient),
    (LookupError("charset"), "GET", None, {}, errors.Transient),
    (gidgethub.GitHubException("odd"), "POST", None, {}, errors.UnknownEffect),
    # no connection at all: a write was never sent
    (aiohttp.ClientConnectorError(CONNECTION, OSError("refused")), "GET", None, {}, errors.Transient),
    (aiohttp.ClientConnectorError(CONNECTION, OSError("refused")), "POST", None, {}, errors.Transient),
    (aiohttp.ClientConnectorDNSError(CONNECTION, OSError("name")), "PUT", None, {}, errors.Transient),
    (aiohttp.ClientConnectorSSLError(CONNECTION, ssl.SSLError("bad")), "PUT", None, {}, errors.Transient),
    (aiohttp.ConnectionTimeoutError(), "PUT", None, {}, errors.Transient),
    # GitHub's bad days
    (500, "GET", "oops", {}, errors.Transient),
    (500, "PUT", "oops", {}, errors.UnknownEffect),
    (502, "GET", None, {"content-type": "text/html"}, errors.Transient),
    (502, "POST", None, {"content-type": "text/html"}, errors.UnknownEffect),
    (503, "GET", None, {}, errors.Transient),
    (503, "PATCH", None, {}, errors.UnknownEffect),
    (504, "GET", None, {}, errors.Transient),
    (504, "DELETE", None, {}, errors.UnknownEffect),
    (408, "GET", None, {}, errors.Transient),
    (408, "POST", None, {}, errors.UnknownEffect),
    (404, "GET", None, {"content-type": "text/html; charset=utf-8"}, errors.Transient),
    (403, "POST", None, {"content-type": "text/html"}, errors.UnknownEffect),
    # limits
    (429, "GET", None, {}, errors.RateLimited),
    (429, "POST", "slow down", {"retry-after": "7"}, errors.RateLimited),
    (403, "GET", SECONDARY, {}, errors.RateLimited),
    (403, "POST", SECONDARY, {"retry-after": "30"}, errors.RateLimited),
    (403, "POST", "You have triggered an abuse detection mechanism.", {}, errors.RateLimited),
    (403, "POST", "was submitted too quickly after", {}, errors.RateLimited),
    (403, "GET", "API rate limit exceeded", {"x-ratelimit-remaining": "0"}, errors.RateLimited),
    (429, "POST", "API rate limit exceeded", {"x-ratelimit-remaining": "0"}, errors.RateLimited),
    (403, "GET", "Slow down", {"retry-after": "60"}, errors.RateLimited),
    # refusals
    (200, "GET", None, {"content-type": "text/html"}, errors.Transient),
    (200, "POST", None, {"content-type": "text/html"}, errors.UnknownEffect),
    (400, "POST", "Problems parsing JSON", {}, errors.Invalid),
    (401, "GET", "Bad credentials", {}, failures.Unauthorized),
    (401, "POST", "A JSON web token could not be decoded", {"date": "now"}, failures.Unauthorized),
    (403, "GET", "Resource not accessible by integration", {}, errors.Forbidden),
    (403, "POST", "This installation has been suspended", {}, errors.Forbidden),
    (404, "GET", "Not Found", {}, errors.NotFound),
    (404, "DELETE", "Not Found", {}, errors.NotFound),
    (405, "PUT", BUSY, {}, errors.Transient),
    (405, "PUT", "At least 1 approving review is required by reviewers with write access.", {}, errors.Refused),
    (406, "GET", "Sorry, the diff exceeded the maximum number of lines", {}, errors.Refused),
    (409, "PUT", "Head branch was modified. Review and try the merge again.", {}, errors.Conflict),
    (409, "GET", "Git Repository is empty.", {}, errors.Conflict),
    (409, "PATCH", "Reference cannot be updated", {}, errors.Conflict),
    (410, "GET", "Server Error: the logs have expired", {}, errors.NotFound),
    (410, "POST", "Issues are disabled for this repo", {}, errors.NotFound),
    (413, "POST", None, {}, errors.Invalid),
    (422, "POST", "Validation Failed", {}, errors.Invalid),
    (422, "PUT", "There are no new commits on the base branch.", {}, errors.Invalid),
    (406, "POST", "Unsupported media type", {}, errors.Refused),
    (451, "GET", "Repository access blocked", {}, errors.Refused),
    (301, "POST", "Moved Permanently", {"location": "https://api.github.com/x"}, failures.Moved),
    (302, "POST", "Found", {"location": "https://api.github.com/x"}, failures.Moved),
    (303, "POST", "See Other", {"location": "https://api.github.com/x"}, failures.Moved),
    (307, "PUT", "Temporary Redirect", {"location": "https://api.github.com/x"}, failures.Moved),
    (308, "PATCH", "Permanent Redirect", {"location": "https://api.github.com/x"}, failures.Moved),
]


@pytest.mark.parametrize(("outcome", "method", "message", "headers", "kind"), TABLE)
def test_every_way_to_fail_has_one_meaning(outcome, method, message, headers, kind):
    assert type(told(outcome, method, message, headers)) is kind


@pytest.mark.parametrize(
    ("status", "message", "headers", "after"),
    [
        (403, SECONDARY, {"retry-after": "30"}, 30),
        (429, None, {"retry-after": "0"}, 1),
        (429, None, {}, failures.SECONDARY_WAIT),
        (403, SECONDARY, {"x-ratelimit-remaining": "4999", "x-ratelimit-reset": str(NOW + 900)}, 60),
        (403, "API rate limit", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW + 900)}, 900),
        (403, "API rate limit", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW - 5)}, 1),
        (403, "API rate limit", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9e99"}, 3600),
        (403, "API rate limit", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, 60),
        (429, None, {"retry-after": "nan"}, 60),
        (429, None, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
    ],
)
def test_a_limit_says_how_long_to_wait(status, message, headers, after):
    limit = told(status, "POST", message, headers)

    assert isinstance(limit, errors.RateLimited)
    assert limit.after == after


def test_a_missing_permission_is_named():
    headers = {"x-accepted-github-permissions": "pull_requests=write,contents=write"}

    assert "needs pull_requests=write" in str(told(403, "POST", "Resource not accessible", headers))


def test_githubs_own_words_reach_the_error_with_their_details():
    body = {
        "message": "Validation Failed",
        "errors": [{"field": "head", "code": "invalid"}, {"message": "A pull request already exists"}, "third"],
    }

    said = str(told(422, "POST", body=json.dumps(body).encode()))

    assert said == "GitHub answered 422: Validation Failed; head invalid; A pull request already exists; third"


def test_githubs_words_are_bounded_and_hold_no_secret():
    secret = redact.register("a-secret-that-was-minted")

    said = str(told(422, "POST", f"{secret} " + "long " * 1000))

    assert secret not in said
    assert len(said) < 600


def test_the_text_of_a_network_error_holds_no_secret():
    secret = redact.register("another-secret-of-ours")

    assert secret not in str(told(aiohttp.ClientError(f"could not send {secret}")))


def test_a_moved_write_says_where_to():
    moved = told(301, "POST", headers={"location": "https://api.github.com/repositories/1/issues"})

    assert isinstance(moved, failures.Moved)
    assert moved.location == "https://api.github.com/repositories/1/issues"


@given(
    st.integers(300, 599),
    st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"]), st.text()),
    st.binary(),
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
)
def test_no_answer_whatever_it_holds_escapes_the_table(status, headers, body, method):
    assert isinstance(failures.classify(status, headers, body, method, now=NOW), errors.DursorError)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_shape_of_the_message_breaks_the_table(details):
    body = json.dumps({"message": details, "errors": details}).encode()

    assert isinstance(told(422, "POST", body=body), errors.Invalid)


def test_a_document_nested_too_deep_is_no_message():
    assert isinstance(told(404, body=b"[" * 60_000), errors.NotFound)


def test_an_address_that_is_none_was_never_asked():
    assert type(told(aiohttp.InvalidURL(yarl.URL("x")), "POST")) is errors.Transient
