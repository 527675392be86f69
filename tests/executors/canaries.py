"""Secrets planted where a server has them, a server that has them in its memory, and what a hunter says of them."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path

from app.executors import landlock, sandbox
from tests.executors import hunter

FILES = {
    "database": "data/dursor.db", "log": "data/dursor.db-wal", "key": "data/encryption.key", "pem": "app.pem",
    "mirror": "data/mirrors/9.git/packed-refs", "worktree": "data/worktrees/other.0/code.py", "dotenv": ".env",
    "state": "data/state/other/home/.token", "ssh": "home/.ssh/id_ed25519", "netrc": "home/.netrc",
    "aws": "home/.aws/credentials",
}  # fmt: skip
PROCESS = frozenset({"environ", "memory", "descriptor"})
SOCKET = "socket"
EVERYWHERE = PROCESS | FILES.keys() | {SOCKET}

_SERVER = Path(__file__).with_name("canary_server.py")


class Canaries:
    """A server's folder full of secrets, each of which names its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seed = uuid.uuid4().hex
        self.worktree = folder / "data/worktrees/own.0"
        self.state_dir = folder / "data/state/own"
        for place, name in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"SECRET={self.value(place)}\n")
        self._make_database(folder / FILES["database"])
        self.worktree.mkdir(parents=True)
        self.hunter = shutil.copy(Path(hunter.__file__), self.worktree / "hunter.py")

    def _make_database(self, path: Path) -> None:
        path.unlink()
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("CREATE TABLE secrets (value TEXT)")
            db.execute("INSERT INTO secrets VALUES (?)", [self.value("database")])
        (path.parent / "dursor.db-wal").write_text(self.value("log"))  # SQLite took what lay there for its own

    def value(self, place: str) -> str:
        """The secret of a place: what a hunter looks for."""
        return f"CANARY_{self.seed}_{place}"

    def environment(self) -> dict[str, str]:
        """What the server is started with."""
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(self.folder / "home"),
            "PYTHONPATH": str(Path.cwd()), "DURSOR_WEBHOOK_SECRET": self.value("environ"), "LANG": "C.UTF-8",
            "DURSOR_DATA_DIR": "data", "DURSOR_GITHUB_PRIVATE_KEY": "app.pem", "CANARY_SEED": self.seed,
            "DURSOR_SANDBOX_READABLE": str(self.folder),
        }  # fmt: skip

    def hunted(self, level: str, *agent: str) -> dict[str, str]:
        """Which places a hunter found at a level, and where; `none` lets it loose without even the guards.

        It is run by itself, or by the real agent of this name.
        """
        done = subprocess.run(
            [sys.executable, str(_SERVER), level, str(self.folder), *agent], cwd=self.folder, env=self.environment(),
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        return found(done.stdout + done.stderr)


def found(said: str) -> dict[str, str]:
    """What a hunter that came to its end said."""
    lines = [line.split(" ", 2) for line in said.splitlines()]
    assert ["hunted"] in lines, said
    return {line[1]: line[2] for line in lines if line[0] == "found"}


def may_be_found(level: sandbox.Level) -> set[str]:
    """What docs/operations.md says that a program may find at a level."""
    if level in {"namespaces", "landlock"}:
        return set() if landlock.version() >= landlock.SCOPES else {SOCKET}
    return {*FILES, SOCKET}
