"""The errors of a GraphQL answer, which come with status 200, by their type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.github import failures

NOW = 1_800_000_000.0
GRAPHQL = [
    (["NOT_FOUND"], errors.NotFound),
    (["FORBIDDEN"], errors.Forbidden),
    (["INSUFFICIENT_SCOPES"], errors.Forbidden),
    (["RATE_LIMITED"], errors.RateLimited),
    (["RATE_LIMIT"], errors.RateLimited),
    (["UNPROCESSABLE"], errors.Invalid),
    (["STALE_DATA"], errors.Conflict),
    (["MAX_NODE_LIMIT_EXCEEDED"], errors.Invalid),
    (["UNAUTHENTICATED"], failures.Unauthorized),
    (["SERVICE_UNAVAILABLE"], errors.Transient),
    (["a kind of next year"], errors.Transient),
    ([None], errors.Transient),
    ([], errors.Transient),
    (["NOT_FOUND", "FORBIDDEN"], errors.Forbidden),
    (["NOT_FOUND", "RATE_LIMITED"], errors.RateLimited),
    (["FORBIDDEN", "INTERNAL"], errors.Transient),
]


@pytest.mark.parametrize(("kinds", "meaning"), GRAPHQL)
def test_graphql_errors_mean_what_their_rest_twins_mean(kinds, meaning):
    error = failures.of_graphql([{"type": kind, "message": "GitHub's own words"} for kind in kinds])

    assert type(error) is meaning
    assert ("GitHub's own words" in str(error)) is (bool(kinds) and meaning is not errors.RateLimited)


def test_a_graphql_mutation_that_broke_may_have_happened():
    assert type(failures.of_graphql([{"message": "Something went wrong"}], is_read=False)) is errors.UnknownEffect
    assert type(failures.of_graphql([{"type": "NOT_FOUND"}], is_read=False)) is errors.NotFound


def test_a_graphql_document_that_does_not_fit_the_schema_is_our_mistake():
    entry = {"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}

    assert type(failures.of_graphql([entry])) is errors.Invalid


def test_a_graphql_limit_ends_when_the_headers_say():
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW + 900)}
    limit = failures.of_graphql([{"type": "RATE_LIMITED"}], headers, now=NOW)

    assert isinstance(limit, errors.RateLimited)
    assert limit.after == 900


@given(st.lists(st.none() | st.text() | st.dictionaries(st.sampled_from(["type", "message", "extensions"]), st.text())))
def test_no_shape_of_graphql_errors_breaks_the_table(entries):
    assert isinstance(failures.of_graphql(entries), errors.DursorError)
