"""kill -9 in the middle of a fetch or a checkout leaves nothing that a second try stumbles over."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import sys
from pathlib import Path

from app.workspace import commits, git, mirror, trees
from tests.workspace.conftest import ADA, FILES, NOW, TOKEN

REFRESH = """
import asyncio, pathlib, sys
from app.workspace import mirror, remote
root, url, ref = sys.argv[1:]
asyncio.run(mirror.refresh(pathlib.Path(root), "7", remote.Remote(url, sys.stdin.read()), [ref]))
"""
CHECKOUT = """
import asyncio, pathlib, sys
from app.workspace import mirror, trees
repo, sha, path = sys.argv[1:]
asyncio.run(trees.checkout(mirror.Mirror(pathlib.Path(repo)), sha, pathlib.Path(path)))
"""
STALLING_GIT = """#!/bin/sh
{git} "$@"
code=$?
case " $* " in *" checkout-index "*) touch '{marker}'; exec sleep 60 ;; esac
exit $code
"""


async def start(code, *args, path=os.environ["PATH"]):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *map(str, args),
        stdin=asyncio.subprocess.PIPE, env={**os.environ, "PATH": path, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    feeding = process.stdin
    assert feeding
    feeding.write(TOKEN.encode())
    feeding.close()
    return process


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


def is_held(lock):
    with lock.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def living(words):
    """The processes whose command line or environment holds `words`, by id."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if words in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


async def kill_in_a_fetch(far, root):
    far.gate.what = "git-upload-pack"
    process = await start(REFRESH, root, far.url, "refs/heads/main")
    await asyncio.wait_for(far.gate.reached.wait(), 30)
    process.kill()
    await process.wait()
    far.gate.what = ""


async def test_an_orphaned_fetch_still_holds_the_lock_and_the_next_one_waits_for_it(far, root):
    await kill_in_a_fetch(far, root)
    lock = root / "mirrors" / "7.lock"
    assert is_held(lock)
    waiting = asyncio.create_task(mirror.refresh(root, "7", far.remote, ["refs/heads/main"]))
    done, _ = await asyncio.wait([waiting], timeout=0.5)
    assert not done
    far.gate.opened.set()
    repo = await waiting
    assert await mirror.has(repo, far.base)
    assert not is_held(lock)


async def test_what_a_killed_fetch_leaves_is_swept(far, root):
    await kill_in_a_fetch(far, root)
    lock = root / "mirrors" / "7.lock"
    for orphan in living(str(root / "mirrors" / "7.git").encode()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(orphan, signal.SIGKILL)
    await until(lambda: not is_held(lock))
    repo = mirror.Mirror(root / "mirrors" / "7.git")
    ref = "refs/dursor/remote/" + "0" * 64
    (repo.path / ref).parent.mkdir(parents=True, exist_ok=True)
    left = [repo.path / name for name in ("packed-refs.lock", "config.lock", f"{ref}.lock", "objects/pack/pack-1.keep")]
    for path in left:
        path.touch()
    (root / "mirrors" / ".new-7-beef").mkdir()
    await mirror.refresh(root, "7", far.remote, ["refs/heads/main"])
    assert await mirror.has(repo, far.base)
    assert not any(path.exists() for path in (*left, root / "mirrors" / ".new-7-beef"))


async def test_two_processes_refresh_at_once(far, root):
    processes = [await start(REFRESH, root, far.url, "refs/heads/main") for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]
    repo = mirror.Mirror(root / "mirrors" / "7.git")
    assert await mirror.resolve(repo, "refs/heads/main") == far.base
    assert (await git.run("fsck", "--strict", git_dir=repo.path)).code == 0


async def test_a_killed_checkout_is_not_there_and_can_be_done_again(far, repo, tmp_path, marker):
    programs = tmp_path / "bin"
    programs.mkdir()
    wrapper = programs / "git"
    wrapper.write_text(STALLING_GIT.format(git=shutil.which("git"), marker=marker))
    wrapper.chmod(0o755)
    path = tmp_path / "work"
    process = await start(CHECKOUT, repo.path, far.base, path, path=f"{programs}:{os.environ['PATH']}")
    await until(marker.exists)
    process.kill()
    await process.wait()
    for orphan in living(f"GIT_WORK_TREE={path.with_name('.work.new')}".encode()):
        os.kill(orphan, signal.SIGKILL)
    assert not path.exists()
    assert (path.with_name(".work.new") / "README.md").exists()
    await trees.checkout(repo, far.base, path)
    assert {name: (path / name).read_text() for name in FILES} == FILES
    assert not path.with_name(".work.new").exists()


async def test_a_lock_file_that_nobody_holds_holds_nobody_up(far, repo, root):
    (root / "mirrors" / "7.lock").touch()
    (root / "mirrors" / "7.runs.lock").touch()
    await mirror.refresh(root, "7", far.remote, ["refs/heads/main"])
    tree = await commits.tree_of(repo, far.base)
    again = await commits.commit(repo, tree, [], "again", ADA, NOW)
    (repo.path / f"refs/dursor/runs/{again}.lock").touch()
    assert await commits.commit(repo, tree, [], "again", ADA, NOW) == again
