"""What the tests fetch: only what is pinned, whole or not at all, and with words for people when it cannot be had."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import io
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.localhub import server
from tools import fetch_agents, npm_packages
from tools.agent_packages import BUILDS, Build

FILES = {"bin/agent": b"#!/bin/sh\necho 1.0.0\n", "bin/helper": b"", "manual.md": b"long", "../escaped": b"x"}
PLATFORMS = ["linux-x64", "linux-arm64", "linux-x64-musl", "linux-arm64-musl"]


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "agents"
    path.mkdir()
    monkeypatch.setattr(fetch_agents, "TARGET", path)
    return path


@pytest.fixture
async def registry(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """A registry with one package, for the real npm; what was asked of it."""
    asked: list[str] = []
    listener = server.listen()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"

    async def answer(request: Request) -> Response:
        asked.append(request.url.path)
        match request.url.path:
            case "/agent":
                dist = {"tarball": f"{address}agent.tgz", "integrity": integrity(archive())}
                version = {"name": "agent", "version": "1.0.0", "dist": dist, "scripts": {"postinstall": "exit 1"}}
                return JSONResponse({"name": "agent", "dist-tags": {}, "versions": {"1.0.0": version}})
            case "/agent.tgz":
                return Response(archive())
            case _:
                return JSONResponse({"error": "Not found"}, 404)

    monkeypatch.setenv("NPM_CONFIG_REGISTRY", address)
    async with server.serve(Starlette(routes=[Route("/{path:path}", answer)]), listener):
        yield asked


async def test_only_what_is_needed_is_kept_and_it_can_be_run(target, registry):
    build = pinned()
    await asyncio.to_thread(fetch_agents.provide, build)
    home = target / "agent/1.0.0"
    assert {path.name for path in home.rglob("*") if path.is_file()} == {"agent", "helper", ".contents.json"}
    assert (home / "bin/agent").read_bytes() == FILES["bin/agent"]
    assert (home / "bin/agent").stat().st_mode & 0o777 == 0o755
    assert [path.name for path in target.iterdir()] == ["agent"]
    assert not list(target.parent.rglob("escaped"))


async def test_what_is_there_is_not_fetched_again(target, registry):
    await asyncio.to_thread(fetch_agents.provide, pinned())
    asked = len(registry)
    await asyncio.to_thread(fetch_agents.provide, pinned())
    assert len(registry) == asked > 0


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"half")])
async def test_what_is_damaged_is_fetched_again(target, registry, damage):
    await asyncio.to_thread(fetch_agents.provide, pinned())
    program = target / "agent/1.0.0/bin/agent"
    damage(program)
    await asyncio.to_thread(fetch_agents.provide, pinned())
    assert program.read_bytes() == FILES["bin/agent"]


async def test_an_archive_with_another_digest_is_refused_and_nothing_kept(target, registry):
    package = npm_packages.Package("agent", "1.0.0", integrity(b"another"))
    with pytest.raises(npm_packages.FetchError, match="not the pinned sha512-"):
        await asyncio.to_thread(fetch_agents.provide, dataclasses.replace(pinned(), package=package))
    assert list(target.iterdir()) == []


async def test_an_archive_without_the_program_is_refused(target, registry):
    with pytest.raises(npm_packages.FetchError, match="it holds no file bin/other"):
        await asyncio.to_thread(fetch_agents.provide, dataclasses.replace(pinned(), program="bin/other"))
    assert list(target.iterdir()) == []


async def test_a_package_that_cannot_be_had_is_told_with_what_to_do(target, registry):
    package = npm_packages.Package("absent", "1.0.0", "sha512-")
    with pytest.raises(npm_packages.FetchError) as told:
        await asyncio.to_thread(fetch_agents.provide, dataclasses.replace(pinned(), package=package))
    assert str(told.value).startswith("cannot fetch absent 1.0.0 from the npm registry: 404")
    assert str(told.value).endswith("then run `make agents` again.")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_agent_has_one_build_for_a_platform(platform):
    found = fetch_agents.builds(platform)
    assert sorted(build.agent for build in found) == ["claude", "codex", "gemini"]


def test_a_platform_without_builds_is_told():
    with pytest.raises(npm_packages.FetchError, match="no pinned builds of claude, codex for plan9-vax"):
        fetch_agents.builds("plan9-vax")


def test_every_build_has_a_digest_of_its_own():
    digests = [build.package.integrity for build in BUILDS]
    assert all(len(base64.b64decode(digest.removeprefix("sha512-"))) == 64 for digest in digests)
    assert len(set(digests)) == len(digests)


def pinned() -> Build:
    package = npm_packages.Package("agent", "1.0.0", integrity(archive()))
    return Build("agent", [], package, "bin/agent", keep=("bin/", "../"))


def archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:  # npm takes it plain too, and it is the same each time
        for name, content in FILES.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size, member.mode = len(content), 0o755
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def integrity(content: bytes) -> str:
    return f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"
