"""The hub's bare repositories: making them, committing as a person would, reading, moving refs, exporting.

Everything is plumbing on the object store; there is no work tree. Refs are always full names
(`refs/heads/main`), `branch` is the short name. Comparing is in `git_compare`, merging in `git_merge`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from app.localhub import git_process

ZERO = "0" * 40
"""The object name that stands for "no such ref" in an update."""


class Entry(NamedTuple):
    """A tree entry that is not a plain file.

    `mode` is 100755 (a program), 120000 (a symbolic link to `content`) or 160000 (a submodule at the
    commit `content`).
    """

    mode: str
    content: str | bytes


Files = Mapping[str, "str | bytes | Entry | None"]
"""Path to new content; None deletes the path. A plain file keeps the mode it had."""


async def init_bare(repo: Path, default_branch: str = "main") -> None:
    """Make an empty bare repository at `repo`, whose HEAD is `default_branch`."""
    repo.parent.mkdir(parents=True, exist_ok=True)
    await git_process.run(repo, "init", "--bare", "--quiet", "--template=", f"--initial-branch={default_branch}")


async def create_repository(
    root: Path,
    full_name: str,
    files: Files,
    message: str,
    author: tuple[str, str],
    at: datetime,
    default_branch: str = "main",
) -> str:
    """Make `root/OWNER/NAME.git` with one commit on its default branch; returns that commit's sha."""
    repo = path(root, full_name)
    await init_bare(repo, default_branch)
    return await commit_files(repo, default_branch, files, message, author, at)


def path(root: Path, full_name: str) -> Path:
    """Where the repository `OWNER/NAME` lives under `root`."""
    return root / f"{full_name}.git"


async def commit_files(
    repo: Path,
    branch: str,
    files: Files,
    message: str,
    author: tuple[str, str],
    at: datetime,
    parent: str | None = None,
    *,
    force: bool = False,
) -> str:
    """Commit `files` on top of `parent` (the branch's tip unless given) and move `branch` there.

    The branch is made when it does not exist. Returns the new commit's sha. Raises GitError when the
    branch would lose commits and `force` is not set.
    """
    parent = parent or await ref(repo, f"refs/heads/{branch}")
    modes = await _modes(repo, parent, list(files)) if parent else {}
    who = _signature(author, at)
    lines: list[bytes] = [
        b"feature done",
        f"commit refs/heads/{branch}".encode(),
        b"mark :1",
        b"author " + who,
        b"committer " + who,
        _data(message),
        *([f"from {parent}".encode()] if parent else []),
    ]
    for name, content in files.items():
        lines += _change(name, content, modes.get(name, "100644"))
    lines += [b"", b"get-mark :1", b"done", b""]
    options = ["--quiet", "--date-format=raw", *(["--force"] if force else [])]
    return (await git_process.run(repo, "fast-import", *options, stdin=b"\n".join(lines))).text


async def ref(repo: Path, name: str) -> str | None:
    """The sha that the full ref `name` points at, or None."""
    shown = await git_process.run(
        repo, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^0", allowed=(0, 1, 128)
    )
    return shown.text if shown.code == 0 else None


async def refs(repo: Path, prefix: str = "refs/heads/") -> dict[str, str]:
    """Every ref under `prefix` with the sha it points at, in order of name."""
    listed = await git_process.run(repo, "for-each-ref", "--format=%(objectname) %(refname)", "--", prefix)
    pairs = (line.split(" ", 1) for line in listed.text.splitlines())
    return {name: sha for sha, name in pairs}


async def set_ref(repo: Path, name: str, sha: str, old: str | None = None) -> None:
    """Point the full ref `name` at `sha`.

    With `old` (ZERO: must not exist) the ref moves only from there; GitError when it has moved.
    """
    await git_process.run(repo, "update-ref", "--", name, sha, *([old] if old else []))


async def delete_ref(repo: Path, name: str) -> None:
    """Remove the full ref `name`, if it exists."""
    await git_process.run(repo, "update-ref", "-d", "--", name)


async def read_file(repo: Path, revision: str, name: str) -> bytes | None:
    """The content of the file `name` at `revision` (a sha or a full ref), None when there is none."""
    listed = await _entries(repo, revision, [name])
    if not listed or listed[name][1] != "blob":
        return None
    return (await git_process.run(repo, "cat-file", "blob", listed[name][2])).data


async def list_files(repo: Path, revision: str, under: str = "") -> list[str]:
    """The paths of all files at `revision`, below the directory `under` if given."""
    options = ["--", f"{under.rstrip('/')}/"] if under else []
    listed = await git_process.run(repo, *_LS_TREE, "-r", "--name-only", revision, *options, allowed=(0, 128))
    return [name.decode("utf-8", "replace") for name in listed.data.split(b"\0") if name]


async def export(repo: Path, sha: str, directory: Path) -> None:
    """Write the tree of commit `sha` into the existing `directory`, without a `.git`."""
    with tempfile.TemporaryDirectory(prefix="hub-index-") as scratch:
        extra = {"GIT_INDEX_FILE": f"{scratch}/index", "GIT_WORK_TREE": str(directory)}
        await git_process.run(repo, "read-tree", "--end-of-options", sha, extra=extra)
        await git_process.run(repo, "checkout-index", "--all", "--force", "--quiet", extra=extra)


_LS_TREE = ("--literal-pathspecs", "ls-tree", "-z", "--full-tree")


async def _entries(repo: Path, revision: str, names: list[str]) -> dict[str, tuple[str, str, str]]:
    """Mode, type and sha of those of `names` that exist at `revision`; none if `revision` does not."""
    listed = await git_process.run(repo, *_LS_TREE, revision, "--", *names, allowed=(0, 128))
    found: dict[str, tuple[str, str, str]] = {}
    for line in listed.data.decode("utf-8", "replace").split("\0"):
        if line:
            what, _, name = line.partition("\t")
            mode, kind, sha = what.split(" ")
            found[name] = (mode, kind, sha)
    return found


async def _modes(repo: Path, revision: str, names: list[str]) -> dict[str, str]:
    entries = await _entries(repo, revision, names) if names else {}
    return {name: mode for name, (mode, kind, _) in entries.items() if kind == "blob" and mode != "120000"}


def _change(name: str, content: str | bytes | Entry | None, mode: str) -> list[bytes]:
    quoted = b'"' + name.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
    if content is None:
        return [b"D " + quoted]
    if isinstance(content, Entry):
        mode, content = content
        if mode == "160000":
            sha = content.decode() if isinstance(content, bytes) else content
            return [f"M {mode} {sha} ".encode() + quoted]
    return [f"M {mode} inline ".encode() + quoted, _data(content)]


def _data(content: str | bytes) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return f"data {len(raw)}\n".encode() + raw


def _signature(who: tuple[str, str], at: datetime) -> bytes:
    name, email = ("".join(c for c in part if c not in "<>\r\n\0").strip() for part in who)
    return f"{name} <{email}> {int(at.timestamp())} +0000".encode()
