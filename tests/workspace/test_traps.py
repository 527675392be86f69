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


def included(work: Path, trap: Path, url: str) -> None:
    (work / "more.config").write_text(f"[core]\n\tfsmonitor = {trap}\n")
    naive_git(work, "config", f"includeIf.gitdir:{work}/.path", "../more.config")


def hooks_elsewhere(work: Path, trap: Path, url: str) -> None:
    (work / ".husky").mkdir()
    (work / ".husky" / "pre-commit").write_bytes(trap.read_bytes())
    (work / ".husky" / "pre-commit").chmod(0o755)
    naive_git(work, "config", "core.hooksPath", ".husky")


def macro(work: Path, trap: Path, url: str) -> None:
    (work / ".gitattributes").write_text("[attr]odd filter=evil\n*.md odd\n")
    naive_git(work, "config", "filter.evil.clean", str(trap))


def other_side(work: Path, trap: Path, url: str) -> None:
    naive_git(work, "config", "remote.x.url", f"file://{work}")
    naive_git(work, "config", "remote.x.uploadpack", str(trap))


def worktree_elsewhere(work: Path, trap: Path, url: str) -> None:
    (work.parent / "far-tree").mkdir()
    naive_git(work, "config", "core.fsmonitor", str(trap))
    naive_git(work, "config", "core.worktree", str(work.parent / "far-tree"))


def variables_in_files(work: Path, trap: Path, url: str) -> None:
    line = f"GIT_CONFIG_COUNT=1\nGIT_CONFIG_KEY_0=core.fsmonitor\nGIT_CONFIG_VALUE_0={trap}\n"
    for name in (".env", ".envrc", ".git/environment"):
        (work / name).write_text(line)
    naive_git(work, "config", "alias.sourced", "!set -a; . ./.env; git status")


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


def before_a_push(work: Path, trap: Path, url: str) -> None:
    naive_git(work, "init", "-q", "--bare", "../target")
    hook("pre-push")(work, trap, url)


ASKS = ["-c", "alias.x=!printf 'protocol=http\nhost=127.0.0.1\n\n' | git credential fill", "x"]


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
    "settings included on a condition": Trap(included, ["status"]),
    "smudge filter": Trap(attribute("filter", "filter.evil.smudge"), ["checkout", "HEAD", "--", "README.md"]),
    "large files' filter": Trap(attribute("filter", "filter.evil.process"), ["checkout", "HEAD", "--", "README.md"]),
    "filter by a macro of attributes": Trap(macro, ["add", "-A"]),
    "hooks in the tree": Trap(hooks_elsewhere, ["commit", "-am", "x"]),
    "hook after a checkout": Trap(hook("post-checkout"), ["checkout", "-b", "x"]),
    "hook before a push": Trap(before_a_push, ["push", "../target", "HEAD:refs/heads/x"]),
    "alias": Trap(lambda work, trap, _url: naive_git(work, "config", "alias.x", f"!{trap}"), ["x"]),
    "credential helper": Trap(setting("credential.helper"), ASKS),
    "asking for a password": Trap(setting("core.askPass"), ASKS),
    "editor": Trap(setting("core.editor"), ["commit", "-a"]),
    "program that signs": Trap(setting("gpg.program"), ["commit", "-S", "-am", "x"]),
    "another worktree": Trap(worktree_elsewhere, ["status"]),
    "variables in files": Trap(variables_in_files, ["sourced"]),
    "program on the other side": Trap(other_side, ["ls-remote", "x"]),
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
    await commits.merge(repo, far.base, sha)
    await push.push(repo, far.remote, sha, "refs/heads/main", far.base)
    await trees.checkout(repo, sha, work.parent / "again")
    assert not marker.exists()
    assert await git_repo.read_file(far.path, "refs/heads/main", "README.md") == b"# changed\n"

    naive_git(work, *(far.url if word == "URL" else word for word in TRAPS[name].springs))
    assert marker.exists(), "the trap is none"


async def test_a_driver_for_merges_that_the_tree_asks_for_is_not_run(far, repo, work, trap, marker):
    (work / ".gitattributes").write_text("* merge=evil\n")
    naive_git(work, "config", "merge.evil.driver", str(trap))
    sides = []
    for words in ("one", "two"):
        (work / "README.md").write_text(f"# {words}\n")
        got = await trees.import_(repo, work, far.base, RULES)
        sides.append(await commits.commit(repo, got.tree, [far.base], words, ADA, NOW))
    assert (await commits.merge(repo, *sides)).conflicts == ("README.md",)
    assert not marker.exists()
    for words in ("three", "four"):
        naive_git(work, "checkout", "-q", "-B", words, "base")
        (work / "README.md").write_text(f"# {words}\n")
        naive_git(work, "add", "README.md")
        naive_git(work, "commit", "-qm", words)
    naive_git(work, "merge", "three")
    assert marker.exists(), "the trap is none"
