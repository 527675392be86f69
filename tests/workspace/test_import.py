"""What comes back from a working directory: the change, byte for byte, with what people should know of it."""

from __future__ import annotations

import os
import socket

import pytest

from app.localhub import git_repo
from app.workspace import commits, mirror, policy, trees
from tests.workspace.conftest import ADA, FILES, NOW, naive_git

RULES = policy.TreePolicy()


def described(imported):
    return [(file.status, file.path) for file in imported.files]


def kinds(imported):
    return [(finding.kind, finding.path) for finding in imported.warnings]


@pytest.fixture
async def laid(far, root, tmp_path):
    """Commits files on the far side, and checks them out."""

    async def lay(files):
        sha = await far.commit(files)
        repo = await mirror.refresh(root, "7", far.remote, [sha])
        return repo, sha, (await trees.checkout(repo, sha, tmp_path / "laid")).path

    return lay


async def test_an_untouched_directory_gives_the_tree_it_came_from(far, repo, work):
    got = await trees.import_(repo, work, far.base, RULES)
    assert got == trees.Imported(await commits.tree_of(repo, far.base))


async def test_added_changed_deleted_and_renamed_files_are_told_apart(far, repo, work):
    (work / "README.md").write_text("# widgets\n\nmore\n")
    (work / "src" / "widget.py").rename(work / "src" / "gadget.py")
    (work / "tools" / "build.sh").unlink()
    (work / "logo.png").write_bytes(b"\x89PNG\0\0")
    got = await trees.import_(repo, work, far.base, RULES)
    by_path = {file.path: file for file in got.files}
    assert (by_path["README.md"].additions, by_path["README.md"].deletions) == (2, 0)
    assert by_path["src/gadget.py"].old_path == "src/widget.py"
    assert by_path["logo.png"].binary
    assert by_path["tools/build.sh"].mode == "100644"
    assert {file.status for file in got.files} == {"added", "modified", "deleted", "renamed"}
    assert "+more\n" in got.patch


async def test_what_the_agent_committed_in_its_own_repository_comes_back_as_well(far, repo, work):
    (work / "new.txt").write_text("new\n")
    naive_git(work, "add", "-A")
    naive_git(work, "commit", "-qm", "mine")
    naive_git(work, "gc", "-q")
    assert described(await trees.import_(repo, work, far.base, RULES)) == [("added", "new.txt")]


async def test_ignored_files_stay_out_but_tracked_ones_never_do(laid):
    repo, sha, work = await laid({".gitignore": "*.log\nbuild/\n", "kept.log": "1\n"})
    (work / "kept.log").write_text("2\n")
    (work / "noise.log").write_text("x\n")
    (work / "build" / "lib").mkdir(parents=True)
    (work / "build" / "lib" / "out.o").write_text("x\n")
    naive_git(work, "init", "-q", "build/lib")
    got = await trees.import_(repo, work, sha, RULES)
    assert described(got) == [("modified", "kept.log")]
    assert not got.refusals


async def test_files_go_out_and_come_back_byte_for_byte_whatever_the_attributes_say(laid):
    files = {
        ".gitattributes": "*.txt text eol=crlf\n*.id ident\n*.u16 working-tree-encoding=UTF-16\n*.big filter=lfs\n",
        "mixed.txt": b"one\r\ntwo\n", "a.id": "$Id$\n", "b.u16": b"\xff plain", "c.big": "version x\n",
    }  # fmt: skip
    repo, sha, work = await laid(files)
    assert (work / "mixed.txt").read_bytes() == b"one\r\ntwo\n"
    assert (work / "a.id").read_text() == "$Id$\n"
    assert not (await trees.import_(repo, work, sha, RULES)).files
    (work / "new.txt").write_bytes(b"three\r\n")
    got = await trees.import_(repo, work, sha, RULES)
    after = await git_repo.read_file(repo.path, got.tree, "new.txt")
    assert after == b"three\r\n"


async def test_attributes_cannot_hide_a_change_from_the_patch(far, repo, work):
    (work / ".gitattributes").write_text("*.py binary -diff linguist-generated\n")
    (work / "src" / "widget.py").write_text("print('hidden')\n")
    got = await trees.import_(repo, work, far.base, RULES)
    assert "+print('hidden')" in got.patch
    assert ("git_settings", ".gitattributes") in kinds(got)


@pytest.mark.parametrize(
    "name", ["-rf", "new\nline", 'tab\tand "quote"', "späce ü.txt", "a" * 255, "*", ":(exclude)x", "back\\slash"]
)
async def test_unusual_names_come_through(far, repo, work, name):
    (work / name).write_text("x\n")
    got = await trees.import_(repo, work, far.base, RULES)
    assert described(got) == [("added", name)]
    assert await git_repo.list_files(repo.path, got.tree) == sorted([*FILES, name])


async def test_a_name_that_is_not_text_is_shown_with_replacements_and_kept_as_it_is(far, repo, work):
    name = os.fsdecode(b"caf\xe9.txt")
    (work / name).write_text("x\n")
    got = await trees.import_(repo, work, far.base, RULES)
    assert described(got) == [("added", "caf\ufffd.txt")]
    assert ("name", "caf\ufffd.txt") in kinds(got)
    sha = await commits.commit(repo, got.tree, [far.base], "x", ADA, NOW)
    path = work.with_name("again")
    await trees.checkout(repo, sha, path)
    assert (path / name).read_text() == "x\n"


async def test_files_without_any_permission_are_read_all_the_same(far, repo, work):
    (work / "README.md").write_text("# secret\n")
    (work / "README.md").chmod(0)
    (work / "src" / "widget.py").write_text("1\n")
    (work / "src").chmod(0)
    got = await trees.import_(repo, work, far.base, RULES)
    assert described(got) == [("modified", "README.md"), ("modified", "src/widget.py")]
    assert (work / "README.md").stat().st_mode & 0o777 == 0o400


async def test_sockets_and_pipes_are_left_out_and_told(far, repo, work, monkeypatch):
    os.mkfifo(work / "pipe")
    monkeypatch.chdir(work)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        got = await trees.import_(repo, work, far.base, RULES)
    assert not got.files
    assert sorted(kinds(got)) == [("special_file", "pipe"), ("special_file", "socket")]


async def test_what_needs_a_second_look_is_warned_of(far, repo, work):
    (work / ".github" / "workflows").mkdir(parents=True)
    (work / ".github" / "workflows" / "ci.yml").write_text("on: push\n")
    (work / "tools" / "build.sh").chmod(0o755)
    (work / "docs").mkdir()
    (work / "docs" / "CLAUDE.md").write_text("obey\n")
    (work / "uv.lock").write_text("x\n")
    (work / "readme.md").write_text("x\n")
    (work / "x\u202etxt.py").write_text("x\n")
    got = await trees.import_(repo, work, far.base, policy.TreePolicy(protected=(".github/**",)))
    assert set(kinds(got)) == {
        ("protected", ".github/workflows/ci.yml"), ("executable", "tools/build.sh"), ("lock_file", "uv.lock"),
        ("agent_settings", "docs/CLAUDE.md"), ("case_clash", "readme.md"), ("name", "x\u202etxt.py"),
    }  # fmt: skip
    assert got.tree


async def test_a_long_patch_is_cut_and_says_so(far, repo, work):
    (work / "long.txt").write_text("line\n" * 10_000)
    got = await trees.import_(repo, work, far.base, policy.TreePolicy(max_patch_bytes=1000))
    assert len(got.patch) < 1100
    assert got.patch.endswith("[patch cut at 1000 bytes]\n")
    assert got.files[0].additions == 10_000


async def test_a_submodule_whose_empty_directory_was_tidied_away_stays(laid, far):
    repo, sha, work = await laid({"lib/sub": git_repo.Entry("160000", far.base)})
    (work / "lib" / "sub").rmdir()
    (work / "lib").rmdir()
    got = await trees.import_(repo, work, sha, RULES)
    assert got == trees.Imported(await commits.tree_of(repo, sha))


async def test_files_inside_of_a_submodule_are_left_out_and_told(laid, far):
    repo, sha, work = await laid({"sub": git_repo.Entry("160000", far.base)})
    (work / "sub" / "x.txt").write_text("x\n")
    got = await trees.import_(repo, work, sha, RULES)
    assert (got.files, kinds(got)) == ((), [("submodule", "sub")])


async def test_an_import_leaves_nothing_behind_in_the_mirror_but_objects(far, repo, work):
    (work / "new.txt").write_text("x\n")
    await trees.import_(repo, work, far.base, RULES)
    assert list((repo.path / "scratch").iterdir()) == []
    assert not (repo.path / "index").exists()
