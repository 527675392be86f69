"""Branches that move by real git: the app's pushes, forks, deleted branches, and what rules refuse."""

from __future__ import annotations

import asyncio
import os

from app.localhub.actions import pushing
from app.localhub.git_push import RefUpdate

HOME = "/repos/octo/widgets"


async def git(*arguments: str, cwd=None) -> tuple[int, str]:
    """Run git as a stranger to this machine's configuration; its exit code and all it said."""
    process = await asyncio.create_subprocess_exec(
        "git",
        *arguments,
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "dursor[bot]",
            "GIT_AUTHOR_EMAIL": "bot@example.org",
            "GIT_COMMITTER_NAME": "dursor[bot]",
            "GIT_COMMITTER_EMAIL": "bot@example.org",
        },
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def clone(hub, app, branch, folder, name="octo/widgets"):
    url = f"http://x-access-token:{app.token}@127.0.0.1:{hub.port}/{name}.git"
    assert (await git("clone", "--quiet", "--branch", branch, url, str(folder)))[0] == 0
    (folder / "fix.txt").write_text("fixed\n")
    await git("add", "fix.txt", cwd=folder)
    await git("commit", "--quiet", "--message", "Fix it", cwd=folder)


async def test_a_push_that_is_told_late_does_not_take_the_head_back(repo, hub):
    pull = await hub.open_pull_request(repo, branch="work")
    first = await hub.push(pull, {"a.txt": "1\n"})
    newest = await hub.push(pull, {"a.txt": "2\n"})
    await pushing.received(hub.world, repo, [RefUpdate("refs/heads/work", pull.base_sha, first)], hub.user("bob"))
    assert pull.head_sha == newest


async def test_a_push_by_the_app_moves_the_pull_request_and_is_told_from_its_bot(repo, hub, inbox, app, tmp_path):
    pull = await hub.open_pull_request(repo, branch="work")
    before = pull.head_sha
    await clone(hub, app, "work", tmp_path / "clone")
    assert (await git("push", "--quiet", "origin", "work", cwd=tmp_path / "clone"))[0] == 0
    await hub.quiet()
    told = inbox.named("pull_request.synchronize")[0]
    assert (told["before"], told["after"], told["sender"]["login"]) == (before, pull.head_sha, "dursor[bot]")
    last = hub.pushes[-1]
    assert (last.repository, last.ref, last.old, last.new, last.who) == (
        "octo/widgets",
        "refs/heads/work",
        before,
        pull.head_sha,
        "dursor[bot]",
    )
    assert [commit.message for commit in await hub.commits(pull)][-1] == "Fix it"


async def test_a_protected_branch_refuses_a_direct_push(repo, hub, app, tmp_path):
    hub.protect(repo, approvals=1)
    before = await hub.default_branch_sha(repo)
    await clone(hub, app, "main", tmp_path / "clone")
    code, said = await git("push", "origin", "main", cwd=tmp_path / "clone")
    assert code != 0
    assert "GH006" in said
    assert await hub.default_branch_sha(repo) == before


async def test_a_token_that_may_only_read_cannot_push(repo, hub, app, tmp_path):
    await app.authenticate({"permissions": {"contents": "read"}})
    await clone(hub, app, "main", tmp_path / "clone")
    code, said = await git("push", "origin", "main", cwd=tmp_path / "clone")
    assert (code != 0, "403" in said) == (True, True)


async def test_a_private_repository_is_not_cloned_without_a_token(hub, inbox, app, tmp_path):
    await hub.create_repository("octo/secret", private=True)
    code, _ = await git("clone", f"http://127.0.0.1:{hub.port}/octo/secret.git", str(tmp_path / "clone"))
    assert code != 0


async def test_a_forks_pull_request_is_readable_in_the_base_repository(repo, hub, inbox, app):
    pull = await hub.open_pull_request(repo, author="mallory", fork=True, files={"evil.txt": "1\n"})
    await hub.push(pull, {"evil.txt": "2\n"})
    found = (await app.call("GET", f"{HOME}/pulls/1")).body
    assert (found["head"]["repo"]["full_name"], found["head"]["repo"]["fork"]) == ("mallory/widgets", True)
    kept = (await app.call("GET", f"{HOME}/git/ref/pull/1/head")).body
    assert kept["object"]["sha"] == pull.head_sha == found["head"]["sha"]
    assert (await app.call("GET", "/repos/mallory/widgets")).status == 404


async def test_a_check_on_a_forks_head_names_no_pull_request_and_no_branch(repo, hub, inbox):
    pull = await hub.open_pull_request(repo, author="mallory", fork=True)
    await hub.finish_check(pull, "build", "success")
    await hub.quiet()
    told = inbox.named("check_run.completed")[0]["check_run"]
    assert (told["pull_requests"], told["check_suite"]["head_branch"]) == ([], None)


async def test_a_deleted_fork_leaves_a_pull_request_without_a_head_repository(repo, hub, app):
    pull = await hub.open_pull_request(repo, author="mallory", fork=True)
    hub.delete_repository(pull.head_repository, "mallory")
    found = (await app.call("GET", f"{HOME}/pulls/1")).body
    assert (found["head"]["repo"], found["head"]["label"]) == (None, "mallory:change")
    assert (await app.call("GET", f"{HOME}/git/ref/pull/1/head")).status == 200


async def test_a_deleted_branch_closes_its_pull_request(repo, hub, inbox, app):
    await hub.open_pull_request(repo, branch="work")
    assert (await app.call("DELETE", f"{HOME}/git/refs/heads/work")).status == 204
    again = await app.call("DELETE", f"{HOME}/git/refs/heads/work")
    assert (again.status, again.body["message"]) == (422, "Reference does not exist")
    await hub.quiet()
    assert inbox.named("pull_request.closed")[0]["pull_request"]["merged"] is False


async def test_a_head_that_somebody_pushes_to_the_base_is_merged(repo, hub, inbox, app, tmp_path):
    await hub.open_pull_request(repo, branch="work")
    await clone(hub, app, "work", tmp_path / "clone")
    await git("push", "--quiet", "origin", "work", cwd=tmp_path / "clone")
    assert (await git("push", "--quiet", "origin", "work:main", cwd=tmp_path / "clone"))[0] == 0
    await hub.quiet()
    assert inbox.named("pull_request.closed")[0]["pull_request"]["merged"] is True


async def test_a_forced_push_is_told_as_forced_and_moves_the_head(repo, hub, inbox):
    pull = await hub.open_pull_request(repo, files={"a.txt": "1\n"})
    sha = await hub.push(pull, {"b.txt": "1\n"}, force=True)
    await hub.quiet()
    assert (pull.head_sha, len(await hub.commits(pull))) == (sha, 1)
    assert inbox.named("push")[-1]["forced"] is True
