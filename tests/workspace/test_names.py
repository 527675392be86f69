"""Only names that git itself takes, written in full, ever reach a command."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import errors
from app.workspace import names

PIECES = st.sampled_from([*"ab.-/~^:?*[\\@{ \t\x7f\x01é", "..", "@{", ".lock", "//", "refs", "HEAD"])


def takes(check, value):
    try:
        check(value)
    except errors.Invalid:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=6).map("".join))
def test_a_ref_is_taken_exactly_when_git_takes_it(rest):
    name = f"refs/{rest}/x" if len(rest) % 2 else f"refs/heads/{rest}"
    git = subprocess.run(["git", "check-ref-format", name], check=False)
    assert takes(names.ref, name) == (git.returncode == 0)


@pytest.mark.parametrize(
    "name",
    [
        "main",
        "refs",
        "refs/heads",
        "HEAD",
        "-x",
        "/refs/heads/x",
        "refs/heads/a\0b",
        "refs/x/\ud800",
        "refs/h/" + "x" * 999,
    ],
)
def test_what_is_no_full_ref_is_refused(name):
    assert not takes(names.ref, name)


@pytest.mark.parametrize("name", ["-x", "--upload-pack=x", "HEAD", "", "a..b", "a b"])
def test_a_branch_that_could_be_an_option_is_refused(name):
    assert not takes(names.branch, name)


def test_a_branch_becomes_a_full_ref():
    assert names.branch("feature/x") == "refs/heads/feature/x"


@pytest.mark.parametrize("value", ["", "main", "a" * 39, "A" * 40, "a" * 41, "-" + "a" * 39, "a" * 40 + "\n"])
def test_an_abbreviated_object_id_is_refused(value):
    assert not takes(names.sha, value)


@pytest.mark.parametrize("length", [40, 64])
def test_a_full_object_id_is_taken(length):
    assert names.sha("0a" * (length // 2)) == "0a" * (length // 2)


def test_a_refusal_shows_a_hostile_name_harmlessly():
    with pytest.raises(errors.Invalid) as raised:
        names.ref("refs/heads/\x1b[31m" + "x" * 5000)
    assert "\x1b" not in str(raised.value)
    assert len(str(raised.value)) < 200
