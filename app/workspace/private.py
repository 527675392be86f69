"""The agent's own throw-away repository, inside its directory: one commit, and no way to the mirror.

Tools there may ask `git status` and `git diff`, commit, or wreck it: nothing of it is ever read again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from app.workspace import git, mirror

_SECONDS = 600.0
_WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "base"), ("EMAIL", "base@localhost"), ("DATE", "@0 +0000"))
}
_SETTINGS = {"user.name": "agent", "user.email": "agent@localhost", "gc.auto": "0"}
_CONFIG = ("core.fsync=none",)


async def pack(repo: mirror.Mirror, tree: str, path: Path) -> None:
    """Make `path/.git` with the objects of `tree`, which takes as long as writing its files and can go beside it.

    The objects are copied as one pack, deltas and all, which costs less than hashing the files again.
    """
    own = path / ".git"
    await git.run("init", "--quiet", "--template=", "--initial-branch=base", path, config=_CONFIG)
    await git.run(
        "pack-objects", "--quiet", "--revs", own / "objects" / "pack" / "pack",
        git_dir=repo.path, stdin=f"{tree}\n".encode(), config=_CONFIG, timeout=_SECONDS,
    )  # fmt: skip


async def finish(tree: str, path: Path, index: Path) -> None:
    """Add the one commit "base" of `tree`, whose files are in `path` as `index` says."""
    own = path / ".git"
    commit = await git.run("commit-tree", tree, "-m", "base", git_dir=own, env=_WHO, config=_CONFIG)
    await git.run("update-ref", "refs/heads/base", commit.text, git_dir=own, config=_CONFIG)
    for key, value in _SETTINGS.items():
        await git.run("config", key, value, git_dir=own)
    shutil.copyfile(index, own / "index")
