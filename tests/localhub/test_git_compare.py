"""The hub compares branches as GitHub shows them and merges in GitHub's three ways."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.localhub import git_compare, git_merge, git_process, git_repo

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


async def test_commits_and_files_of_a_branch_are_seen_from_where_it_left(repo: Path) -> None:
    start = await _tip(repo)
    one = await git_repo.commit_files(repo, "topic", {"a.txt": "one\n2\nthree\n"}, "1", BOB, NOON, start)
    two = await git_repo.commit_files(repo, "topic", {"c.txt": "see\n"}, "2", BOB, LATER)
    main = await git_repo.commit_files(repo, "main", {"b.txt": "not of the topic\n"}, "m", ADA, LATER)
    assert [commit.sha for commit in await git_compare.commits_between(repo, main, two)] == [one, two]
    assert await git_compare.merge_base(repo, main, two) == start
    assert await git_compare.is_ancestor(repo, start, two)
    assert not await git_compare.is_ancestor(repo, main, two)
    changed, added = await git_compare.changed_files(repo, main, two)
    assert (changed.filename, changed.status, changed.additions, changed.deletions) == (
        "a.txt",
        "modified",
        1,
        1,
    )
    assert changed.patch == "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three"
    assert (added.filename, added.status, added.patch) == ("c.txt", "added", "@@ -0,0 +1 @@\n+see")


async def test_every_kind_of_change_keeps_its_own_patch(repo: Path) -> None:
    start = await _tip(repo)
    content = "".join(f"line {number}\n" for number in range(40))
    base = await git_repo.commit_files(repo, "main", {"old name": content, "x": "plain\n"}, "m", ADA, NOON, start)
    changes: dict[str, str | bytes | git_repo.Entry | None] = {
        "a.txt": "diff --git a/x b/x\n@@ -1 +1 @@\n",
        "b.txt": None,
        "bin": b"\0\1\3",
        "old name": None,
        "new name": content + "more\n",
        "x": git_repo.Entry("120000", "a.txt"),
        "z": "no newline",
    }
    head = await git_repo.commit_files(repo, "topic", changes, "t", ADA, NOON, base)
    files = {file.filename: file for file in await git_compare.changed_files(repo, base, head)}
    assert {name: file.status for name, file in files.items()} == {
        "a.txt": "modified",
        "b.txt": "removed",
        "bin": "modified",
        "new name": "renamed",
        "x": "changed",
        "z": "added",
    }
    assert files["a.txt"].patch == "@@ -1,3 +1,2 @@\n-one\n-two\n-three\n+diff --git a/x b/x\n+@@ -1 +1 @@"
    assert files["b.txt"].patch == "@@ -1 +0,0 @@\n-bee"
    assert (files["bin"].patch, files["bin"].additions) == (None, 0)
    assert files["z"].sha == (await git_process.run(repo, "rev-parse", f"{head}:z")).text
    assert files["new name"].previous_filename == "old name"
    assert (files["new name"].patch or "").endswith(" line 39\n+more")
    assert files["z"].patch == "@@ -0,0 +1 @@\n+no newline\n\\ No newline at end of file"


async def _two_sides(repo: Path, path: str) -> tuple[str, str]:
    """A topic of two commits by Bob, and a `main` that went on by changing `path`."""
    start = await _tip(repo)
    await git_repo.commit_files(repo, "topic", {"t": "1\n"}, "first", BOB, NOON, start)
    head = await git_repo.commit_files(repo, "topic", {"a.txt": "ONE\ntwo\nthree\n"}, "second", BOB, NOON)
    return await git_repo.commit_files(repo, "main", {path: "main\n"}, "on main", ADA, NOON), head


async def test_a_merge_commit_has_both_parents_and_both_changes(repo: Path) -> None:
    base, head = await _two_sides(repo, "b.txt")
    sha = await git_merge.merge_commit(repo, base, head, "Merge", ADA, LATER)
    assert (await git_compare.commit(repo, sha)).parents == (base, head)
    assert await git_repo.read_file(repo, sha, "b.txt") == b"main\n"
    assert await git_repo.read_file(repo, sha, "t") == b"1\n"


async def test_a_squash_is_one_commit_on_the_base(repo: Path) -> None:
    base, head = await _two_sides(repo, "b.txt")
    sha = await git_merge.squash(repo, base, head, "All (#1)", BOB, LATER)
    (commit,) = await git_compare.commits_between(repo, base, sha)
    assert (commit.parents, commit.message, commit.committed_at) == ((base,), "All (#1)", LATER)
    assert {file.filename for file in await git_compare.changed_files(repo, base, sha)} == {"a.txt", "t"}


async def test_a_rebase_replays_each_commit_and_keeps_its_author(repo: Path) -> None:
    base, head = await _two_sides(repo, "b.txt")
    sha = await git_merge.rebase(repo, base, head, ADA, LATER)
    first, second = await git_compare.commits_between(repo, base, sha)
    assert (first.parents, second.parents) == ((base,), (first.sha,))
    assert [(commit.author, commit.authored_at, commit.committer) for commit in (first, second)] == [
        (BOB, NOON, ADA)
    ] * 2
    assert await git_repo.read_file(repo, sha, "b.txt") == b"main\n"
    assert await git_repo.read_file(repo, sha, "a.txt") == b"ONE\ntwo\nthree\n"


async def test_a_conflict_names_the_files(repo: Path) -> None:
    base, head = await _two_sides(repo, "a.txt")
    assert await git_merge.merge(repo, base, head) == git_merge.Merge(None, ("a.txt",))
    with pytest.raises(git_merge.MergeConflict) as squashed:
        await git_merge.squash(repo, base, head, "no", ADA, LATER)
    with pytest.raises(git_merge.MergeConflict) as rebased:
        await git_merge.rebase(repo, base, head, ADA, LATER)
    assert squashed.value.paths == rebased.value.paths == ("a.txt",)
