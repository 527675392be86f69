"""Fetches GitHub's own descriptions of its API and webhooks for the tests: `make descriptions`.

They come as packages of the octokit project through the ordinary npm client (from the wheel that the
development lock pins), are checked against the digests below and kept in `.cache/github/`, which git
ignores. What is already there and right is not fetched again. docs/decisions/0003-github-descriptions.md
says why these packages, and why they are fetched and not committed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
import tarfile
import tempfile
from pathlib import Path

from tools import npm_packages

TARGET = Path(__file__).resolve().parent.parent / ".cache" / "github"
AGAIN = "make descriptions"


@dataclasses.dataclass(frozen=True, slots=True)
class Description:
    """One file of one published package, and the digest by which it is known."""

    name: str  # the file's name in TARGET
    package: npm_packages.Package
    member: str
    sha256: str  # of the member


DESCRIPTIONS = [
    Description(
        name="rest-api.json",
        package=npm_packages.Package(
            "@octokit/openapi",
            "23.0.2",
            "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
        ),
        member="package/generated/api.github.com.json",
        sha256="829b4bebb19a53133289f7b0bc819f4f1118115821db2ca9f25e9ee995a7da2a",
    ),
    Description(
        name="webhooks.json",
        package=npm_packages.Package(
            "@octokit/openapi-webhooks",
            "12.1.0",
            "sha512-Z5eDsLCUNbx1zHpZb1LNQirADqdMTvWJQ/deahi0ws+tWWnwHXB+Pr4jfmM9OrETS9Y5iW8ZRu1fdbudObhLrg==",
        ),
        member="package/generated/api.github.com.json",
        sha256="0a86fcfad6f38c696f2f1967311e61a4009adca58adac52d7df52e003d187b26",
    ),
    Description(
        name="webhook-examples.json",
        package=npm_packages.Package(
            "@octokit/webhooks-examples",
            "7.6.1",
            "sha512-De6U3XB6O3DtCa7bKgCMzTHdeopqqZ6SNivMYJnK65ierKL1AnNIA0tkRYCRS7lwGT792d+Ps1WbfHlso6MynQ==",
        ),
        member="package/api.github.com/index.json",
        sha256="09d8f0c617876ae9dad22e26fea5510bfcaad50ee7e602659f6db25b87b25815",
    ),
    Description(
        name="schema.graphql",
        package=npm_packages.Package(
            "@octokit/graphql-schema",
            "15.26.1",
            "sha512-RFDC2MpRBd4AxSRvUeBIVeBU7ojN/SxDfALUd7iVYOSeEK3gZaqR2MGOysj4Zh2xj2RY5fQAUT+Oqq7hWTraMA==",
        ),
        member="package/schema.graphql",
        sha256="3c62d0526d133cee53221c89de9b455ade24db78b9e7ad56d642c4c15bce2654",
    ),
]


def main() -> int:
    try:
        with npm_packages.alone(TARGET):
            for description in DESCRIPTIONS:
                if not is_present(description):
                    print(f"==> fetching {description.package}", flush=True)
                    fetch(description)
    except npm_packages.FetchError as error:
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
        content = _extract(npm_packages.archive(description.package, Path(scratch), AGAIN), description)
        digest = hashlib.sha256(content).hexdigest()
        npm_packages.compare(description.package, digest, description.sha256, AGAIN)
        whole = Path(scratch, description.name)
        whole.write_bytes(content)
        whole.replace(TARGET / description.name)


def _extract(archive: Path, description: Description) -> bytes:
    with tarfile.open(archive) as opened:
        member = opened.extractfile(description.member)
        if member is None:
            raise npm_packages.failure(description.package, f"it holds no file {description.member}", AGAIN)
        return member.read()


if __name__ == "__main__":
    sys.exit(main())
