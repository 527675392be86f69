"""What providers say about their limits, and what is made of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.executors.gateway import refusals
from app.executors.gateway.refusals import Refusal

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
GOOGLE = {
    "error": {"code": 429, "details": [{"@type": "…QuotaFailure"}, {"@type": "…RetryInfo", "retryDelay": "34.5s"}]}
}


@pytest.mark.parametrize(("status", "headers", "body", "wanted"), [
    (429, {"retry-after": "17"}, "", Refusal("rate_limit", 429, 17)),
    (429, {"retry-after": "Thu, 01 Jan 2026 12:01:00 GMT"}, "", Refusal("rate_limit", 429, 60)),
    (429, {"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, "", Refusal("rate_limit", 429, 0)),
    (429, {"retry-after-ms": "1500", "retry-after": "9"}, "", Refusal("rate_limit", 429, 1.5)),
    (429, {"retry-after": "soon"}, "", Refusal("rate_limit", 429)),
    (429, {"retry-after": "-5"}, "", Refusal("rate_limit", 429)),
    (429, {"retry-after": "1e9"}, "", Refusal("rate_limit", 429)),
    (429, {}, "", Refusal("rate_limit", 429)),
    (529, {}, "", Refusal("rate_limit", 529)),
    (503, {"retry-after": "3"}, "", Refusal("rate_limit", 503, 3)),
    (503, {}, "", None), (500, {}, "", None), (400, {}, "", None), (404, {"retry-after": "3"}, "", None),
    (401, {}, "", Refusal("auth", 401)), (403, {"retry-after": "3"}, "", Refusal("auth", 403)),
    (429, {"retry-after": "3"}, '{"error":{"code":"insufficient_quota"}}', Refusal("auth", 429)),
    (400, {}, '{"error":{"message":"Your credit balance is too low"}}', Refusal("auth", 400)),
    (429, {"anthropic-ratelimit-requests-remaining": "0", "anthropic-ratelimit-requests-reset": "2026-01-01T12:00:30Z",
           "anthropic-ratelimit-tokens-remaining": "0", "anthropic-ratelimit-tokens-reset": "2026-01-01T12:02:00Z",
           "anthropic-ratelimit-input-tokens-remaining": "9",
           "anthropic-ratelimit-input-tokens-reset": "2026-01-01T13:00:00Z"}, "", Refusal("rate_limit", 429, 120)),
    (429, {"anthropic-ratelimit-unified-reset": str(int(NOW.timestamp()) + 90)}, "", Refusal("rate_limit", 429, 90)),
    (429, {"anthropic-ratelimit-unified-reset": "999999999999"}, "", Refusal("rate_limit", 429)),
    (429, {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s",
           "x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "2h"}, "",
     Refusal("rate_limit", 429, 360)),
    (429, {"x-ratelimit-reset-requests": "120ms"}, "", Refusal("rate_limit", 429, 0.12)),
    (429, {"x-ratelimit-reset-requests": "never"}, "", Refusal("rate_limit", 429)),
    (429, {}, json.dumps(GOOGLE), Refusal("rate_limit", 429, 34.5)),
    (429, {}, json.dumps([GOOGLE]), Refusal("rate_limit", 429, 34.5)),
    (429, {}, '{"error": {"details": "retryDelay"}}', Refusal("rate_limit", 429)),
    (429, {}, '["retryDelay"', Refusal("rate_limit", 429)),
    (429, {}, '["retryDelay"]', Refusal("rate_limit", 429)),
])  # fmt: skip
def test_a_refusal_says_what_it_is_and_when_it_ends(status, headers, body, wanted):
    assert refusals.read(status, headers, body.encode(), NOW) == wanted
