"""In a tree whose links are all safe no path leads out, however the links combine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.workspace import git, links

PART = st.sampled_from(["a", "b", "c", "..", "."])
TARGET = st.lists(PART, min_size=1, max_size=7).map("/".join)
PLACE = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3).map("/".join)


def plant(tree: Path, pointing: dict[str, str]) -> list[Path]:
    """Make those links that are safe and do not stand in each other's way."""
    made: list[Path] = []
    for name, target in pointing.items():
        link = tree / name
        beneath_a_link = any(path.is_symlink() for path in link.parents if path != tree)
        if beneath_a_link or link.is_symlink() or link.exists() or links.leaves(name.encode(), target.encode()):
            continue
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
        made.append(link)
    return made


@settings(max_examples=300, deadline=None)
@example({"a/c": "..", "a/b/x": "../c/.."})
@example({"a": "b/c", "b/c/x": "y", "z": "a/../../.."})
@given(st.dictionaries(PLACE, TARGET, min_size=1, max_size=6))
def test_safe_links_never_lead_out_of_the_tree(pointing):
    with tempfile.TemporaryDirectory() as outer:
        tree = Path(outer).resolve() / "tree"
        tree.mkdir()
        for link in plant(tree, pointing):
            assert Path(os.path.realpath(link)).is_relative_to(tree)


@given(
    st.lists(st.sampled_from(["a", "b"]), max_size=4),
    st.integers(0, 6),
    st.lists(st.sampled_from(["a", "b"]), max_size=3),
)
def test_a_climb_that_stays_within_the_tree_is_allowed_and_one_step_more_is_not(above, climb, down):
    path = "/".join([*above, "link"]).encode()
    target = "/".join([*[".."] * climb, *down]).encode() or b"."
    assert links.leaves(path, target) == (climb > len(above))


@pytest.mark.parametrize(
    "target", [b"", b"/", b"//x", b"/etc/passwd", b"a\\b", b"C:x", b"a\0b", b"a/.git/config", b".GIT"]
)
def test_targets_of_their_own_kind_leave(target):
    assert links.leaves(b"a/b/c/link", target)


@pytest.mark.parametrize(
    "name",
    [
        b".git",
        b".GIT",
        b".g\xe2\x80\x8cit",
        b"git~1",
        b"Git~1",
        b".git ",
        b".git. .",
        b".git::$DATA",
        b".git\\x",
        b"x\\.git",
    ],
)
def test_names_that_are_git_somewhere(name):
    assert links.is_git(name)


@pytest.mark.parametrize("name", [b"git", b".gitignore", b".github", b"x.git", b"git~2", b"\xff.git", b"...", b""])
def test_names_that_are_not(name):
    assert not links.is_git(name)


async def test_every_name_that_git_refuses_is_one_of_ours(tmp_path):
    await git.run("init", "-q", "--bare", "--template=", tmp_path / "r")
    blob = (await git.run("hash-object", "-w", "--stdin", git_dir=tmp_path / "r", stdin=b"x")).text
    alphabet = ["", ".", " ", "\u200c", "\ufeff", ":", "~1", "\\", "x"]
    names = {f"{a}.{b}git{c}" for a in alphabet for b in alphabet for c in alphabet} | {
        f"{a}GIT~1{c}" for a in alphabet for c in alphabet
    }
    ours = sorted(name for name in names if not links.is_git(name.encode()))
    lines = b"".join(f"100644 {blob}\t{name}/x\0".encode() for name in ours)
    where = {"git_dir": tmp_path / "r", "index": tmp_path / "index"}
    await git.run("update-index", "-z", "--index-info", stdin=lines, **where)
    taken = (await git.run("ls-files", "-z", **where)).out.decode().split("\0")
    assert len(ours) > 100
    assert [name for name in ours if f"{name}/x" not in taken] == []
