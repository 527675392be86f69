"""What an agent may not bring back: links out, repositories within, too much of anything."""

from __future__ import annotations

import os

import pytest

from app.localhub import git_repo
from app.workspace import mirror, policy, trees
from tests.workspace.conftest import naive_git

RULES = policy.TreePolicy()


async def refused(repo, far, work, rules=RULES):
    got = await trees.import_(repo, work, far.base, rules)
    assert (got.tree, got.files, got.patch) == ("", (), "")
    return [(finding.kind, finding.path) for finding in got.refusals]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("passwd", "/etc/passwd"),
        ("src/up", "../../outside"),
        ("up", ".."),
        ("src/round", "widget.py/../../../x"),
        ("hooks", ".git/hooks"),
        ("src/hooks", "../.GIT/hooks"),
        ("win", "..\\..\\x"),
        ("drive", "C:/x"),
        (".gitattributes", "README.md"),
    ],
)
async def test_a_symlink_out_of_the_tree_is_refused(far, repo, work, name, target):
    (work / name).symlink_to(target)
    assert await refused(repo, far, work) == [("link", name)]


async def test_a_directory_swapped_for_a_symlink_is_refused_and_not_followed(far, repo, work, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "widget.py").write_text("stolen\n")
    await trees.discard(work / "src")
    (work / "src").symlink_to(tmp_path / "outside")
    assert await refused(repo, far, work) == [("link", "src")]


async def test_a_symlink_within_the_tree_is_taken(far, repo, work):
    (work / "src" / "readme").symlink_to("../README.md")
    got = await trees.import_(repo, work, far.base, RULES)
    assert [(file.path, file.mode) for file in got.files] == [("src/readme", "120000")]


async def test_an_outward_symlink_of_the_base_stays_but_is_told_at_checkout(far, root, tmp_path):
    sha = await far.commit({"etc": git_repo.Entry("120000", "/etc"), "in": git_repo.Entry("120000", "README.md")})
    repo = await mirror.refresh(root, "7", far.remote, [sha])
    out = await trees.checkout(repo, sha, tmp_path / "work")
    assert [(finding.kind, finding.path) for finding in out.warnings] == [("link", "etc")]
    assert (out.path / "etc").readlink().as_posix() == "/etc"
    assert not (await trees.import_(repo, out.path, sha, RULES)).refusals


async def test_a_repository_inside_is_refused(far, repo, work):
    naive_git(work, "init", "-q", "src/inner")
    (work / "src" / "inner" / "x").write_text("x\n")
    assert ("nested_repository", "src/inner/") in await refused(repo, far, work)


@pytest.mark.parametrize(
    "name", [".git", ".GIT", ".Git", "git~1", "GIT~1", ".g\u200cit", ".git ", ".git.", ".git::$INDEX_ALLOCATION"]
)
async def test_a_name_that_some_file_system_takes_for_git_is_refused(far, repo, work, name):
    (work / "src" / name).mkdir()
    (work / "src" / name / "config").write_text("[core]\n")
    assert ("nested_repository", f"src/{name}") in await refused(repo, far, work)


async def test_a_file_in_place_of_a_submodule_is_refused(far, root, tmp_path):
    sha = await far.commit({"sub": git_repo.Entry("160000", far.base)})
    repo = await mirror.refresh(root, "7", far.remote, [sha])
    work = (await trees.checkout(repo, sha, tmp_path / "work")).path
    (work / "sub").rmdir()
    (work / "sub").write_text("a file now\n")
    got = await trees.import_(repo, work, sha, RULES)
    assert [(finding.kind, finding.path) for finding in got.refusals] == [("submodule", "sub")]


async def test_a_huge_sparse_file_is_refused_before_git_reads_it(far, repo, work):
    with (work / "huge").open("wb") as file:
        file.truncate(1 << 40)
    assert await refused(repo, far, work) == [("limit", "huge"), ("limit", "")]


async def test_a_tracked_file_grown_huge_is_refused_before_git_reads_it(far, repo, work):
    with (work / "README.md").open("wb") as file:
        file.truncate(1 << 40)
    assert ("limit", "README.md") in await refused(repo, far, work)


async def test_a_big_file_that_was_there_before_is_no_concern(far, root, tmp_path):
    sha = await far.commit({"big.bin": b"x" * 5000})
    repo = await mirror.refresh(root, "7", far.remote, [sha])
    work = (await trees.checkout(repo, sha, tmp_path / "work")).path
    (work / "README.md").write_text("small\n")
    got = await trees.import_(repo, work, sha, policy.TreePolicy(max_file_bytes=100, max_bytes=100))
    assert [file.path for file in got.files] == ["README.md"]


async def test_many_small_files_are_too_many_bytes(far, repo, work):
    for number in range(5):
        (work / f"{number}.txt").write_text("x" * 30)
    assert await refused(repo, far, work, policy.TreePolicy(max_bytes=100)) == [("limit", "")]


async def test_too_many_new_files_are_refused(far, repo, work):
    for number in range(20):
        (work / f"{number}.txt").touch()
    assert await refused(repo, far, work, policy.TreePolicy(max_files=10)) == [("limit", "")]


async def test_too_many_deleted_files_are_refused(far, repo, work):
    for name in ("README.md", "src/widget.py", "tools/build.sh"):
        (work / name).unlink()
    assert await refused(repo, far, work, policy.TreePolicy(max_files=2)) == [("limit", "")]


async def test_too_many_ignored_files_stop_the_walk(far, repo, work):
    (work / ".gitignore").write_text("junk/\n")
    (work / "junk").mkdir()
    for number in range(20):
        (work / "junk" / str(number)).touch()
    assert await refused(repo, far, work, policy.TreePolicy(max_entries=15)) == [("unreadable", "")]


@pytest.mark.parametrize("name", [".gitignore", ".gitattributes", ".gitmodules"])
@pytest.mark.parametrize("make", ["pipe", "sparse"])
async def test_files_that_git_reads_by_itself_cannot_choke_it(far, repo, work, name, make):
    if make == "pipe":
        os.mkfifo(work / "src" / name)
    else:
        with (work / "src" / name).open("wb") as file:
            file.truncate(1 << 40)
    assert await refused(repo, far, work) == [("unreadable", "")]


async def test_a_pipe_in_place_of_a_tracked_file_is_refused(far, repo, work):
    (work / "README.md").unlink()
    os.mkfifo(work / "README.md")
    assert await refused(repo, far, work) == [("special_file", "README.md")]


async def test_a_path_longer_than_the_kernel_takes_is_refused(far, repo, work):
    here = os.open(work, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert await refused(repo, far, work) == [("unreadable", "")]
    await trees.discard(work)
    assert not work.exists()


@pytest.mark.parametrize("swap", ["missing", "link", "file"])
async def test_a_working_directory_that_is_none_any_more_is_refused(far, repo, work, swap, tmp_path):
    await trees.discard(work)
    if swap == "link":
        work.symlink_to(tmp_path)
    elif swap == "file":
        work.touch()
    assert await refused(repo, far, work) == [("unreadable", "")]
