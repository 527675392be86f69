"""What lies between two commits of a bare repository: ancestry, commits, and files as GitHub lists them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.localhub import git_process


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as it is stored; `message` is the whole message, without a final newline."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: tuple[str, str]
    authored_at: datetime
    committer: tuple[str, str]
    committed_at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file of a comparison, with the fields of GitHub's `diff-entry`.

    `status` is added, removed, modified, renamed or changed (another type); `patch` is the unified diff
    from its first `@@` on, None when there is no text to show (binary, mode only, pure rename).
    """

    filename: str
    previous_filename: str | None
    status: str
    sha: str
    additions: int
    deletions: int
    patch: str | None


_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed"}
_FORMAT = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
_FIELDS = 10
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--no-abbrev")


async def is_ancestor(repo: Path, older: str, newer: str) -> bool:
    """Whether commit `older` is `newer` or one of its ancestors."""
    answer = await git_process.run(repo, "merge-base", "--is-ancestor", "--", older, newer, allowed=(0, 1))
    return answer.code == 0


async def merge_base(repo: Path, one: str, other: str) -> str | None:
    """The best common ancestor of two commits, None when their histories are unrelated."""
    answer = await git_process.run(repo, "merge-base", "--", one, other, allowed=(0, 1))
    return answer.text or None


async def commit(repo: Path, revision: str) -> Commit:
    """The commit that `revision` names; GitError when there is none."""
    shown = await git_process.run(repo, "log", "-z", "-1", _FORMAT, "--end-of-options", revision, "--")
    return _commits(shown.data)[0]


async def commits_between(repo: Path, base: str, head: str) -> list[Commit]:
    """The commits of `head` that `base` does not have, oldest first."""
    options = ("-z", "--reverse", "--topo-order", _FORMAT, "--end-of-options", f"{base}..{head}", "--")
    return _commits((await git_process.run(repo, "log", *options)).data)


async def changed_files(repo: Path, base: str, head: str) -> list[ChangedFile]:
    """The files that `head` changed since it left `base` (three dots, as pull requests and compare show).

    Unrelated histories are compared directly.
    """
    start = await merge_base(repo, base, head) or base
    ends = ("--end-of-options", start, head, "--")
    summary = await git_process.run(repo, *_DIFF, "-z", "--raw", "--numstat", *ends)
    patches = await git_process.run(repo, *_DIFF, "--patch", *ends)
    sections = _sections(patches.data.decode("utf-8", "replace"))
    return list(_files(summary.data.decode("utf-8", "replace").split("\0"), sections))


def _commits(data: bytes) -> list[Commit]:
    fields = data.decode("utf-8", "replace").split("\0")
    found = []
    for at in range(0, len(fields) - _FIELDS + 1, _FIELDS):
        sha, tree, parents, name, email, authored, committer, address, committed, message = fields[at : at + _FIELDS]
        found.append(
            Commit(
                sha.strip(),
                tree,
                tuple(parents.split()),
                (name, email),
                datetime.fromisoformat(authored),
                (committer, address),
                datetime.fromisoformat(committed),
                message.rstrip("\n"),
            )
        )
    return found


def _sections(patch: str) -> Iterator[str | None]:
    """The hunks of each file of a patch in order; None for a file without any."""
    # Lines of content start with a space, a sign or a backslash, so this only ever finds headers.
    for section in ("\n" + patch).split("\ndiff --git ")[1:]:
        _, found, hunks = section.partition("\n@@ ")
        yield "@@ " + hunks.rstrip("\n") if found else None


def _files(fields: list[str], sections: Iterator[str | None]) -> Iterator[ChangedFile]:
    """Join the two parts of `--raw --numstat -z` with the hunks; all three are in the same order."""
    raw: list[tuple[str, str, str, str | None]] = []
    at = 0
    while at < len(fields) and fields[at].startswith(":"):
        _, _, old_sha, new_sha, status = fields[at].split(" ")
        sha = old_sha if status == "D" else new_sha
        if status.startswith("R"):
            raw.append(("R", sha, fields[at + 2], fields[at + 1]))
            at += 3
        else:
            raw.append((status, sha, fields[at + 1], None))
            at += 2
    for status, sha, name, previous in raw:
        added, removed, same_name = fields[at].split("\t", 2)
        at += 1 if same_name else 3
        hunks = [next(sections, None) for _ in range(2 if status == "T" else 1)]
        yield ChangedFile(
            filename=name,
            previous_filename=previous,
            status=_STATUS.get(status, "changed"),
            sha=sha,
            additions=int(added) if added.isdigit() else 0,
            deletions=int(removed) if removed.isdigit() else 0,
            patch="\n".join(hunk for hunk in hunks if hunk) or None,
        )
