"""Addresses, also of what strangers name."""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.github import urls


@pytest.mark.parametrize(
    ("api_url", "graphql", "git"),
    [
        ("https://api.github.com", "https://api.github.com/graphql", "https://github.com/o/r.git"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql", "https://acme.ghe.com/o/r.git"),
        ("https://git.corp/api/v3", "https://git.corp/api/graphql", "https://git.corp/o/r.git"),
        ("http://127.0.0.1:80/api/v3", "http://127.0.0.1:80/api/graphql", "http://127.0.0.1:80/o/r.git"),
    ],
)
def test_the_other_addresses_follow_from_the_apis(api_url, graphql, git):
    assert urls.graphql(api_url) == graphql
    assert urls.git(api_url, "o/r") == git
    assert urls.api(f"{api_url}/") == api_url


@pytest.mark.parametrize(
    "address",
    ["http://api.github.com", "ftp://x", "", "api.github.com", "https://u:p@host", "https://h/?x", "https://"],
)
def test_an_api_that_is_not_reached_safely_is_an_error_of_the_configuration(address):
    with pytest.raises(errors.ConfigError):
        urls.api(address)


@pytest.mark.parametrize(
    "name",
    ["octo", "octo/", "/x", "a/b/c", "octo/..", "octo/.", "-x/y", "o/r?x", "o/r\n", "o r/x", "ö/x", "o/" + "x" * 101],
)
def test_what_is_no_name_of_a_repository_is_refused(name):
    with pytest.raises(errors.Invalid):
        urls.repository(name)


@pytest.mark.parametrize("name", ["octo/widgets", "o/.github", "a-b/c.d_e-f", "short_enterprise/x"])
def test_names_of_repositories_are_accepted(name):
    assert urls.repository(name) == name


@given(st.text(min_size=1).filter(lambda text: text not in {".", ".."}))
def test_whatever_a_piece_holds_it_stays_one_piece(text):
    piece = urls.piece(text)

    assert not set(piece) & set("/?#[]{}% \\") - {"%"}
    assert urllib.parse.unquote(piece) == text.encode("utf-8", "replace").decode()


def test_the_slashes_of_a_branch_stay_where_all_of_it_is_quoted():
    assert urls.path("feature/a b#[x]") == "feature/a%20b%23%5Bx%5D"
