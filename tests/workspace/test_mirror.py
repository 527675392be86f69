"""A mirror is made once, fetched into by name, and made again when it is damaged."""

from __future__ import annotations

import asyncio

import pytest

from app import errors
from app.localhub import git_repo
from app.workspace import commits, failures, git, mirror, remote
from tests.workspace.conftest import TOKEN


async def test_a_mirror_knows_the_refs_it_was_asked_for_and_no_others(far, root):
    other = await far.commit({"a.txt": "a"}, branch="other", parent=far.base)
    await git_repo.set_ref(far.path, "refs/pull/7/head", other)
    await git_repo.set_ref(far.path, "refs/tags/v1", far.base)
    repo = await mirror.refresh(root, "7", far.remote, ["refs/heads/main", "refs/pull/7/head"])
    assert await mirror.resolve(repo, "refs/heads/main") == far.base
    assert await mirror.resolve(repo, "refs/pull/7/head") == other
    assert await mirror.resolve(repo, "refs/heads/other") is None
    listed = await git.run("for-each-ref", git_dir=repo.path)
    assert len(listed.text.splitlines()) == 2


async def test_a_commit_is_fetched_by_its_id(far, repo, root):
    sha = await far.commit({"a.txt": "a"}, branch="other", parent=far.base)
    assert not await mirror.has(repo, sha)
    await mirror.refresh(root, "7", far.remote, [sha])
    assert await mirror.has(repo, sha)


async def test_a_commit_that_is_there_is_not_asked_for_again(far, repo, root):
    nobody = remote.Remote("http://127.0.0.1:9/octo/widgets", TOKEN)
    await mirror.refresh(root, "7", nobody, [far.base])
    with pytest.raises(errors.Transient):
        await mirror.refresh(root, "7", nobody, ["refs/heads/main"])


async def test_a_rewritten_branch_is_followed(far, repo, root):
    sha = await far.commit({"a.txt": "a"}, branch="elsewhere")
    await git_repo.set_ref(far.path, "refs/heads/main", sha)
    await mirror.refresh(root, "7", far.remote, ["refs/heads/main"])
    assert await mirror.resolve(repo, "refs/heads/main") == sha


async def test_a_branch_may_become_a_directory_of_branches(far, repo, root):
    await git_repo.set_ref(far.path, "refs/heads/topic", far.base)
    await mirror.refresh(root, "7", far.remote, ["refs/heads/topic"])
    await git_repo.delete_ref(far.path, "refs/heads/topic")
    await git_repo.set_ref(far.path, "refs/heads/topic/one", far.base)
    await mirror.refresh(root, "7", far.remote, ["refs/heads/topic/one"])
    assert await mirror.resolve(repo, "refs/heads/topic/one") == far.base


@pytest.mark.parametrize("ref", ["refs/heads/nowhere", "1234567890" * 4])
async def test_what_the_remote_lacks_is_not_found(far, root, ref):
    with pytest.raises(errors.NotFound):
        await mirror.refresh(root, "7", far.remote, [ref])


async def test_a_repository_that_is_not_there_is_not_found(far, root):
    gone = remote.Remote(far.url.replace("widgets", "gadgets"), TOKEN)
    with pytest.raises((errors.NotFound, errors.Forbidden)):
        await mirror.refresh(root, "8", gone, ["refs/heads/main"])


async def test_a_wrong_token_is_told_as_such_and_not_shown(far, root):
    wrong = "ghs_" + "x" * 36
    with pytest.raises(failures.TokenRefused) as raised:
        await mirror.refresh(root, "7", remote.Remote(far.url, wrong), ["refs/heads/main"])
    assert raised.value.token == wrong
    assert wrong not in str(raised.value)


@pytest.mark.parametrize("key", ["", "../7", "a/b", ".git", "7-1", "é"])
async def test_a_key_that_is_no_plain_word_is_refused(far, root, key):
    with pytest.raises(errors.Invalid):
        await mirror.refresh(root, key, far.remote, [])


async def test_a_mirror_without_its_head_is_made_again(far, repo, root):
    (repo.path / "HEAD").write_text("nonsense")
    again = await mirror.refresh(root, "7", far.remote, ["refs/heads/main"])
    assert await mirror.resolve(again, "refs/heads/main") == far.base
    assert sorted(path.name for path in repo.path.parent.iterdir()) == ["7.git", "7.lock"]


async def test_a_mirror_with_a_broken_pack_is_made_again(far, repo, root):
    (pack,) = repo.path.glob("objects/pack/*.pack")
    pack.chmod(0o600)
    pack.write_bytes(b"PACK" + bytes(pack.stat().st_size - 4))
    sha = await far.commit({"a.txt": "a"})
    again = await mirror.refresh(root, "7", far.remote, ["refs/heads/main"])
    assert await commits.read_file(again, sha, "README.md", 100) == b"# widgets\n"


async def test_damage_that_a_reader_meets_mends_itself(far, repo, root):
    with pytest.raises(errors.Transient), mirror.damage_noted(repo):
        await git.run("cat-file", "-e", "HEAD", git_dir=root)
    await mirror.refresh(root, "7", far.remote, ["refs/heads/main"])
    with mirror.damage_noted(repo):
        assert await mirror.has(repo, far.base)
    assert not (repo.path / "damaged").exists()


async def test_a_damaged_mirror_stays_while_the_remote_is_away(far, repo, root):
    (repo.path / "damaged").touch()
    with pytest.raises(errors.Transient):
        await mirror.refresh(root, "7", remote.Remote("http://127.0.0.1:9/o/r", TOKEN), ["refs/heads/main"])
    assert await mirror.has(repo, far.base)


async def test_many_packs_are_rolled_up(far, repo, root):
    for number in range(3):
        await far.commit({"a.txt": str(number)})
        await mirror.refresh(root, "7", far.remote, ["refs/heads/main"])
    assert len(list(repo.path.glob("objects/pack/*.pack"))) == 4
    await mirror.tidy(repo, packs=3)
    assert len(list(repo.path.glob("objects/pack/*.pack"))) < 4
    assert await commits.read_file(repo, await far.tip("main"), "a.txt", 10) == b"2"


async def test_twenty_refreshes_at_once_agree(far, root):
    done = await asyncio.gather(*(mirror.refresh(root, "7", far.remote, ["refs/heads/main"]) for _ in range(20)))
    assert len(set(done)) == 1
    assert await mirror.resolve(done[0], "refs/heads/main") == far.base


async def test_old_histories_with_odd_dates_can_be_fetched(far, root):
    tree = (await git.run("rev-parse", f"{far.base}^{{tree}}", git_dir=far.path)).text
    odd = f"tree {tree}\nauthor A <a@b> 1 +051800\ncommitter A <a@b> 1 +051800\n\nodd\n"
    sha = (
        await git.run(
            "hash-object", "-t", "commit", "-w", "--literally", "--stdin", git_dir=far.path, stdin=odd.encode()
        )
    ).text
    await git_repo.set_ref(far.path, "refs/heads/odd", sha)
    repo = await mirror.refresh(root, "7", far.remote, ["refs/heads/odd"])
    assert await mirror.has(repo, sha)


async def test_a_tree_that_holds_a_git_directory_cannot_be_fetched(far, root):
    blob = (await git.run("hash-object", "-w", "--stdin", git_dir=far.path, stdin=b"x")).text
    inner = (await git.run("mktree", git_dir=far.path, stdin=f"100644 blob {blob}\tconfig\n".encode())).text
    raw = b"40000 .git\0" + bytes.fromhex(inner)
    tree = (
        await git.run("hash-object", "-t", "tree", "-w", "--literally", "--stdin", git_dir=far.path, stdin=raw)
    ).text
    evil = (
        await git.run(
            "commit-tree", tree, "-m", "x", git_dir=far.path,
            env={f"GIT_{r}_{w}": "x" for r in ("AUTHOR", "COMMITTER") for w in ("NAME", "EMAIL")},
        )
    ).text  # fmt: skip
    await git_repo.set_ref(far.path, "refs/heads/evil", evil)
    with pytest.raises(errors.Invalid):
        await mirror.refresh(root, "7", far.remote, ["refs/heads/evil"])
