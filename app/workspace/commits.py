"""Reads and makes commits inside a mirror; nothing here touches a working directory or the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from app import errors
from app.workspace import diffs, git, locks, mirror, names

_MERGE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a commit is by. GitHub shows an App's avatar for `<user id>+<slug>[bot]@users.noreply.github.com`."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class MergeResult:
    """A merged `tree`; where `conflicts` names paths, that tree holds them with conflict markers."""

    tree: str
    conflicts: tuple[str, ...] = ()


_NOBODY = Identity("nobody", "nobody@localhost")
_EPOCH = datetime.fromtimestamp(0, UTC)


async def commit(
    repo: mirror.Mirror, tree: str, parents: Sequence[str], message: str, author: Identity, at: datetime
) -> str:
    """Make a commit and keep it under `refs/dursor/runs/`; equal arguments give the equal id.

    `at` is an aware time, taken to the second. Raises Invalid for an identity or message that git would not take.
    """
    if "\0" in message or not message.strip():
        raise errors.Invalid("a commit's message is text, and not empty")
    ancestry = [word for parent in parents for word in ("-p", names.sha(parent))]
    text = (message.rstrip() + "\n").encode(errors="replace")
    made = await git.run(
        "commit-tree", names.sha(tree), *ancestry, git_dir=repo.path, stdin=text, env=_signed(author, at)
    )
    await _keep(repo, names.sha(made.text))
    return made.text


async def tree_of(repo: mirror.Mirror, sha: str) -> str:
    """The tree of a commit. Raises NotFound."""
    return await _one(repo, f"{names.sha(sha)}^{{tree}}")


async def parents_of(repo: mirror.Mirror, sha: str) -> tuple[str, ...]:
    """The parents of a commit, first parent first. Raises NotFound."""
    await tree_of(repo, sha)
    result = await git.run("rev-list", "--parents", "--max-count=1", sha, "--", git_dir=repo.path)
    return tuple(result.text.split()[1:])


async def diff(
    repo: mirror.Mirror, base: str, head: str, *, three_dot: bool = False, limit: int = diffs.PATCH_BYTES
) -> diffs.Diff:
    """What changed from `base` to `head` (commits or trees), its patch cut at `limit` bytes.

    `three_dot` compares with where the two commits parted, as a pull request does. Raises NotFound.
    """
    if three_dot:
        parted = await merge_base(repo, base, head)
        if parted is None:
            raise errors.NotFound(f"{base} and {head} have no common history")
        base = parted
    return await diffs.between(repo, await tree_of(repo, base), await tree_of(repo, head), limit)


async def unlike_parents(repo: mirror.Mirror, sha: str, folder: str) -> list[str]:
    """The files below `folder` in a commit that none of its parents has with that content, in order of path."""
    differing = []
    for parent in await parents_of(repo, sha):
        changed = await diffs.changes(repo, await tree_of(repo, parent), await tree_of(repo, sha))
        differing.append({one.path for one in changed if one.mode != diffs.ABSENT})
    below = f"{folder}/".encode()
    found = set.intersection(*differing) if differing else set()
    return [diffs.shown(path) for path in sorted(found) if path.startswith(below)]


async def merge_base(repo: mirror.Mirror, one: str, other: str) -> str | None:
    """The best common ancestor of two commits; None for unrelated histories. Raises NotFound."""
    for sha in (one, other):
        await tree_of(repo, sha)
    result = await git.run("merge-base", one, other, git_dir=repo.path, ok=(0, 1))
    return result.text or None


async def is_ancestor(repo: mirror.Mirror, old: str, new: str) -> bool:
    """Whether `new` is `old` or descends from it; an object that is not there has no descendants."""
    for sha in (old, new):
        if not await mirror.has(repo, sha):
            return False
    result = await git.run("merge-base", "--is-ancestor", old, new, git_dir=repo.path, ok=(0, 1))
    return result.code == 0


async def read_file(repo: mirror.Mirror, sha: str, path: str, limit: int) -> bytes | None:
    """The file `path` of a commit, at most `limit` bytes of it; None where there is no such file.

    A link gives its target, as it is in the repository; directories and submodules are no files.
    """
    tree = await tree_of(repo, sha)
    if not path or "\0" in path or ".." in PurePosixPath(path).parts or path.startswith("/"):
        return None
    listing = await git.run("ls-tree", "-z", "--full-tree", tree, "--", path, git_dir=repo.path)
    for record in listing.out.split(b"\0"):
        meta, _, name = record.partition(b"\t")
        if name == path.encode(errors="surrogateescape") and b" blob " in meta:
            blob = meta.split()[2].decode()
            return (await git.run("cat-file", "blob", blob, git_dir=repo.path, limit=limit, cut=True)).out
    return None


async def merge(repo: mirror.Mirror, ours: str, theirs: str) -> MergeResult:
    """Merge two commits in memory. Raises Invalid for unrelated histories, NotFound."""
    if await merge_base(repo, ours, theirs) is None:
        raise errors.Invalid(f"{ours} and {theirs} have no common history")
    result = await git.run(
        "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs,
        git_dir=repo.path, ok=(0, 1), timeout=_MERGE_SECONDS,
    )  # fmt: skip
    tree, *paths = result.out.rstrip(b"\0").split(b"\0")
    return MergeResult(names.sha(tree.decode().strip()), tuple(diffs.shown(path) for path in paths if path))


async def without(repo: mirror.Mirror, before: str, after: str, base: str) -> str:
    """What shows, compared with `after`, all that came after `before` but what came from `base`. Raises NotFound.

    That is the tree of `before` with as much of the base merged into it as `after` holds. Conflicts are in
    it with their markers, so that the comparison shows how they were resolved.
    """
    parted = await merge_base(repo, base, after)
    if parted is None or await merge_base(repo, parted, before) in {None, parted}:
        return before
    return (await merge(repo, before, parted)).tree


async def revert(repo: mirror.Mirror, head: str, sha: str) -> MergeResult:
    """The tree of `head` without what the commit `sha`, an ancestor with one parent, changed.

    That is a merge of the head with a commit on top of `sha` that changes everything back, made for this alone.
    Raises NotFound, also where the commit has no parent.
    """
    tree = await _one(repo, f"{names.sha(sha)}^1^{{tree}}")
    back = await git.run(
        "commit-tree", tree, "-p", sha, git_dir=repo.path, stdin=b"back\n", env=_signed(_NOBODY, _EPOCH)
    )
    return await merge(repo, head, names.sha(back.text))


def _signed(author: Identity, at: datetime) -> dict[str, str]:
    """The environment that makes a commit `author`'s."""
    written = author.name.strip(" .,:;\"\\'"), author.email
    if not all(written) or any(sign in "".join(written) for sign in "\r\n\0<>"):
        raise errors.Invalid("a commit's author has a name and an address, without brackets or line ends")
    if at.tzinfo is None:
        raise errors.Invalid("a commit's time has a time zone")
    values = {"NAME": author.name, "EMAIL": author.email, "DATE": f"@{int(at.timestamp())} +0000"}
    return {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in values.items()}


async def _keep(repo: mirror.Mirror, sha: str) -> None:
    """A ref, so that no clean-up drops the commit. Under its own lock: a lock file there is a dead one's."""
    ref = f"refs/dursor/runs/{sha}"
    async with locks.hold(repo.path.with_suffix(".runs.lock")) as lock:
        (repo.path / f"{ref}.lock").unlink(missing_ok=True)
        await git.run("update-ref", ref, sha, git_dir=repo.path, fds=(lock,))


async def _one(repo: mirror.Mirror, name: str) -> str:
    result = await git.run("rev-parse", "--verify", "--quiet", name, git_dir=repo.path, ok=(0, 1, 128))
    if result.code:
        raise errors.NotFound(f"not in the mirror: {name}")
    return result.text
