"""Runs git on a bare repository of the hub, in an environment that no user's configuration reaches."""

from __future__ import annotations

import asyncio
import asyncio.subprocess
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class GitError(Exception):
    """A git command ended in a way its caller did not allow for; the text is git's own."""


class Output(NamedTuple):
    """What a git command left: its exit code and its standard output."""

    code: int
    data: bytes

    @property
    def text(self) -> str:
        """The output as text without surrounding white space; bytes that are no UTF-8 are replaced."""
        return self.data.decode("utf-8", "replace").strip()


async def run(
    repo: Path,
    *arguments: str,
    stdin: bytes = b"",
    extra: Mapping[str, str] | None = None,
    allowed: Sequence[int] = (0,),
) -> Output:
    """Run `git ARGUMENTS` with `repo` as its git directory; `extra` adds to the environment.

    Raises GitError when the exit code is not one of `allowed`.
    """
    process = await asyncio.create_subprocess_exec(
        "git",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment({"GIT_DIR": str(repo), **(extra or {})}),
    )
    try:
        data, errors = await process.communicate(stdin)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    code = process.returncode
    if code is None or code not in allowed:
        raise GitError(f"git {arguments[0]} ended with {code}: {errors.decode('utf-8', 'replace').strip()}")
    return Output(code, data)


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a git process: the search path, no configuration but the repository's."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **extra,
    }


def settings(values: Mapping[str, str]) -> dict[str, str]:
    """Environment variables that give a git process the configuration `values`."""
    variables = {"GIT_CONFIG_COUNT": str(len(values))}
    for number, (key, value) in enumerate(values.items()):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
