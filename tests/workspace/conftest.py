"""A GitHub-shaped far side for the workspace: a bare repository behind real git over real HTTP, with tokens."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn

from app.localhub import git_http, git_repo
from app.workspace import commits, mirror, remote, trees

TOKEN = "ghs_123456_" + ".".join(["Zm9vYmFyYmF6cXV4" * 6, "c2Vjb25kLXBhcnQ_" * 8, "dGhpcmQtcGFydC1s" * 10])
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ADA = commits.Identity("Ada", "ada@example.com")
FILES = {"README.md": "# widgets\n", "src/widget.py": "print('hello')\n", "tools/build.sh": "make\n"}


@dataclass
class Gate:
    """Holds requests whose path ends with `what` until it is opened; `reached` tells that one has come."""

    what: str = ""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, path: str) -> None:
        if self.what and path.endswith(self.what):
            self.reached.set()
            await self.opened.wait()


@dataclass
class Far:
    """The repository `octo/widgets` on the other side, and what its server does."""

    path: Path
    url: str
    base: str
    refuse: str | None = None
    pushes: list[str] = field(default_factory=list)
    gate: Gate = field(default_factory=Gate)
    commits: int = 0
    break_after: bool = False

    @property
    def remote(self) -> remote.Remote:
        return remote.Remote(self.url, TOKEN)

    async def commit(self, files, *, branch="main", parent=None, force=False):
        """What another person pushes: returns the new tip of `branch`."""
        self.commits += 1
        at = NOW + timedelta(seconds=self.commits)
        return await git_repo.commit_files(
            self.path, branch, files, "change", ("Bob", "bob@example.com"), at, parent, force=force
        )

    async def tip(self, branch):
        return await git_repo.ref(self.path, f"refs/heads/{branch}")


def naive_git(work: Path, *args: str) -> None:
    """Run git as somebody would who trusts the directory; what it answers does not matter."""
    home = {"HOME": str(work.parent / "home"), "PATH": os.environ["PATH"], "GIT_ALLOW_PROTOCOL": "ext:ssh:http:file"}
    who = {f"GIT_{r}_{w}": "x" for r in ("AUTHOR", "COMMITTER") for w in ("NAME", "EMAIL")}
    subprocess.run(["git", *args], cwd=work, env=home | who, capture_output=True, check=False, timeout=30)


@contextlib.asynccontextmanager
async def serve(app) -> AsyncIterator[str]:
    """Serve an ASGI application on 127.0.0.1; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


async def _nowhere(message):
    """Where an answer goes that gets lost."""


@pytest.fixture
async def far(tmp_path):
    root = tmp_path / "far"
    base = await git_repo.create_repository(root, "octo/widgets", FILES, "first", ("Bob", "bob@example.com"), NOW)
    here = Far(git_repo.path(root, "octo/widgets"), "", base)

    def authorize(password, name, access):
        return password == TOKEN and name == "octo/widgets"

    async def refuse(name, update):
        return here.refuse

    async def pushed(name, updates):
        here.pushes += [update.ref for update in updates]

    app = git_http.app(root, authorize, on_push=pushed, refuse=refuse, is_live=lambda password: password == TOKEN)

    async def gated(scope, receive, send):
        if scope["method"] == "POST":
            await here.gate(scope["path"])
        if here.break_after and scope["path"].endswith("git-receive-pack") and scope["method"] == "POST":
            here.break_after = False
            await app(scope, receive, _nowhere)
            raise ConnectionAbortedError
        await app(scope, receive, send)

    async with serve(gated) as address:
        here.url = f"{address}/octo/widgets.git"
        yield here
        here.gate.opened.set()


@pytest.fixture
def root(tmp_path):
    path = tmp_path / "data"
    path.mkdir()
    return path


@pytest.fixture
async def repo(far, root):
    """A mirror that knows the far side's `main`."""
    return await mirror.refresh(root, "7", far.remote, ["refs/heads/main"])


@pytest.fixture
async def work(repo, far, tmp_path):
    """A working directory at the far side's first commit."""
    return (await trees.checkout(repo, far.base, tmp_path / "work")).path


@pytest.fixture
def marker(tmp_path):
    """A file that only a trap makes."""
    return tmp_path / "trapped"


@pytest.fixture
def trap(tmp_path, marker):
    """A program that leaves the marker."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
    program.chmod(0o755)
    return program
