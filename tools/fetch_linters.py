"""Fetches ESLint, its writer of SARIF, and SARIF's own schema for the tests: `make linters`.

They come through the ordinary npm client (from the wheel that the development lock pins), held to the digests of
`tools/linters/package-lock.json`, and no script of theirs runs. They lie in `.cache/linters/`, which git ignores. What
is already there is not fetched again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import npm_packages

WANTED = Path(__file__).resolve().parent / "linters"
TARGET = Path(__file__).resolve().parent.parent / ".cache" / "linters"
AGAIN = "make linters"
FILES = ("package.json", "package-lock.json")
_STAMP = ".wanted"


def main() -> int:
    try:
        with npm_packages.alone(TARGET):
            if not is_present():
                print("==> fetching ESLint and the schema of SARIF", flush=True)
                fetch()
    except npm_packages.FetchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def is_present() -> bool:
    """Whether exactly what is pinned was fetched to its end."""
    stamp = TARGET / _STAMP
    return stamp.is_file() and stamp.read_text() == _digest()


def fetch() -> None:
    """Bring everything into TARGET; raises FetchError, and is not present then."""
    (TARGET / _STAMP).unlink(missing_ok=True)
    for name in FILES:
        shutil.copy(WANTED / name, TARGET / name)
    # Certificates are checked against the system's, as pip, git and curl do it.
    environment = os.environ | {"NODE_USE_SYSTEM_CA": "1", "NPM_CONFIG_UPDATE_NOTIFIER": "false"}
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--cache", str(TARGET / ".npm")]
    try:
        done = subprocess.run(
            [*npm_packages.npm(), "ci", *options],
            cwd=TARGET, env=environment, capture_output=True, text=True, timeout=npm_packages.TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _failure(f"npm did not finish within {npm_packages.TIMEOUT} seconds") from None
    if done.returncode != 0:
        raise _failure(npm_packages.reason(done.stderr) or f"npm exited with {done.returncode}")
    shutil.rmtree(TARGET / ".npm", ignore_errors=True)
    (TARGET / _STAMP).write_text(_digest())


def _digest() -> str:
    return hashlib.sha256(b"".join((WANTED / name).read_bytes() for name in FILES)).hexdigest()


def _failure(reason: str) -> npm_packages.FetchError:
    return npm_packages.failure(npm_packages.Package("the linters", "of package-lock.json", ""), reason, AGAIN)


if __name__ == "__main__":
    sys.exit(main())
