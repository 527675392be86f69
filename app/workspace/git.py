"""Runs one git command: an environment built from nothing, bounded output, a deadline, secrets unseen.

Every command gets the same defensive configuration, so that nothing an outsider wrote into a tree or a
repository can make git run a program, follow a link to another host or ask a question.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import errors, redact
from app.workspace import defence, failures
from app.workspace import remote as remotes

MEGABYTE = 1024 * 1024
_ERR_KEPT = 64 * 1024
_GRACE_SECONDS = 2.0  # between asking git to stop, so that it removes its lock files, and killing it


@dataclass(frozen=True, slots=True)
class Result:
    """What a command gave: exit code, standard output, and whether that was cut at the limit."""

    code: int
    out: bytes
    cut: bool = False

    @property
    def text(self) -> str:
        """Standard output as text without the newline at its end; undecodable bytes are replaced."""
        return self.out.decode("utf-8", "replace").rstrip("\n")


async def run(  # noqa: PLR0913 keywords with defaults, each used on its own
    *args: str | bytes | os.PathLike[str],
    git_dir: Path | None = None,
    work_tree: Path | None = None,
    index: Path | None = None,
    remote: remotes.Remote | None = None,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    config: Sequence[str] = (),
    ok: Collection[int] = (0,),
    timeout: float = 120.0,
    limit: int = 64 * MEGABYTE,
    cut: bool = False,
    fds: Sequence[int] = (),
) -> Result:
    """Run `git args…` and return what it wrote, at most `limit` bytes, within `timeout` seconds.

    `config` adds `key=value` settings, `ok` names the exit codes that are answers, `cut` makes more than
    `limit` bytes a cut answer instead of an error, and `fds` stay open in git and its children (a lock then
    lives as long as they do). Raises the errors of `failures.explain`; Transient at the deadline; Invalid
    for too much output; NotFound for a directory that is not there; UserError where git is missing.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), **defence.ENVIRONMENT, **(env or {})}
    if remote:
        environment |= remotes.environment(remote)
    for name, path in (("GIT_DIR", git_dir), ("GIT_WORK_TREE", work_tree), ("GIT_INDEX_FILE", index)):
        if path:
            environment[name] = os.fspath(path)
    settings = [word for setting in (*defence.CONFIGURATION, *config) for word in ("-c", setting)]
    try:
        process = await _started(
            "git",
            *settings,
            *args,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            cwd=work_tree or git_dir or "/",
            start_new_session=True,
            pass_fds=tuple(fds),
        )
    except FileNotFoundError as error:
        if error.filename == "git":
            raise errors.UserError("git is not installed, or not on PATH") from None
        raise errors.NotFound(f"git {_action(args)}: no such directory: {error.filename}") from None
    try:
        async with asyncio.timeout(timeout):
            out, err = await _talk(process, stdin, limit)
            full = len(out) > limit
            code = 0 if full else await process.wait()
    except TimeoutError:
        raise errors.Transient(f"git {_action(args)}: no end after {timeout:g} seconds") from None
    finally:
        await _stop(process)
    if full and not cut:
        raise errors.Invalid(f"git {_action(args)}: more than {limit} bytes")
    if not full and code not in ok:
        said = (err + b"\n" + out[:_ERR_KEPT]).decode("utf-8", "replace")
        refusal = failures.explain(_action(args), _clean(said, remote), remote=remote is not None)
        if remote is not None and isinstance(refusal, failures.TokenRefused):
            refusal.token = remote.token
        raise refusal
    return Result(code, bytes(out[:limit]), full)


async def _started(*command: str | bytes | os.PathLike[str], **how: Any) -> asyncio.subprocess.Process:
    """Start it, whole: who is cancelled half-way would leave behind what git has started already."""
    starting = asyncio.ensure_future(asyncio.create_subprocess_exec(*command, **how))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait({starting})
        if not starting.cancelled() and starting.exception() is None:
            await _stop(starting.result())
        raise


async def _talk(process: asyncio.subprocess.Process, stdin: bytes, limit: int) -> tuple[bytearray, bytearray]:
    """Feed `stdin`, collect at most a chunk over `limit` of the output and the tail of what is said."""
    feeding, reading, hearing = _pipes(process)
    out, err = bytearray(), bytearray()

    async def feed(pipe: asyncio.StreamWriter) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            pipe.write(stdin)
            await pipe.drain()
        pipe.close()

    async def listen(pipe: asyncio.StreamReader) -> None:
        while chunk := await pipe.read(_ERR_KEPT):
            err.extend(chunk)
            del err[:-_ERR_KEPT]

    async with asyncio.TaskGroup() as tasks:
        side = [tasks.create_task(feed(feeding)), tasks.create_task(listen(hearing))]
        while len(out) <= limit and (chunk := await reading.read(_ERR_KEPT)):
            out.extend(chunk)
        if len(out) > limit:
            for task in side:
                task.cancel()
    return out, err


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End the process group, politely first; returns when git is gone and its pipes are closed."""
    feeding, *others = _pipes(process)
    if process.returncode is not None:
        return
    feeding.close()
    ended = asyncio.gather(*(_drain(pipe) for pipe in others), process.wait())
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        # not asyncio.timeout: in a cancelled task it does not tell its own end from the cancellation before 3.11.3
        if (await asyncio.wait({ended}, timeout=_GRACE_SECONDS))[0]:
            break
    ended.cancel()
    await asyncio.gather(ended, return_exceptions=True)
    await process.wait()


def _pipes(
    process: asyncio.subprocess.Process,
) -> tuple[asyncio.StreamWriter, asyncio.StreamReader, asyncio.StreamReader]:
    if not (process.stdin and process.stdout and process.stderr):
        raise AssertionError("git is started with three pipes")
    return process.stdin, process.stdout, process.stderr


async def _drain(pipe: asyncio.StreamReader) -> None:
    while await pipe.read(_ERR_KEPT):
        continue


def _action(args: Sequence[str | bytes | os.PathLike[str]]) -> str:
    return os.fsdecode(args[0])


def _clean(said: str, remote: remotes.Remote | None) -> str:
    if remote:
        said = said.replace(remotes.basic(remote), redact.MASK).replace(remote.token, redact.MASK)
    return redact.text(said)
