"""Pushes by real git arrive whole, are told exactly once, and are refused for what they touch or hold."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.localhub import git_repo
from tests.localhub import git_server, waiting


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[git_server.Hub]:
    async with git_server.serving(git_server.Hub(tmp_path / "hub")) as hub:
        yield hub


async def test_a_push_arrives_and_is_told_with_who_pushed(hub: git_server.Hub, tmp_path: Path) -> None:
    tree = await git_server.clone(hub, tmp_path / "tree")
    await git_server.commit(tree, "a.txt", b"two\n")
    code, said = await git_server.push(tree, "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/topic")
    assert code == 0, said
    repo = git_repo.path(hub.root, "octo/widgets")
    tips = await git_repo.refs(repo)
    ((name, updates),) = hub.pushes
    assert name == "octo/widgets"
    assert {update.ref: update.new for update in updates} == tips
    assert {update.old == git_repo.ZERO for update in updates if update.ref == "refs/heads/topic"} == {True}
    assert {update.credential for update in updates} == {git_server.WRITER}
    assert git_server.WRITER not in repr(updates)
    assert await git_repo.read_file(repo, "refs/heads/main", "a.txt") == b"two\n"
    assert hub.stderr == []


async def test_a_deleted_branch_is_told_with_zeros(hub: git_server.Hub, tmp_path: Path) -> None:
    tree = await git_server.clone(hub, tmp_path / "tree")
    await git_server.push(tree, "origin", "HEAD:refs/heads/topic")
    code, said = await git_server.push(tree, "origin", ":refs/heads/topic")
    assert code == 0, said
    assert [update.new for update in hub.pushes[1][1]] == [git_repo.ZERO]


async def test_a_protected_branch_is_refused_and_the_rest_of_the_push_made(hub: git_server.Hub, tmp_path: Path) -> None:
    hub.protected = "refs/heads/main"
    tree = await git_server.clone(hub, tmp_path / "tree")
    await git_server.commit(tree, "a.txt", b"two\n")
    code, said = await git_server.push(tree, "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/topic")
    assert code == 1
    assert "remote: error: GH006: Protected branch update failed." in said
    assert "! [remote rejected] HEAD -> main (protected branch hook declined)" in said
    assert [update.ref for _, updates in hub.pushes for update in updates] == ["refs/heads/topic"]


async def test_a_push_may_be_refused_for_what_it_holds(hub: git_server.Hub, tmp_path: Path) -> None:
    tree = await git_server.clone(hub, tmp_path / "tree")
    await git_server.commit(tree, ".github/workflows/ci.yml", b"jobs: {}\n")
    code, said = await git_server.push(tree, "origin", "HEAD:refs/heads/topic")
    assert (code, "(refusing to update workflows)" in said) == (1, True)
    assert "refs/heads/topic" not in await git_repo.refs(git_repo.path(hub.root, "octo/widgets"))


async def test_a_stale_push_is_rejected_by_git_itself(hub: git_server.Hub, tmp_path: Path) -> None:
    one, two = await git_server.clone(hub, tmp_path / "one"), await git_server.clone(hub, tmp_path / "two")
    for tree in (one, two):
        await git_server.commit(tree, "a.txt", tree.name.encode())
    assert (await git_server.push(one, "origin", "HEAD"))[0] == 0
    code, said = await git_server.push(two, "--force-with-lease", "origin", "HEAD:main")
    assert (code, "(stale info)" in said) == (1, True), said
    assert len(hub.pushes) == 1


async def test_two_pushes_at_once_are_told_apart(hub: git_server.Hub, tmp_path: Path) -> None:
    trees = [await git_server.clone(hub, tmp_path / name) for name in ("one", "two", "three")]
    for tree in trees:
        await git_server.commit(tree, tree.name, b"x")
    done = await asyncio.gather(*(git_server.push(tree, "origin", f"HEAD:{tree.name}") for tree in trees))
    assert [code for code, _ in done] == [0, 0, 0], done
    assert sorted(update.ref for _, (update,) in hub.pushes) == [
        "refs/heads/one",
        "refs/heads/three",
        "refs/heads/two",
    ]


async def test_thirty_megabytes_go_up_in_chunks_and_come_down_again(hub: git_server.Hub, tmp_path: Path) -> None:
    tree = await git_server.clone(hub, tmp_path / "tree")
    content = os.urandom(30_000_000)
    await git_server.commit(tree, "big", content)
    code, said = await git_server.push(tree, "origin", "HEAD:main")
    assert code == 0, said
    again = await git_server.clone(hub, tmp_path / "again")
    assert (again / "big").read_bytes() == content


async def test_a_refspec_below_pull_is_hidden_from_pushes(hub: git_server.Hub, tmp_path: Path) -> None:
    tree = await git_server.clone(hub, tmp_path / "tree")
    code, said = await git_server.push(tree, "origin", "HEAD:refs/pull/1/head")
    assert (code, "deny updating a hidden ref" in said) == (1, True)


def _backends() -> set[int]:
    """The sessions, other than our own, whose leaders this process has started."""
    own = (os.getpid(), os.getsid(0))
    listed = subprocess.run(["ps", "-eo", "ppid=,sid="], capture_output=True, check=True, text=True)
    pairs = [(int(parent), int(session)) for parent, session in map(str.split, listed.stdout.splitlines())]
    return {session for parent, session in pairs if parent == own[0] and session != own[1]}


def _is_empty(session: int) -> bool:
    listed = subprocess.run(["ps", "-o", "pid=", "-s", str(session)], capture_output=True, check=False)
    return not listed.stdout.strip()


async def test_a_client_that_goes_away_leaves_no_process_and_no_ref(hub: git_server.Hub) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", hub.port)
    command = f"{git_repo.ZERO} {'1' * 40} refs/heads/half\0report-status".encode()
    body = f"{len(command) + 4:04x}".encode() + command + b"0000PACK\0\0\0\2"
    head = (
        "POST /octo/widgets.git/git-receive-pack HTTP/1.1\r\nHost: hub\r\n"
        f"Authorization: {git_server.basic(git_server.WRITER)}\r\nContent-Length: 1000000\r\n"
        "Content-Type: application/x-git-receive-pack-request\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    await waiting.until(lambda: bool(_backends()))
    (session,) = _backends()
    assert not _is_empty(session)
    writer.close()
    await waiting.until(lambda: _is_empty(session))
    assert hub.pushes == []
    assert "refs/heads/half" not in await git_repo.refs(git_repo.path(hub.root, "octo/widgets"))
