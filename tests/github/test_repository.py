"""Files and settings of one repository."""

from __future__ import annotations

import base64

import pytest

from app import errors
from app.github import contents, repository
from tests.github import scripted

CONFIG = "repos/octo/widgets/contents/.github/dursor.yml"


def file(content, /, **changes):
    answer = {
        "type": "file",
        "size": len(content),
        "encoding": "base64",
        "content": base64.encodebytes(content).decode(),
        "sha": "f" * 40,
    }
    return scripted.reply(answer | changes)


async def test_a_file_is_read_at_a_commit(server, repo):
    server.on(f"GET {CONFIG}", file("version: 1 # ü\n".encode() * 40))

    found = await contents.file(repo, ".github/dursor.yml", "main")

    assert found == contents.File("version: 1 # ü\n" * 40, "f" * 40)
    assert server.seen[-1].query == {"ref": "main"}


async def test_a_file_that_is_not_there_is_none(repo):
    assert await contents.file(repo, ".github/dursor.yml", "main") is None


@pytest.mark.parametrize(
    "answer",
    [
        scripted.reply([{"type": "file", "name": "in a directory"}]),
        file(b"", type="symlink"),
        file(b"", type="submodule"),
        file(b"x", size=contents.MAX_FILE + 1, encoding="none"),
        file(b"\xff\xfe"),
    ],
)
async def test_what_is_no_plain_text_file_is_refused(server, repo, answer):
    server.on(f"GET {CONFIG}", answer)

    with pytest.raises(errors.Invalid, match="dursor"):
        await contents.file(repo, ".github/dursor.yml", "main")


@pytest.mark.parametrize("answer", [file(b"x", encoding="rot13"), file(b"x", content="x"), file(b"x", size=None)])
async def test_a_file_in_an_unknown_wrapping_is_passing_trouble(server, repo, answer):
    server.on(f"GET {CONFIG}", answer)

    with pytest.raises(errors.Transient):
        await contents.file(repo, ".github/dursor.yml", "main")


@pytest.mark.parametrize("path", ["", "../x", "a//b", "/etc/passwd", "a/./b"])
async def test_a_path_that_leaves_its_place_is_refused(server, repo, path):
    with pytest.raises(errors.Invalid):
        await contents.file(repo, path, "main")
    assert server.seen == []


async def test_a_repository_is_known_by_its_id(server, repo):
    answer = {"id": 1001, "full_name": "new/name", "default_branch": "trunk", "private": True, "archived": False,
              "allow_squash_merge": False, "clone_url": "https://github.com/new/name.git", "fork": True}  # fmt: skip
    server.on("GET repositories/1001", scripted.reply(answer))

    found = await repository.info(repo)

    assert (found.full_name, found.default_branch, found.private, found.is_fork) == ("new/name", "trunk", True, True)
    assert (found.allow_merge_commit, found.allow_squash_merge, found.delete_branch_on_merge) == (True, False, False)
    assert repo.renamed(found.full_name).git_url.endswith("/new/name.git")


async def test_the_handle_shows_no_credential(repo):
    token = await repo.token()

    assert token.value not in repr(repo)
    assert "PRIVATE KEY" not in repr(repo)
