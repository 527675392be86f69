"""The hub's bare repositories keep exactly what a person commits, however odd, and move refs safely."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.localhub import git_compare, git_process, git_repo

ADA = ("Ada Lovelace", "ada@example.org")
BOB = ("Bob", "bob@example.org")
NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 6, 13, 0, tzinfo=UTC)


@pytest.fixture
async def repo(tmp_path: Path) -> Path:
    files: git_repo.Files = {"a.txt": "one\ntwo\nthree\n", "b.txt": "bee\n", "bin": b"\0\1\2"}
    await git_repo.create_repository(tmp_path, "octo/widgets", files, "Start", ADA, NOON)
    return git_repo.path(tmp_path, "octo/widgets")


async def _tip(repo: Path, branch: str = "main") -> str:
    sha = await git_repo.ref(repo, f"refs/heads/{branch}")
    assert sha is not None
    return sha


async def test_the_same_commit_made_twice_has_the_same_sha(tmp_path: Path) -> None:
    first = await git_repo.create_repository(tmp_path, "octo/one", {"a": "x"}, "Start", ADA, NOON)
    second = await git_repo.create_repository(tmp_path, "octo/two", {"a": "x"}, "Start", ADA, NOON)
    assert first == second


async def test_a_commit_keeps_author_time_and_message(repo: Path) -> None:
    sha = await git_repo.commit_files(repo, "topic", {"n": "1"}, "Title\n\nBody", BOB, LATER, await _tip(repo))
    commit = await git_compare.commit(repo, sha)
    assert (commit.author, commit.authored_at, commit.message) == (BOB, LATER, "Title\n\nBody")
    assert commit.parents == (await _tip(repo),)


async def test_files_are_added_changed_and_deleted_by_one_commit(repo: Path) -> None:
    sha = await git_repo.commit_files(repo, "main", {"a.txt": "new", "d/e": b"\xff", "b.txt": None}, "m", ADA, LATER)
    assert await git_repo.read_file(repo, sha, "a.txt") == b"new"
    assert await git_repo.read_file(repo, "refs/heads/main", "d/e") == b"\xff"
    assert await git_repo.read_file(repo, sha, "b.txt") is None
    assert await git_repo.list_files(repo, sha) == ["a.txt", "bin", "d/e"]
    assert await git_repo.list_files(repo, sha, "d") == ["d/e"]


async def test_reading_at_an_unknown_revision_finds_nothing(repo: Path) -> None:
    assert await git_repo.read_file(repo, "refs/heads/nowhere", "a.txt") is None
    assert await git_repo.list_files(repo, "refs/heads/nowhere") == []
    assert await git_repo.read_file(repo, "refs/heads/main", "") is None


async def test_a_branch_never_loses_commits_unless_forced(repo: Path) -> None:
    start = await _tip(repo)
    await git_repo.commit_files(repo, "main", {"a.txt": "2"}, "second", ADA, NOON)
    with pytest.raises(git_process.GitError):
        await git_repo.commit_files(repo, "main", {"a.txt": "3"}, "third", ADA, NOON, start)
    forced = await git_repo.commit_files(repo, "main", {"a.txt": "3"}, "third", ADA, NOON, start, force=True)
    assert await _tip(repo) == forced


async def test_odd_names_and_special_entries_survive(repo: Path, tmp_path: Path) -> None:
    names = ["sp ace.txt", 'quo"te', "back\\slash", "new\nline", "tab\tbed", "ünïcode", "-dash"]
    files: dict[str, str | bytes | git_repo.Entry | None] = dict.fromkeys(names, "x")
    files["run.sh"] = git_repo.Entry("100755", "#!/bin/sh\n")
    files["link"] = git_repo.Entry("120000", "/etc/passwd")
    files["sub"] = git_repo.Entry("160000", "1" * 40)
    sha = await git_repo.commit_files(repo, "main", files, "odd", ADA, NOON)
    await git_repo.commit_files(repo, "main", {"run.sh": "#!/bin/sh\nexit\n"}, "edit", ADA, NOON)
    out = tmp_path / "out"
    out.mkdir()
    await git_repo.export(repo, await _tip(repo), out)
    assert {entry.name for entry in out.iterdir()} == {
        *names,
        "run.sh",
        "link",
        "sub",
        "a.txt",
        "b.txt",
        "bin",
    }
    assert (out / "link").readlink() == Path("/etc/passwd")
    assert (out / "run.sh").stat().st_mode & stat.S_IXUSR
    assert {file.filename for file in await git_compare.changed_files(repo, f"{sha}^", sha)} > set(names)


async def test_a_ref_moves_only_from_where_it_was_expected(repo: Path) -> None:
    start = await _tip(repo)
    new = await git_repo.commit_files(repo, "topic", {"t": "1"}, "t", ADA, NOON, start)
    with pytest.raises(git_process.GitError):
        await git_repo.set_ref(repo, "refs/heads/main", new, git_repo.ZERO)
    await git_repo.set_ref(repo, "refs/heads/main", new, start)
    assert await git_repo.refs(repo) == {"refs/heads/main": new, "refs/heads/topic": new}
    await git_repo.delete_ref(repo, "refs/heads/topic")
    assert await git_repo.ref(repo, "refs/heads/topic") is None


async def test_a_revision_that_looks_like_an_option_is_none(repo: Path) -> None:
    assert await git_repo.ref(repo, "--all") is None
    with pytest.raises(git_process.GitError):
        await git_compare.commits_between(repo, "--output=x", "refs/heads/main")
