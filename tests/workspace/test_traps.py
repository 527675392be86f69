"""Nothing that an agent plants in its directory ever runs, though each trap works on whoever uses git naively."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from app.localhub import git_repo
from app.workspace import commits, mirror, policy, push, trees
from tests.workspace.conftest import ADA, NOW, naive_git

RULES = policy.TreePolicy()


def setting(key: str) -> Callable[[Path, Path, str], None]:
    return lambda work, trap, _url: naive_git(work, "config", key, str(trap))


def attribute(name: str, key: str, file: str = ".gitattributes") -> Callable[[Path, Path, str], None]:
    def plant(work: Path, trap: Path, url: str) -> None:
        (work / file).parent.mkdir(exist_ok=True)
        (work / file).write_text(f"* {name}=evil\n")
        naive_git(work, "config", key, str(trap))

    return plant


def hook(name: str) -> Callable[[Path, Path, str], None]:
    def plant(work: Path, trap: Path, url: str) -> None:
        (work / ".git" / "hooks").mkdir(exist_ok=True)
        (work / ".git" / "hooks" / name).symlink_to(trap)

    return plant


def other_address(work: Path, trap: Path, url: str) -> None:
    naive_git(work, "config", f"url.ext::{trap}.insteadOf", url)


def repository_elsewhere(link: str) -> Callable[[Path, Path, str], None]:
    def plant(work: Path, trap: Path, url: str) -> None:
        elsewhere = work.parent / "elsewhere"
        (work / ".git").rename(elsewhere)
        if link == "file":
            (work / ".git").write_text(f"gitdir: {elsewhere}\n")
        else:
            (work / ".git").symlink_to(elsewhere)
        naive_git(work, "config", "core.fsmonitor", str(trap))

    return plant


def in_the_home_directory(work: Path, trap: Path, url: str) -> None:
    (work.parent / "home").mkdir()
    (work.parent / "home" / ".gitconfig").write_text(f"[core]\n\tfsmonitor = {trap}\n")


class Trap(NamedTuple):
    """How it is planted, and what makes it spring."""

    plant: Callable[[Path, Path, str], None]
    springs: list[str]


TRAPS = {
    "fsmonitor": Trap(setting("core.fsmonitor"), ["status"]),
    "clean filter": Trap(attribute("filter", "filter.evil.clean"), ["add", "-A"]),
    "process filter": Trap(attribute("filter", "filter.evil.process"), ["add", "-A"]),
    "filter in info/attributes": Trap(attribute("filter", "filter.evil.clean", ".git/info/attributes"), ["add", "-A"]),
    "textconv": Trap(attribute("diff", "diff.evil.textconv"), ["diff"]),
    "external diff driver": Trap(attribute("diff", "diff.evil.command"), ["diff"]),
    "external diff": Trap(setting("diff.external"), ["diff"]),
    "hook after the index": Trap(hook("post-index-change"), ["add", "-A"]),
    "hook before a commit": Trap(hook("pre-commit"), ["commit", "-am", "x"]),
    "hook of a ref": Trap(hook("reference-transaction"), ["update-ref", "refs/heads/x", "HEAD"]),
    "ssh command": Trap(setting("core.sshCommand"), ["fetch", "ssh://127.0.0.1:9/x"]),
    "another address": Trap(other_address, ["ls-remote", "URL"]),
    "git directory as a file": Trap(repository_elsewhere("file"), ["status"]),
    "git directory as a link": Trap(repository_elsewhere("link"), ["status"]),
    "settings of the home directory": Trap(in_the_home_directory, ["status"]),
}


@pytest.mark.parametrize("name", TRAPS)
async def test_a_planted_trap_does_not_spring(far, repo, work, trap, marker, monkeypatch, name):
    monkeypatch.setenv("HOME", str(work.parent / "home"))
    (work / "README.md").write_text("# changed\n")
    TRAPS[name].plant(work, trap, far.url)

    await mirror.refresh(repo.path.parents[1], "7", far.remote, ["refs/heads/main"])
    got = await trees.import_(repo, work, far.base, RULES)
    sha = await commits.commit(repo, got.tree, [far.base], "fix", ADA, NOW)
    await commits.diff(repo, far.base, sha)
    await push.push(repo, far.remote, sha, "refs/heads/main", far.base)
    assert not marker.exists()
    assert await git_repo.read_file(far.path, "refs/heads/main", "README.md") == b"# changed\n"

    naive_git(work, *(far.url if word == "URL" else word for word in TRAPS[name].springs))
    assert marker.exists(), "the trap is none"


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
