"""What an import looks at before and beside `git add`: the tree it starts from, what is new, how big it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.workspace import diffs, git, mirror, policy, scan

_LISTING = 256 * git.MEGABYTE


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree: git's mode, the object, and its size in bytes (0 for a submodule)."""

    mode: str
    id: str
    size: int


async def entries(repo: mirror.Mirror, tree: str) -> dict[bytes, Entry]:
    """Every file, link and submodule of `tree` by its path."""
    listing = await git.run("ls-tree", "-r", "-l", "-z", "--full-tree", tree, git_dir=repo.path, limit=_LISTING)
    found = {}
    for record in listing.out.split(b"\0")[:-1]:
        meta, path = record.split(b"\t", 1)
        mode, _, name, size = meta.decode().split()
        found[path] = Entry(mode, name, 0 if size == "-" else int(size))
    return found


async def untracked(repo: mirror.Mirror, index: Path, tree: Path, max_files: int) -> list[bytes]:
    """Paths that are neither in the index nor ignored, a little more than `max_files` of them at most.

    A path that ends with a slash is a repository of its own.
    """
    listing = await git.run(
        "ls-files", "--others", "--exclude-standard", "-z",
        git_dir=repo.path, work_tree=tree, index=index, limit=(max_files + 1) * 4096, cut=True,
    )  # fmt: skip
    return listing.out.split(b"\0")[:-1]


async def targets(repo: mirror.Mirror, changes: Iterable[diffs.Change]) -> dict[str, bytes]:
    """Where the links among `changes` point, by object id."""
    ids = sorted({change.id for change in changes if change.mode == diffs.LINK})
    asked = "".join(f"{name}\n" for name in ids).encode()
    answer = (await git.run("cat-file", "--batch", git_dir=repo.path, stdin=asked)).out
    found = {}
    for name in ids:
        header, answer = answer.split(b"\n", 1)
        size = int(header.split()[2])
        found[name], answer = answer[:size], answer[size + 1 :]
    return found


def refusals(
    tree: Path, before: dict[bytes, Entry], new: list[bytes], found: scan.Scan, rules: policy.TreePolicy
) -> list[policy.Finding]:
    """Why `git add` must not even start: nested repositories, limits, devices in place of files."""
    homes = _homes(before, new)
    refused = [
        policy.Finding("nested_repository", diffs.shown(path), "a repository inside the repository")
        for path in (*found.nested, *(path for path in new if path.endswith(b"/")))
        if path.endswith(b"/") or _above(path) in homes
    ]
    refused += [
        policy.Finding("special_file", diffs.shown(path), "not a file any more")
        for path in found.special
        if path in before
    ]
    if len(new) > rules.max_files:
        refused.append(policy.Finding("limit", "", f"more than {rules.max_files} new files"))
        return refused
    total = 0
    for path in (*before, *new):
        size = _size(tree, path)
        if path in before and size == before[path].size:
            continue
        total += size
        if size > rules.max_file_bytes:
            text = f"{size} bytes, more than the {rules.max_file_bytes} of one file"
            refused.append(policy.Finding("limit", diffs.shown(path), text))
    if total > rules.max_bytes:
        text = f"{total} bytes changed, more than {rules.max_bytes}"
        refused.append(policy.Finding("limit", "", text))
    return refused


def warnings(tree: Path, before: dict[bytes, Entry], new: list[bytes], found: scan.Scan) -> list[policy.Finding]:
    """What lies in the directory and is left out: sockets and devices, files inside of submodules."""
    homes = _homes(before, new)
    left = [
        policy.Finding("special_file", diffs.shown(path), "a socket, pipe or device: left out")
        for path in found.special
        if _above(path) in homes
    ]
    left += [
        policy.Finding("submodule", diffs.shown(path), "files inside of a submodule: left out")
        for path, entry in before.items()
        if entry.mode == diffs.SUBMODULE and _has_files(tree, path)
    ]
    return left


def lost_submodules(tree: Path, before: dict[bytes, Entry]) -> bytes:
    """Index lines that bring back submodules whose empty directory an agent has tidied away."""
    return b"".join(
        f"{entry.mode} {entry.id}\t".encode() + path + b"\0"
        for path, entry in before.items()
        if entry.mode == diffs.SUBMODULE and _is_missing(tree, path)
    )


def _homes(before: dict[bytes, Entry], new: list[bytes]) -> set[bytes]:
    """The directories that hold something tracked or new, and submodules; all others are ignored ones."""
    found = {b"", *(path for path, entry in before.items() if entry.mode == diffs.SUBMODULE)}
    for path in (*before, *new):
        above = _above(path)
        while above not in found:
            found.add(above)
            above = _above(above)
    return found


def _above(path: bytes) -> bytes:
    return path.rpartition(b"/")[0]


def _place(tree: Path, path: bytes) -> bytes:
    return os.fsencode(tree) + b"/" + path


def _size(tree: Path, path: bytes) -> int:
    try:
        status = os.lstat(_place(tree, path))
    except (FileNotFoundError, NotADirectoryError):
        return 0
    return 0 if stat.S_ISDIR(status.st_mode) else status.st_size


def _has_files(tree: Path, path: bytes) -> bool:
    place = Path(os.fsdecode(_place(tree, path)))
    return place.is_dir() and not place.is_symlink() and any(place.iterdir())


def _is_missing(tree: Path, path: bytes) -> bool:
    try:
        os.lstat(_place(tree, path))
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False
    return False
