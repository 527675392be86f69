"""A working directory is complete or not there, leads nowhere, and goes away whatever was done to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import errors
from app.localhub import git_repo
from app.workspace import git, mirror, trees
from tests.workspace.conftest import FILES, naive_git

NOBODY = 65534
HERE = {"PYTHONPATH": str(Path.cwd())}
REMOVE = """
import os, pathlib, sys
from app.workspace import removal
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(sys.argv[1]))
    os.setuid(int(sys.argv[1]))
removal.remove(pathlib.Path("work"))
"""


def ask(work, *args):
    return subprocess.run(["git", *args], cwd=work, capture_output=True, text=True, check=True).stdout


async def test_the_files_of_the_commit_are_there_and_its_tools_see_a_clean_repository(far, repo, work):
    assert {name: (work / name).read_text() for name in FILES} == FILES
    assert ask(work, "status", "--porcelain") == ""
    assert ask(work, "log", "--format=%s %an") == "base base\n"
    assert ask(work, "fsck", "--strict") == ""


async def test_the_agent_can_compare_and_commit(work):
    (work / "README.md").write_text("# changed\n")
    assert "+# changed" in ask(work, "diff")
    ask(work, "commit", "-qam", "mine")
    assert ask(work, "log", "-1", "--format=%an") == "agent\n"


async def test_nothing_in_the_directory_leads_to_the_mirror_or_the_remote(far, repo, work):
    secrets = [os.fsencode(repo.path), far.url.encode(), b"alternates"]
    for path in work.rglob("*"):
        assert not path.is_symlink()
        if path.is_file():
            assert path.stat().st_nlink == 1
            assert not any(secret in path.read_bytes() for secret in secrets), path
    assert not (work / ".git" / "objects" / "info" / "alternates").exists()


async def test_only_the_commit_is_there_and_none_of_its_history(far, root, tmp_path):
    await far.commit({"secret.txt": "old secret\n"})
    sha = await far.commit({"secret.txt": None})
    repo = await mirror.refresh(root, "7", far.remote, [sha])
    work = (await trees.checkout(repo, sha, tmp_path / "work")).path
    blob = (await git.run("hash-object", "--stdin", stdin=b"old secret\n")).text
    assert (await git.run("cat-file", "-e", blob, git_dir=work / ".git", ok=(0, 1))).code == 1


async def test_programs_links_and_submodules_are_made_as_git_makes_them(far, root, tmp_path):
    sha = await far.commit(
        {
            "run": git_repo.Entry("100755", "#!/bin/sh\n"),
            "link": git_repo.Entry("120000", "README.md"),
            "sub": git_repo.Entry("160000", far.base),
        }
    )
    repo = await mirror.refresh(root, "7", far.remote, [sha])
    work = (await trees.checkout(repo, sha, tmp_path / "work")).path
    assert os.access(work / "run", os.X_OK)
    assert (work / "link").readlink().as_posix() == "README.md"
    assert list((work / "sub").iterdir()) == []


async def test_an_empty_directory_is_filled_and_another_one_is_left_alone(far, repo, tmp_path):
    (tmp_path / "empty").mkdir()
    await trees.checkout(repo, far.base, tmp_path / "empty")
    assert (tmp_path / "empty" / "README.md").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    with pytest.raises(errors.Conflict):
        await trees.checkout(repo, far.base, tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]
    assert not (tmp_path / ".full.new").exists()


async def test_a_commit_that_the_mirror_lacks_is_not_found(repo, tmp_path):
    with pytest.raises(errors.NotFound):
        await trees.checkout(repo, "1234567890" * 4, tmp_path / "work")
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("name", [".GIT", ".g\u200cit", "git~1", ".."])
async def test_a_tree_that_git_refuses_to_write_is_invalid(repo, tmp_path, name):
    blob = (await git.run("hash-object", "-w", "--stdin", git_dir=repo.path, stdin=b"x")).text
    inner = (await git.run("mktree", git_dir=repo.path, stdin=f"100644 blob {blob}\tconfig\n".encode())).text
    raw = f"40000 {name}\0".encode() + bytes.fromhex(inner)
    evil = await git.run(
        "hash-object", "-t", "tree", "-w", "--literally", "--stdin", git_dir=repo.path, stdin=raw
    )  # fmt: skip
    with pytest.raises(errors.Invalid):
        await trees.checkout(repo, evil.text, tmp_path / "work")
    assert not (tmp_path / "work").exists()


async def test_a_mirror_that_lost_a_file_is_made_again_and_the_checkout_succeeds(far, repo, root, tmp_path):
    (pack,) = repo.path.glob("objects/pack/*.pack")
    content = pack.read_bytes()
    for left in repo.path.glob("objects/pack/*"):
        left.unlink()
    await git.run("unpack-objects", "-q", git_dir=repo.path, stdin=content)
    blob = (await git.run("rev-parse", f"{far.base}:README.md", git_dir=repo.path)).text
    (repo.path / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(errors.Transient):
        await trees.checkout(repo, far.base, tmp_path / "work")
    await mirror.refresh(root, "7", far.remote, [far.base])
    await trees.checkout(repo, far.base, tmp_path / "work")
    assert (tmp_path / "work" / "README.md").read_text() == FILES["README.md"]


def test_a_directory_that_was_locked_up_is_removed_by_whoever_owns_it(tmp_path):
    """Root may do anything, so a root that runs this steps down first."""
    inner = tmp_path / "work" / "src" / "deep"
    inner.mkdir(parents=True)
    (inner / "file").touch()
    if os.geteuid() == 0:
        for path in (tmp_path, *tmp_path.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    for path in (inner / "file", inner, inner.parent, tmp_path / "work"):
        path.chmod(0)
    done = subprocess.run([sys.executable, "-c", REMOVE, str(NOBODY)], cwd=tmp_path, check=False, env=HERE)
    assert done.returncode == 0
    assert not (tmp_path / "work").exists()


async def test_removal_follows_no_link(work, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").touch()
    (work / "link").symlink_to(tmp_path / "outside")
    (work / "src" / "link").symlink_to(tmp_path / "outside" / "kept")
    await trees.discard(work)
    (tmp_path / "top").symlink_to(tmp_path / "outside")
    await trees.discard(tmp_path / "top")
    assert (tmp_path / "outside" / "kept").exists()
    assert not (tmp_path / "top").is_symlink()


async def test_a_directory_deeper_than_any_path_or_stack_is_removed(work):
    here = os.open(work, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    await trees.discard(work)
    assert not work.exists()


async def test_a_directory_of_many_files_is_removed_and_an_absent_one_is_no_trouble(tmp_path):
    (tmp_path / "many").mkdir()
    for number in range(2500):
        (tmp_path / "many" / str(number)).touch()
    await trees.discard(tmp_path / "many")
    await trees.discard(tmp_path / "many")
    assert not (tmp_path / "many").exists()


async def test_what_the_agent_does_to_its_own_repository_does_not_reach_the_mirror(far, repo, work):
    naive_git(work, "checkout", "-q", "--orphan", "other")
    naive_git(work, "branch", "-D", "base")
    naive_git(work, "gc", "--prune=now")
    assert await mirror.has(repo, far.base)
    await git.run("fsck", git_dir=repo.path)
