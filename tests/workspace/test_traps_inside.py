"""Repositories that an agent plants inside its directory are refused, and nothing of theirs runs."""

from __future__ import annotations

from app.localhub import git_repo
from app.workspace import mirror, policy, trees
from tests.workspace.conftest import naive_git

RULES = policy.TreePolicy()


async def test_a_submodule_with_a_command_to_update_it_is_refused_unrun(far, repo, work, trap, marker):
    inner = work.parent / "inner"
    inner.mkdir()
    naive_git(inner, "init", "-q", ".")
    naive_git(inner, "commit", "-q", "--allow-empty", "-m", "x")
    naive_git(work, "-c", "protocol.file.allow=always", "submodule", "add", str(inner), "sub")
    naive_git(work, "commit", "-qam", "x")
    naive_git(work, "config", "submodule.sub.update", f"!{trap}")
    got = await trees.import_(repo, work, far.base, RULES)
    assert {finding.kind for finding in got.refusals} == {"nested_repository"}
    assert not got.tree
    assert not marker.exists()
    naive_git(inner, "commit", "-q", "--allow-empty", "-m", "y")
    naive_git(work / "sub", "-c", "protocol.file.allow=always", "pull", "-q")
    naive_git(work, "submodule", "update")
    assert marker.exists(), "the trap is none"


async def test_a_repository_inside_a_submodule_is_refused_unasked(far, root, tmp_path, trap, marker):
    sha = await far.commit({"sub": git_repo.Entry("160000", far.base)})
    repo = await mirror.refresh(root, "7", far.remote, [sha])
    work = (await trees.checkout(repo, sha, tmp_path / "work")).path
    naive_git(work / "sub", "init", "-q", ".")
    naive_git(work / "sub", "commit", "-q", "--allow-empty", "-m", "x")
    naive_git(work / "sub", "config", "core.fsmonitor", str(trap))
    got = await trees.import_(repo, work, sha, RULES)
    assert [(finding.kind, finding.path) for finding in got.refusals] == [("nested_repository", "sub/.git")]
    assert not marker.exists()
    naive_git(work, "status")
    assert marker.exists(), "the trap is none"
