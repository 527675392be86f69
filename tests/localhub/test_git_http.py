"""Real git clients are let in to the hub's repositories, or refused as GitHub refuses."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import yarl

from app.localhub import git_repo
from tests.localhub import git_server


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[git_server.Hub]:
    async with git_server.serving(git_server.Hub(tmp_path / "hub")) as hub:
        yield hub


async def test_without_credentials_only_a_public_repository_is_read(hub: git_server.Hub, tmp_path: Path) -> None:
    code, _ = await git_server.git("clone", f"{hub.url}/octo/public.git", str(tmp_path / "public"), token=None)
    assert code == 0
    code, said = await git_server.git("clone", f"{hub.url}/octo/widgets.git", str(tmp_path / "private"), token=None)
    assert (code, "could not read Username" in said) == (128, True)


@pytest.mark.parametrize(
    ("token", "words"),
    [(git_server.EXPIRED, "Authentication failed"), ("a-wrong-token", "Repository not found.")],
)
async def test_a_useless_credential_is_refused(hub: git_server.Hub, tmp_path: Path, token: str, words: str) -> None:
    code, said = await git_server.git("clone", f"{hub.url}/octo/widgets.git", str(tmp_path / "tree"), token=token)
    assert (code, words in said) == (128, True), said


async def test_a_reader_may_clone_but_not_push(hub: git_server.Hub, tmp_path: Path) -> None:
    tree = await git_server.clone(hub, tmp_path / "tree")
    code, said = await git_server.push(tree, "origin", "HEAD:refs/heads/topic", token=git_server.READER)
    assert (code, "Write access to repository not granted." in said) == (128, True)
    assert "returned error: 403" in said
    assert hub.pushes == []


async def test_any_commit_and_a_partial_clone_can_be_fetched(hub: git_server.Hub, tmp_path: Path) -> None:
    repo = git_repo.path(hub.root, "octo/widgets")
    lost = await git_repo.commit_files(repo, "gone", {"a.txt": "lost\n"}, "lost", git_server.ADA, git_server.NOON)
    await git_repo.delete_ref(repo, "refs/heads/gone")
    url = f"{hub.url}/octo/widgets.git"
    code, said = await git_server.git("clone", "--quiet", "--bare", "--filter=blob:none", url, str(tmp_path / "mirror"))
    assert code == 0, said
    code, said = await git_server.git("-C", str(tmp_path / "mirror"), "fetch", "--quiet", "--depth=1", url, lost)
    assert code == 0, said


@pytest.mark.parametrize(
    "path",
    [
        "/octo/widgets.git/HEAD",
        "/octo/widgets.git/info/refs",
        "/octo/widgets.git/info/refs?service=git-upload-archive",
        "/octo/widgets.git/git-receive-pack",
        "/octo/..git/info/refs?service=git-upload-pack",
        "/../hub/octo/widgets.git/info/refs?service=git-upload-pack",
        "/octo/%2e%2e/octo/widgets.git/info/refs?service=git-upload-pack",
        "/.hooks/post-receive/info/refs?service=git-upload-pack",
        "/octo/unknown.git/info/refs?service=git-upload-pack",
    ],
)
async def test_only_the_smart_protocol_of_known_repositories_is_served(hub: git_server.Hub, path: str) -> None:
    headers = {"Authorization": git_server.basic(git_server.WRITER)}
    url = yarl.URL(f"{hub.url}{path}", encoded=True)
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as response:
        assert response.status == 404


async def test_an_answer_to_nobody_says_how_to_authenticate(hub: git_server.Hub) -> None:
    url = f"{hub.url}/octo/widgets/info/refs?service=git-upload-pack"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == 'Basic realm="GitHub"'


async def test_a_compressed_request_in_version_two_of_the_protocol_is_understood(hub: git_server.Hub) -> None:
    headers = {
        "Authorization": git_server.basic(git_server.READER),
        "Content-Encoding": "gzip",
        "Content-Type": "application/x-git-upload-pack-request",
        "Git-Protocol": "version=2",
    }
    body = gzip.compress(b"0014command=ls-refs\n0001" + b"0000")
    url = f"{hub.url}/octo/widgets.git/git-upload-pack"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, data=body, compress=False) as response,
    ):
        assert response.status == 200
        assert b" refs/heads/main\n" in await response.read()


async def test_what_is_no_basic_authentication_counts_as_nobody(hub: git_server.Hub) -> None:
    url = f"{hub.url}/octo/widgets.git/info/refs?service=git-upload-pack"
    async with aiohttp.ClientSession() as session:
        for header in ("Bearer abc", "Basic", "Basic \xff", "Basic /w=="):
            async with session.get(url, headers={"Authorization": header}) as response:
                assert response.status == 401
