"""Commits, diffs and merges made inside a mirror are exact and repeatable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app import errors
from app.localhub import git_repo
from app.workspace import commits, git, mirror, policy, trees
from tests.workspace.conftest import ADA, NOW

NOWHERE = "1234567890" * 4


@pytest.fixture
async def tree(far, repo):
    return await commits.tree_of(repo, far.base)


@pytest.fixture
async def parted(far, root):
    """Two branches that left `main`: one changes the README and adds, the other changes it otherwise."""
    one = await far.commit({"README.md": "# one\n", "one.txt": "1\n"}, branch="one", parent=far.base)
    two = await far.commit({"README.md": "# two\n"}, branch="two", parent=far.base)
    three = await far.commit({"three.txt": "3\n"}, branch="three", parent=far.base)
    repo = await mirror.refresh(root, "7", far.remote, ["refs/heads/main", one, two, three])
    return repo, one, two, three


async def test_equal_arguments_give_the_equal_commit(far, repo, tree):
    made = [await commits.commit(repo, tree, [far.base], "fix: it\n\nwhy", ADA, NOW) for _ in range(2)]
    assert made[0] == made[1]
    raw = (await git.run("cat-file", "commit", made[0], git_dir=repo.path)).text
    stamp = int(NOW.timestamp())
    assert raw == (
        f"tree {tree}\nparent {far.base}\nauthor Ada <ada@example.com> {stamp} +0000\n"
        f"committer Ada <ada@example.com> {stamp} +0000\n\nfix: it\n\nwhy"
    )


async def test_the_same_moment_in_another_zone_is_the_same_commit(repo, tree):
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert await commits.commit(repo, tree, [], "x", ADA, NOW) == await commits.commit(repo, tree, [], "x", ADA, there)


async def test_a_commit_survives_a_clean_up_of_the_mirror(far, repo, tree):
    made = await commits.commit(repo, tree, [far.base], "kept", ADA, NOW)
    await git.run("gc", "--prune=now", "-q", git_dir=repo.path)
    assert await mirror.has(repo, made)


@pytest.mark.parametrize(
    ("author", "message", "at"),
    [
        (commits.Identity("", "a@b"), "x", NOW),
        (commits.Identity(".,", "a@b"), "x", NOW),
        (commits.Identity("A", ""), "x", NOW),
        (commits.Identity("A\ncommitter B", "a@b"), "x", NOW),
        (commits.Identity("A", "a>b"), "x", NOW),
        (ADA, " \n", NOW),
        (ADA, "a\0b", NOW),
        (ADA, "x", datetime(2026, 1, 1)),  # noqa: DTZ001 the point
    ],
)
async def test_what_git_would_bend_or_refuse_is_refused(repo, tree, author, message, at):
    with pytest.raises(errors.Invalid):
        await commits.commit(repo, tree, [], message, author, at)


async def test_a_message_is_taken_as_it_is(repo, tree):
    text = "# not a comment\n\n-----\nCo-authored-by: ü <u@example.com>"
    made = await commits.commit(repo, tree, [], text + "\n\n", ADA, NOW)
    raw = (await git.run("cat-file", "commit", made, git_dir=repo.path)).text
    assert raw.partition("\n\n")[2] == text


async def test_a_time_before_the_seventies_end_is_still_a_time(repo, tree):
    made = await commits.commit(repo, tree, [], "x", ADA, datetime(1970, 1, 2, tzinfo=UTC))
    assert " 86400 +0000" in (await git.run("cat-file", "commit", made, git_dir=repo.path)).text


async def test_a_diff_with_three_dots_leaves_out_what_the_base_did_since(parted):
    repo, one, two, _ = parted
    direct = await commits.diff(repo, two, one)
    assert {file.path for file in direct.files} == {"README.md", "one.txt"}
    assert "-# two" in direct.patch
    assert "-# widgets" in (await commits.diff(repo, two, one, three_dot=True)).patch


async def test_a_diff_of_nothing_is_empty(far, repo):
    assert await commits.diff(repo, far.base, far.base) == await commits.diff(repo, far.base, far.base, three_dot=True)
    assert (await commits.diff(repo, far.base, far.base)).files == ()


async def test_a_diff_is_cut_at_its_limit(parted, far):
    repo, one, *_ = parted
    diff = await commits.diff(repo, far.base, one, limit=50)
    assert diff.cut
    assert diff.patch.endswith("[patch cut at 50 bytes]\n")


async def test_a_file_that_becomes_a_link_or_a_program_counts_as_modified(far, root):
    files = {"README.md": git_repo.Entry("120000", "src"), "tools/build.sh": git_repo.Entry("100755", "make\n")}
    sha = await far.commit(files)
    repo = await mirror.refresh(root, "7", far.remote, [sha])
    diff = await commits.diff(repo, far.base, sha)
    assert {(file.path, file.status, file.mode) for file in diff.files} == {
        ("README.md", "modified", "120000"),
        ("tools/build.sh", "modified", "100755"),
    }


async def test_ancestry(parted, far):
    repo, one, two, _ = parted
    assert await commits.is_ancestor(repo, far.base, one)
    assert await commits.is_ancestor(repo, one, one)
    assert not await commits.is_ancestor(repo, one, far.base)
    assert not await commits.is_ancestor(repo, one, two)
    assert not await commits.is_ancestor(repo, NOWHERE, one)
    assert await commits.merge_base(repo, one, two) == far.base
    assert await commits.parents_of(repo, one) == (far.base,)
    assert await commits.parents_of(repo, far.base) == ()


async def test_what_the_mirror_lacks_is_not_found(far, repo):
    with pytest.raises(errors.NotFound):
        await commits.tree_of(repo, NOWHERE)
    with pytest.raises(errors.NotFound):
        await commits.merge_base(repo, NOWHERE, far.base)
    with pytest.raises(errors.NotFound):
        await commits.diff(repo, far.base, NOWHERE)


async def test_unrelated_histories_have_no_merge(far, repo, tree):
    other = await commits.commit(repo, tree, [], "alone", ADA, NOW)
    assert await commits.merge_base(repo, far.base, other) is None
    with pytest.raises(errors.Invalid):
        await commits.merge(repo, far.base, other)
    with pytest.raises(errors.NotFound):
        await commits.diff(repo, far.base, other, three_dot=True)


async def test_a_merge_without_conflict_has_both_sides(parted):
    repo, one, _, three = parted
    merged = await commits.merge(repo, one, three)
    assert merged.conflicts == ()
    sha = await commits.commit(repo, merged.tree, [one, three], "merge", ADA, NOW)
    assert await commits.read_file(repo, sha, "one.txt", 10) == b"1\n"
    assert await commits.read_file(repo, sha, "three.txt", 10) == b"3\n"


async def test_what_came_from_the_base_is_left_out_of_what_came_since(far, root):
    before = await far.commit({"README.md": "# one\n", "own.txt": "1\n"}, branch="topic", parent=far.base)
    base = await far.commit({"README.md": "# base\n", "theirs.txt": "2\n"}, branch="main", parent=far.base)
    both = {"README.md": "# both\n", "theirs.txt": "2\n", "own.txt": "more\n"}
    rebased = await far.commit(both, branch="rebased", parent=base)
    older = await far.commit({"own.txt": "more\n"}, branch="other", parent=before)
    repo = await mirror.refresh(root, "7", far.remote, [before, base, rebased, older])

    since = await commits.diff(repo, await commits.without(repo, before, rebased, base), rebased)
    assert [file.path for file in since.files] == ["README.md", "own.txt"]
    assert "+# both" in since.patch
    assert await commits.without(repo, before, older, base) == before


async def test_a_conflict_names_its_paths_and_can_be_worked_on(parted, tmp_path):
    repo, one, two, _ = parted
    merged = await commits.merge(repo, one, two)
    assert merged.conflicts == ("README.md",)
    work = (await trees.checkout(repo, merged.tree, tmp_path / "work")).path
    assert "<<<<<<<" in (work / "README.md").read_text()
    (work / "README.md").write_text("# both\n")
    got = await trees.import_(repo, work, merged.tree, policy.TreePolicy())
    sha = await commits.commit(repo, got.tree, [one, two], "merge", ADA, NOW)
    assert await commits.is_ancestor(repo, two, sha)
    assert await commits.read_file(repo, sha, "README.md", 100) == b"# both\n"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("README.md", b"# widge"),
        ("src/widget.py", b"print('"),
        ("src", None),
        ("src/", None),
        ("nowhere", None),
        ("", None),
        (".", None),
        ("../README.md", None),
        ("src/../README.md", None),
        ("/README.md", None),
        ("*", None),
        ("-r", None),
        ("a\0b", None),
        ("caf\udce9", None),
    ],
)
async def test_a_file_is_read_up_to_a_limit_and_only_a_file(far, repo, path, content):
    assert await commits.read_file(repo, far.base, path, 7) == content


async def test_files_that_no_parent_has_are_told_from_those_a_merge_brought(far, root):
    theirs = await far.commit({"ci/a.yml": "theirs\n", "ci/b.yml": "b\n"}, branch="theirs", parent=far.base)
    ours = await far.commit({"ci/a.yml": "ours\n", "x.txt": "x\n"}, branch="ours", parent=far.base)
    tree = await far.commit({"ci/a.yml": "both\n", "ci/b.yml": "b\n", "ci.yml": "no\n"}, branch="tree", parent=ours)
    repo = await mirror.refresh(root, "7", far.remote, ["refs/heads/main", theirs, ours, tree])
    merged = await commits.commit(repo, await commits.tree_of(repo, tree), [ours, theirs], "Merge", ADA, NOW)

    assert await commits.unlike_parents(repo, merged, "ci") == ["ci/a.yml"]
    assert await commits.unlike_parents(repo, tree, "ci") == ["ci/a.yml", "ci/b.yml"]
