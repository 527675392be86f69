"""While an agent works, the files that instruct agents are the base branch's, not the pull request's.

`overlay` swaps them in a tree before it is checked out; `restore` puts back, in what came out of the
directory, those that the agent left alone, so that the swap is never part of a change.
"""

from __future__ import annotations

import os
from pathlib import Path

from app import agent_settings
from app.workspace import git, intake, mirror, policy

_GONE = b"0 " + b"0" * 40 + b"\t"
_Entries = dict[bytes, intake.Entry]


async def overlay(repo: mirror.Mirror, tree: str, source: str) -> str:
    """The tree that is `tree` with the agent settings of the commit or tree `source`, and no others."""
    theirs, ours = await intake.entries(repo, tree), _settings(await intake.entries(repo, source))
    swapped = _settings(theirs)
    if _same(swapped, ours):
        return tree
    rest = theirs.keys() - swapped.keys()
    lines = [_GONE + path for path in swapped]
    lines += [_line(path, entry) for path, entry in ours.items() if not _ancestors(path) & rest]
    with mirror.scratch(repo) as scratch:
        index = scratch / "index"
        await git.run("read-tree", tree, git_dir=repo.path, index=index)
        await _update(repo, index, lines)
        return (await git.run("write-tree", git_dir=repo.path, index=index)).text


async def restore(repo: mirror.Mirror, index: Path, tree: str, laid: str) -> None:
    """Undo, in `index`, what `overlay` did (`tree` became `laid`) wherever the agent changed nothing since."""
    if tree == laid:
        return
    written = (await git.run("write-tree", git_dir=repo.path, index=index)).text
    head, shown, now = [_settings(await intake.entries(repo, name)) for name in (tree, laid, written)]
    untouched = [path for path in head.keys() | shown.keys() if _id(now, path) == _id(shown, path)]
    gone = [_GONE + path for path in untouched if path in now]
    await _update(repo, index, gone + [_line(path, head[path]) for path in untouched if path in head])


async def _update(repo: mirror.Mirror, index: Path, lines: list[bytes]) -> None:
    stdin = b"".join(line + b"\0" for line in lines)
    await git.run("update-index", "-z", "--index-info", git_dir=repo.path, index=index, stdin=stdin)


def _settings(entries: _Entries) -> _Entries:
    spec = policy.matcher(agent_settings.PATTERNS)
    return {path: entry for path, entry in entries.items() if spec.match_file(os.fsdecode(path))}


def _same(one: _Entries, other: _Entries) -> bool:
    return one.keys() == other.keys() and all(_id(one, path) == _id(other, path) for path in one)


def _id(entries: _Entries, path: bytes) -> tuple[str, str] | None:
    entry = entries.get(path)
    return (entry.mode, entry.id) if entry else None


def _line(path: bytes, entry: intake.Entry) -> bytes:
    return f"{entry.mode} {entry.id}\t".encode() + path


def _ancestors(path: bytes) -> set[bytes]:
    parts = path.split(b"/")
    return {b"/".join(parts[:count]) for count in range(1, len(parts))}
