"""What changed between two trees: a record per file and a bounded patch.

Paths are bytes in git. They are kept so while they decide something; for people they become text in which
undecodable bytes are replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.workspace import git, mirror

Status = Literal["added", "modified", "deleted", "renamed"]
PATCH_BYTES = git.MEGABYTE
LINK, SUBMODULE, EXECUTABLE, ABSENT = "120000", "160000", "100755", "000000"
_STATUS: dict[str, Status] = {"A": "added", "D": "deleted", "R": "renamed"}
_SECONDS = 120.0
_PLAIN = ("-r", "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "--no-color")


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that changed; `mode` is git's mode after the change (before it, where it was deleted)."""

    path: str
    old_path: str | None
    status: Status
    additions: int
    deletions: int
    binary: bool
    mode: str


@dataclass(frozen=True, slots=True)
class Diff:
    """The files that changed, and a patch to read, which says at its end if it was `cut`."""

    files: tuple[FileDiff, ...]
    patch: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One raw record of git-diff-tree(1): modes and object ids on both sides; `source` before a rename."""

    old_mode: str
    mode: str
    old_id: str
    id: str
    status: str
    path: bytes
    source: bytes | None = None


def pieces(patch: str) -> list[str]:
    """A patch cut before each file's first line, its newline left out; lines of content never begin like one."""
    head, *others = patch.split("\ndiff --git ")
    return [head, *(f"diff --git {other}" for other in others)]


async def between(repo: mirror.Mirror, base: str, head: str, limit: int = PATCH_BYTES) -> Diff:
    """Compare two tree-ishes of the mirror, renames found; the patch has at most `limit` bytes."""
    result = await _tree(repo, "--raw", "--numstat", "-M", "-l500", base, head)
    records = iter(result.out.split(b"\0")[:-1])
    raw = []
    first = next(records, b"")
    while first.startswith(b":"):
        raw.append(_change(first, records))
        first = next(records, b"")
    counts = _counts(first, records)
    files = tuple(_file(change, counts.get(change.path, (0, 0))) for change in raw)
    patch = await _tree(repo, "--patch", "--full-index", "-M", "-l500", base, head, limit=limit, cut=True)
    text = patch.out.replace(b"\0", b"\\0").decode("utf-8", "replace")
    if patch.cut:
        text = f"{text[: text.rfind(chr(10)) + 1]}[patch cut at {limit} bytes]\n"
    return Diff(files, text, patch.cut)


async def changes(repo: mirror.Mirror, base: str, head: str, *, renames: bool = False) -> list[Change]:
    """Every path that differs between two tree-ishes; a rename is a deletion and an addition unless `renames`."""
    finding = ("-M", "-l500") if renames else ("--no-renames",)
    result = await _tree(repo, "--raw", *finding, base, head)
    records = iter(result.out.split(b"\0")[:-1])
    return [_change(first, records) for first in records]


def shown(path: bytes) -> str:
    """A path for people: undecodable bytes replaced."""
    return path.decode("utf-8", "replace")


async def _tree(repo: mirror.Mirror, *args: str, limit: int = 64 * git.MEGABYTE, cut: bool = False) -> git.Result:
    return await git.run(
        "diff-tree", *_PLAIN, "--no-abbrev", *args, "--",
        git_dir=repo.path, timeout=_SECONDS, limit=limit, cut=cut,
    )  # fmt: skip


def _change(first: bytes, records: Iterator[bytes]) -> Change:
    old_mode, mode, old_id, new_id, status = first[1:].decode().split(" ")
    path = next(records)
    source = None
    if status[0] in "RC":
        source, path = path, next(records)
    return Change(old_mode, mode, old_id, new_id, status[0], path, source)


def _counts(first: bytes, records: Iterator[bytes]) -> dict[bytes, tuple[int, int] | None]:
    """numstat: `added TAB deleted TAB path`, for a rename an empty path, then both; None for a binary file."""
    found: dict[bytes, tuple[int, int] | None] = {}
    while first:
        added, deleted, path = first.split(b"\t", 2)
        if not path:
            next(records)
            path = next(records)
        found[path] = None if added == b"-" else (int(added), int(deleted))
        first = next(records, b"")
    return found


def _file(change: Change, lines: tuple[int, int] | None) -> FileDiff:
    additions, deletions = lines or (0, 0)
    return FileDiff(
        path=shown(change.path),
        old_path=None if change.source is None else shown(change.source),
        status=_STATUS.get(change.status, "modified"),
        additions=additions,
        deletions=deletions,
        binary=lines is None,
        mode=change.old_mode if change.mode == ABSENT else change.mode,
    )
