"""A bare repository per GitHub repository: made once, fetched into, made again when it is damaged.

Fetches name each ref and put it under `refs/dursor/remote/`, hashed, so that a branch `a` that gave way to
a branch `a/b` is no trouble. `info/attributes` overrides what trees say: files go in and out byte for byte,
and no attribute hides a change from a diff.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app import errors
from app.workspace import failures, git, locks, names, removal
from app.workspace import remote as remotes

FETCH_SECONDS = 1800.0
_PACKS = 50  # more than this many are rolled up
_STALE_SECONDS = 24 * 3600  # longer than any command runs
_DAMAGED = "damaged"
_ATTRIBUTES = "* !text !crlf !eol !ident !filter !working-tree-encoding !diff !merge\n"
_RELAXED = (  # old histories have these, and none of them reaches a file
    *("badDate", "badDateOverflow", "badEmail", "badName", "badTimezone", "missingAuthor", "missingEmail"),
    *("missingNameBeforeEmail", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "multipleAuthors"),
    *("zeroPaddedDate", "zeroPaddedFilemode"),
)
_STRICT = ("transfer.fsckObjects=true", "fetch.unpackLimit=1", *(f"fetch.fsck.{kind}=warn" for kind in _RELAXED))


@dataclass(frozen=True, slots=True)
class Mirror:
    """A bare repository at `path`, ours alone: agents never get a way to it."""

    path: Path


def at(root: Path, key: object) -> Mirror:
    """The mirror `root/mirrors/<key>.git`, as it was refreshed last."""
    return Mirror(root / "mirrors" / f"{names.key(str(key))}.git")


async def refresh(
    root: Path, key: str, remote: remotes.Remote, refs: Sequence[str], *, seconds: float = FETCH_SECONDS
) -> Mirror:
    """Bring `refs` (full ref names, or object ids) of `remote` into the mirror `root/mirrors/<key>.git`.

    Object ids that are there are not asked for. Safe against other tasks and processes, and after a kill
    in the middle; a damaged mirror is made again, without the commits that only it had. Raises NotFound
    for a ref or object that the remote lacks, Forbidden, Transient (also after `seconds`).
    """
    wanted = [ref if names.is_sha(ref) else names.ref(ref) for ref in refs]
    repo = at(root, key)
    repo.path.parent.mkdir(parents=True, exist_ok=True)
    async with locks.hold(repo.path.with_suffix(".lock")) as lock:
        await asyncio.to_thread(_sweep, repo.path)
        if not repo.path.exists():
            (await _create(repo.path)).rename(repo.path)
        try:
            with damage_noted(repo):
                await _fetch(repo, remote, wanted, lock, seconds)
                await tidy(repo, fds=(lock,))
        except errors.Transient:
            if not (repo.path / _DAMAGED).exists():
                raise
        if (repo.path / _DAMAGED).exists():
            await _remake(repo, remote, wanted, lock, seconds)
    return repo


async def resolve(repo: Mirror, ref: str) -> str | None:
    """The object id that `ref` of the remote had when it was last fetched; None if it never was."""
    result = await git.run("rev-parse", "--verify", "--quiet", _local(ref), git_dir=repo.path, ok=(0, 1))
    return result.text or None


async def has(repo: Mirror, sha: str) -> bool:
    """Whether the commit `sha` is in the mirror."""
    name = f"{names.sha(sha)}^{{commit}}"
    return (await git.run("cat-file", "-e", name, git_dir=repo.path, ok=(0, 1, 128))).code == 0


async def tidy(repo: Mirror, *, packs: int = _PACKS, fds: Sequence[int] = ()) -> None:
    """Roll more than `packs` packs into few. Nothing is ever dropped, so readers and writers may go on."""
    if sum(1 for _ in (repo.path / "objects" / "pack").glob("*.pack")) > packs:
        await git.run("repack", "-d", "-q", "--geometric=2", git_dir=repo.path, timeout=FETCH_SECONDS, fds=fds)


@contextlib.contextmanager
def scratch(repo: Mirror) -> Iterator[Path]:
    """A directory for index files, gone at the end; what a kill leaves is swept by a later `refresh`."""
    base = repo.path / "scratch"
    base.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base, ignore_cleanup_errors=True) as path:
        yield Path(path)


@contextlib.contextmanager
def damage_noted(repo: Mirror) -> Iterator[None]:
    """Turns a failure that tells of a damaged mirror into Transient; the next `refresh` makes it again."""
    try:
        yield
    except failures.Damaged as error:
        (repo.path / _DAMAGED).touch()
        raise errors.Transient(f"the mirror is damaged and will be made again: {error}") from error


async def _create(path: Path) -> Path:
    """An empty bare repository beside `path`, to be renamed into place."""
    new = path.with_name(f".new-{path.stem}-{secrets.token_hex(8)}")
    await git.run("init", "--quiet", "--bare", "--template=", "--initial-branch=main", new)
    (new / "info").mkdir()
    (new / "info" / "attributes").write_text(_ATTRIBUTES)
    return new


async def _remake(repo: Mirror, remote: remotes.Remote, refs: list[str], lock: int, seconds: float) -> None:
    fresh = Mirror(await _create(repo.path))
    await _fetch(fresh, remote, refs, lock, seconds)
    broken = repo.path.with_name(f".old-{repo.path.stem}-{secrets.token_hex(8)}")
    repo.path.rename(broken)
    fresh.path.rename(repo.path)
    await asyncio.to_thread(removal.remove, broken)


async def _fetch(repo: Mirror, remote: remotes.Remote, refs: list[str], lock: int, seconds: float) -> None:
    # An id that is there may lack its history only where the repository is damaged: the next read will tell.
    missing = [ref for ref in refs if not names.is_sha(ref) or not await has(repo, ref)]
    if not missing:
        await git.run("rev-parse", "--git-dir", git_dir=repo.path)
        return
    options = (
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-auto-maintenance",
        "--atomic",
        "--force",
    )
    specs = [f"+{ref}:{_local(ref)}" for ref in missing]
    await git.run(
        "fetch",
        *options,
        "--recurse-submodules=no",
        "--",
        remote.url,
        *specs,
        git_dir=repo.path,
        remote=remote,
        config=_STRICT,
        timeout=seconds,
        fds=(lock,),
    )


def _sweep(path: Path) -> None:
    """Remove what killed processes left. We hold the lock, and so would any fetch that still lived."""
    for pattern in ("*.lock", "refs/dursor/remote/*.lock", "objects/pack/*.keep", "objects/info/*.lock"):
        for left in path.glob(pattern):
            left.unlink(missing_ok=True)
    for left in (*path.parent.glob(f".new-{path.stem}-*"), *path.parent.glob(f".old-{path.stem}-*")):
        removal.remove(left)
    oldest = time.time() - _STALE_SECONDS
    for left in (
        *path.glob("scratch/*"),
        *path.glob("objects/pack/*tmp*"),
        *path.glob("objects/??/tmp_obj_*"),
    ):
        with contextlib.suppress(FileNotFoundError):
            if left.lstat().st_mtime < oldest:
                removal.remove(left)


def _local(ref: str) -> str:
    return f"refs/dursor/remote/{hashlib.sha256(ref.encode()).hexdigest()}"
