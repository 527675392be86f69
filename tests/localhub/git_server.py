"""A served set of repositories and the real git clients that talk to it, for the tests of the hub's git."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from app.localhub import git_http, git_process, git_repo
from tests.localhub import waiting

ADA = ("Ada", "ada@example.org")
NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
WRITER, READER, EXPIRED = "writer-token", "reader-token", "expired-token"


@dataclass
class Hub:
    root: Path
    url: str = ""
    pushes: list[tuple[str, list[git_http.RefUpdate]]] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    protected: str = "refs/heads/none"
    port: int = 0

    def authorize(self, password: str | None, name: str, access: git_http.Access) -> bool:
        if name == "octo/public" and access == "read":
            return True
        return password == WRITER or (password == READER and access == "read")

    async def on_push(self, name: str, updates: list[git_http.RefUpdate]) -> None:
        self.pushes.append((name, updates))

    async def refuse(self, name: str, update: git_http.RefUpdate) -> str | None:
        if update.ref == self.protected:
            return "error: GH006: Protected branch update failed.\nprotected branch hook declined"
        files = await git_repo.list_files(git_repo.path(self.root, name), update.new)
        return "refusing to update workflows" if ".github/workflows/ci.yml" in files else None


@asynccontextmanager
async def serving(hub: Hub) -> AsyncIterator[Hub]:
    """Serve `octo/widgets` and the public `octo/public`, each with one commit on `main`."""
    for name in ("octo/widgets", "octo/public"):
        await git_repo.create_repository(hub.root, name, {"a.txt": "one\n"}, "Start", ADA, NOON)
    app = git_http.app(
        hub.root, hub.authorize, hub.on_push, hub.refuse, lambda token: token != EXPIRED, hub.stderr.append
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="critical"))
    running = asyncio.create_task(server.serve())
    await waiting.until(lambda: server.started)
    hub.port = server.servers[0].sockets[0].getsockname()[1]
    hub.url = f"http://127.0.0.1:{hub.port}"
    try:
        yield hub
    finally:
        server.should_exit = server.force_exit = True
        await running


async def git(*arguments: str, token: str | None = WRITER) -> tuple[int, str]:
    """Run git as a client; returns its exit code and everything it said."""
    login = f"!f() {{ echo username=x-access-token; echo password={token}; }}; f"
    helper = {"credential.helper": login} if token else {}
    who = {f"GIT_{role}_{part}": "ada" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    process = await asyncio.create_subprocess_exec(
        "git",
        *arguments,
        env=git_process.environment({**git_process.settings(helper), **who}),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(f"x-access-token:{token}".encode()).decode()


async def clone(hub: Hub, to: Path, name: str = "octo/widgets") -> Path:
    code, said = await git("clone", "--quiet", f"{hub.url}/{name}.git", str(to))
    assert code == 0, said
    return to


async def commit(tree: Path, file: str, content: bytes) -> None:
    (tree / file).parent.mkdir(parents=True, exist_ok=True)
    (tree / file).write_bytes(content)
    for words in (["add", "."], ["commit", "--quiet", "-m", "work"]):
        code, said = await git("-C", str(tree), *words)
        assert code == 0, said


async def push(tree: Path, *words: str, token: str | None = WRITER) -> tuple[int, str]:
    return await git("-C", str(tree), "push", *words, token=token)
