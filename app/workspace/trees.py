"""The files of a commit for an agent to work in, and the way back into the mirror.

Out: a plain directory, made aside and renamed into place, with a repository of its own that we never read.
Back: `git add` with the mirror as the repository and the directory as mere files, then the policy on the
result. Nothing that lies in the directory is run, and no link in it is followed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app import errors
from app.workspace import commits, diffs, failures, git, intake, links, mirror, policy, private, removal, scan, settings

_SECONDS = 900.0
_IN_THE_WAY = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A directory that holds `tree`; the warnings name links of the commit that lead out of it."""

    path: Path
    tree: str
    warnings: tuple[policy.Finding, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came back: the new `tree`, empty where there are `refusals`; `patch` says if it was cut."""

    tree: str
    files: tuple[diffs.FileDiff, ...] = ()
    patch: str = ""
    warnings: tuple[policy.Finding, ...] = ()
    refusals: tuple[policy.Finding, ...] = ()


async def checkout(repo: mirror.Mirror, sha: str, path: Path, *, settings_from: str | None = None) -> Checkout:
    """Write the files of `sha` (a commit or a tree) to `path`, which must be absent or an empty directory.

    `settings_from`, a commit, is where the files come from that instruct agents. `path` is complete or as
    it was, whenever the process is killed. Raises NotFound for an object that the mirror lacks, Invalid for
    a tree that git refuses to write, Conflict where `path` is not empty, Transient.
    """
    tree = await _laid(repo, await commits.tree_of(repo, sha), settings_from)
    aside = path.with_name(f".{path.name}.new")
    await discard(aside)
    aside.mkdir(mode=0o700, parents=True)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(discard, aside)
        scratch = stack.enter_context(mirror.scratch(repo))
        stack.enter_context(mirror.damage_noted(repo))
        packing = asyncio.create_task(private.pack(repo, tree, aside))
        try:
            await _write(repo, tree, aside, scratch / "index")
            await packing
        finally:
            packing.cancel()
            await asyncio.wait({packing})
        await private.finish(tree, aside, scratch / "index")
        warnings = await _links_out(repo, tree)
        try:
            aside.rename(path)
        except OSError as error:
            if error.errno not in _IN_THE_WAY:
                raise
            raise errors.Conflict(f"{path.name} is not an empty directory") from error
    return Checkout(path, tree, warnings)


async def instructions(repo: mirror.Mirror, sha: str, names: Sequence[str], limit: int) -> dict[str, bytes]:
    """What the files `names` of a commit say, at most `limit` bytes of each; absent and empty ones are left out."""
    found = {name: await commits.read_file(repo, sha, name, limit) for name in names}
    return {name: content for name, content in found.items() if content}


async def discard(path: Path) -> None:
    """Remove a working directory, whatever its permissions and depth; absent is fine. Raises OSError."""
    await asyncio.to_thread(removal.remove, path)


async def import_(
    repo: mirror.Mirror,
    tree: Path,
    base_sha: str,
    rules: policy.TreePolicy,
    *,
    settings_from: str | None = None,
) -> Imported:
    """Take what an agent left in the directory `tree`, as a change of `base_sha` (a commit or a tree).

    `settings_from` is what `checkout` had. Files that the base tracks are always compared; new files are
    taken unless the `.gitignore` files of the directory say otherwise. Raises NotFound, Transient.
    """
    base = await commits.tree_of(repo, base_sha)
    laid = await _laid(repo, base, settings_from)
    found = await asyncio.to_thread(scan.walk, tree, rules.max_entries)
    if found.fatal:
        return _refused("unreadable", found.fatal)
    with mirror.scratch(repo) as scratch, mirror.damage_noted(repo):
        index = scratch / "index"
        await git.run("read-tree", laid, git_dir=repo.path, index=index)
        before = await intake.entries(repo, laid)
        new = await intake.untracked(repo, index, tree, rules.max_files)
        if refused := await asyncio.to_thread(intake.refusals, tree, before, new, found, rules):
            return Imported("", refusals=tuple(refused))
        try:
            await git.run("add", "--all", git_dir=repo.path, work_tree=tree, index=index, timeout=_SECONDS)
        except failures.GitFailed as error:
            return _refused("unreadable", str(error))
        if lines := await asyncio.to_thread(intake.lost_submodules, tree, before):
            await git.run("update-index", "-z", "--index-info", git_dir=repo.path, index=index, stdin=lines)
        await settings.restore(repo, index, base, laid)
        result = (await git.run("write-tree", git_dir=repo.path, index=index)).text
        beside = await asyncio.to_thread(intake.warnings, tree, before, new, found)
    return await _judged(repo, base, result, rules, beside)


async def _write(repo: mirror.Mirror, tree: str, path: Path, index: Path) -> None:
    try:
        await git.run("read-tree", tree, git_dir=repo.path, index=index)
        await git.run(
            "checkout-index", "--all", "--quiet", "-u",
            git_dir=repo.path, work_tree=path, index=index, timeout=_SECONDS, config=("checkout.workers=0",),
        )  # fmt: skip
    except failures.Damaged:
        raise
    except failures.GitFailed as error:
        raise errors.Invalid(str(error)) from error


async def _judged(
    repo: mirror.Mirror, base: str, result: str, rules: policy.TreePolicy, beside: list[policy.Finding]
) -> Imported:
    changes = await diffs.changes(repo, base, result)
    refused = policy.refusals(changes, await intake.targets(repo, changes))
    if len(changes) > rules.max_files:
        refused.append(policy.Finding("limit", "", f"more than {rules.max_files} files changed"))
    if refused:
        return Imported("", refusals=tuple(refused))
    diff = await diffs.between(repo, base, result, rules.max_patch_bytes)
    changed = {change.path for change in changes if change.mode != diffs.ABSENT}
    clashes = policy.clashes(await intake.entries(repo, result), changed) if changed else []
    return Imported(result, diff.files, diff.patch, (*policy.warnings(changes, rules), *clashes, *beside))


async def _laid(repo: mirror.Mirror, tree: str, settings_from: str | None) -> str:
    if settings_from is None:
        return tree
    return await settings.overlay(repo, tree, await commits.tree_of(repo, settings_from))


async def _links_out(repo: mirror.Mirror, tree: str) -> tuple[policy.Finding, ...]:
    """The links of a tree that lead out of it."""
    found = {
        path: diffs.Change(diffs.ABSENT, entry.mode, "", entry.id, "A", path)
        for path, entry in (await intake.entries(repo, tree)).items()
        if entry.mode == diffs.LINK
    }
    pointed = await intake.targets(repo, found.values())
    return tuple(
        policy.Finding("link", diffs.shown(path), "a link that may lead out of the repository")
        for path, link in found.items()
        if links.leaves(path, pointed[link.id])
    )


def _refused(kind: policy.Kind, text: str) -> Imported:
    return Imported("", refusals=(policy.Finding(kind, "", text),))
