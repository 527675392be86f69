"""Rules of branches: shown in both light forms, and in force for merges and for pushes by real git."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.localhub import git_process, git_repo
from app.localhub.state import issues
from app.localhub.state.repository import RequiredCheck

HOME = "/repos/octo/widgets"
CI = ".github/workflows/ci.yml"


async def merge(app, pull, method="merge"):
    body = {"sha": pull.head_sha, "merge_method": method}
    return await app.call("PUT", f"{HOME}/pulls/{pull.number}/merge", body)


async def push(hub, repo, app, tmp_path: Path, files: git_repo.Files, branch="ours", onto="main") -> tuple[int, str]:
    """Push one commit on `onto` to `branch` with the app's token; returns git's exit code and what it said."""
    folder = tmp_path / "clone.git"
    address = f"http://x-access-token:{app.token}@127.0.0.1:{hub.port}/octo/widgets.git"
    if not folder.exists():
        await git_process.run(folder, "clone", "--quiet", "--bare", address, str(folder))
    who = ("dursor[bot]", "1+dursor[bot]@users.noreply.github.com")
    tip = await git_repo.ref(hub.world.git(repo), f"refs/heads/{onto}")
    await git_process.run(folder, "fetch", "--quiet", address, "+refs/heads/*:refs/heads/*")
    sha = await git_repo.commit_files(folder, "scratch", files, "Ours", who, hub.clock.now(), tip, force=True)
    process = await asyncio.create_subprocess_exec(
        "git", "--git-dir", str(folder), "push", "--force", address, f"{sha}:refs/heads/{branch}",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_classic_protection_is_in_the_branch_and_a_ruleset_in_the_rules(repo, hub, app):
    hub.protect(repo, required=[RequiredCheck("build", 7)], approvals=2, source="classic")
    assert (await app.call("GET", f"{HOME}/rules/branches/main")).body == []
    shown = (await app.call("GET", f"{HOME}/branches/main")).body["protection"]
    assert shown["required_status_checks"]["checks"] == [{"context": "build", "app_id": 7}]

    hub.protect(repo, required=[RequiredCheck("build", 7)], approvals=2, source="ruleset", linear=True)
    kinds = {rule["type"]: rule for rule in (await app.call("GET", f"{HOME}/rules/branches/main")).body}
    assert set(kinds) == {"required_status_checks", "pull_request", "required_linear_history"}
    checks = kinds["required_status_checks"]["parameters"]["required_status_checks"]
    assert checks == [{"context": "build", "integration_id": 7}]
    shown = (await app.call("GET", f"{HOME}/branches/main")).body
    assert (shown["protected"], shown["protection"]["enabled"]) == (True, False)


@pytest.mark.parametrize(
    ("rules", "method", "words"),
    [
        ({"merge_queue": True}, "merge", "merge queue"),
        ({"linear": True}, "merge", "merge commits"),
        ({"signatures": True}, "rebase", "signed commits"),
        ({"methods": ["squash"]}, "merge", "not allowed"),
        ({"threads": True}, "merge", "conversation"),
        ({"code_owners": True}, "merge", "code owner"),
    ],
)
async def test_a_merge_against_a_rule_is_refused_in_words(repo, hub, app, rules, method, words):
    hub.protect(repo, **rules)
    pull = await hub.open_pull_request(repo, files={"a.py": "x = 2\n" * 20})
    await hub.review(pull, "COMMENTED", "Hm.", "carol", [{"path": "a.py", "line": 1, "body": "Why?"}])

    refused = await merge(app, pull, method)

    assert refused.status == 405
    assert words in refused.body["message"]
    assert not hub.merges


async def test_the_last_pushers_own_approval_does_not_count_where_the_branch_says_so(repo, hub, app):
    hub.protect(repo, approvals=1, last_push=True)
    hub.set_permission(repo, "carol", "write")
    pull = await hub.open_pull_request(repo)
    await hub.push(pull, {"b.py": "1\n"}, "carol")
    await hub.review(pull, "APPROVED", author="carol")
    assert (await merge(app, pull)).status == 405
    hub.set_permission(repo, "dave", "write")
    await hub.review(pull, "APPROVED", author="dave")
    assert (await merge(app, pull)).status == 200


async def test_one_of_a_stack_is_not_merged_directly(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    pull.stack = issues.Stack(3, 2, 1, "main", pull.base_sha)
    assert (await app.call("GET", f"{HOME}/pulls/1")).body["stack"]["position"] == 1
    assert (await merge(app, pull)).status == 405


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"approvals": 1, "source": "ruleset"}, ["GH013", "pull request", "push declined due to repository rule"]),
        ({"approvals": 1, "source": "classic"}, ["GH006", "protected branch hook declined"]),
        ({"signatures": True, "source": "ruleset"}, ["GH013", "verified signatures"]),
        ({"paths": ["secrets/*"], "source": "ruleset"}, ["GH013", "secrets/key.txt"]),
        ({"max_megabytes": 1, "source": "ruleset"}, ["GH013", "big.txt", "1 MB"]),
    ],
)
async def test_a_push_against_a_rule_is_refused_as_git_shows_it(repo, hub, app, tmp_path, rules, words):
    await hub.push_branch(repo, "ours", {"b.py": "1\n"}, "alice", base="main")
    hub.protect(repo, "ours", **rules)
    files = {"secrets/key.txt": "k\n", "big.txt": "x" * 1_100_000}

    code, said = await push(hub, repo, app, tmp_path, files, onto="ours")

    assert code != 0
    assert [word for word in words if word not in said] == [], said


async def test_a_push_that_keeps_the_rules_about_pushes_is_taken(repo, hub, app, tmp_path):
    await hub.push_branch(repo, "ours", {"b.py": "1\n"}, "alice", base="main")
    hub.protect(repo, "ours", paths=["secrets/*"], max_megabytes=1, no_force=True, linear=True)
    assert (await push(hub, repo, app, tmp_path, {"c.py": "2\n"}, onto="ours"))[0] == 0
    code, said = await push(hub, repo, app, tmp_path, {"c.py": "3\n"}, onto="main")
    assert code != 0
    assert "force-push" in said


async def test_workflow_files_take_a_permission_of_their_own(repo, hub, app, tmp_path):
    code, said = await push(hub, repo, app, tmp_path, {CI: "on: push\n"})
    assert code != 0
    assert f"refusing to allow a GitHub App to create or update workflow `{CI}` without `workflows` permission" in said

    hub.accept_permissions(hub.installation(repo), workflows="write")
    assert (await push(hub, repo, app, tmp_path, {CI: "on: push\n"}))[0] != 0, "the older token"
    await app.authenticate()
    assert (await push(hub, repo, app, tmp_path, {CI: "on: push\n"}))[0] == 0


async def test_a_workflow_file_that_another_branch_has_already_may_be_pushed(repo, hub, app, tmp_path):
    await hub.push_branch(repo, "main", {CI: "on: push\n"}, "alice")
    await hub.push_branch(repo, "old", {"b.py": "1\n"}, "alice", base="main")
    assert (await push(hub, repo, app, tmp_path, {"c.py": "2\n"}, "ours", "old"))[0] == 0
