"""Fetches the coding agents that the tests run, at pinned versions: `make agents`.

Claude Code and Codex are native programs, one package for each platform; Gemini CLI is a bundle that runs under the
development lock's node. Only what runs is kept, in `.cache/agents/NAME/VERSION/`, which git ignores. What is there and
complete is not fetched again. docs/decisions/0005-agents-for-tests.md says why they are fetched, and at what cost.
"""

from __future__ import annotations

import concurrent.futures
import json
import platform
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from tools import npm_packages
from tools.agent_packages import BUILDS, Build

TARGET = Path(__file__).resolve().parent.parent / ".cache" / "agents"
AGAIN = "make agents"
_CONTENTS = ".contents.json"


def main() -> int:
    try:
        with npm_packages.alone(TARGET), concurrent.futures.ThreadPoolExecutor() as threads:
            for done in [threads.submit(provide, build) for build in builds(this_platform())]:
                done.result()
    except npm_packages.FetchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def command(name: str) -> tuple[str, ...]:
    """How the fetched agent called `name` is started; raises FetchError where it is not there or not whole."""
    [build] = [build for build in builds(this_platform()) if build.agent == name]
    if not is_present(build):
        raise npm_packages.FetchError(f"{build.package} is not in {home(build)}: run `{AGAIN}`, as `make test` does.")
    program = home(build) / build.program
    return (str(npm_packages.node()), str(program)) if program.suffix == ".js" else (str(program),)


def this_platform() -> str:
    """Such as `linux-x64` or `linux-arm64-musl`."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine())
    libc = "" if sys.platform != "linux" or platform.libc_ver()[0] == "glibc" else "-musl"
    return f"{sys.platform}-{machine}{libc}"


def builds(wanted: str) -> list[Build]:
    """One build for each agent; raises FetchError where one has none for the platform."""
    found = [build for build in BUILDS if wanted in build.platforms or not build.platforms]
    missing = sorted({build.agent for build in BUILDS} - {build.agent for build in found})
    if missing:
        raise npm_packages.FetchError(
            f"there are no pinned builds of {', '.join(missing)} for {wanted}; the tests that run real agents need "
            "Linux on x86-64 or arm64. `.venv/bin/pytest` runs the others."
        )
    return found


def provide(build: Build) -> None:
    """Fetch a build unless it is there; raises FetchError."""
    if not is_present(build):
        print(f"==> fetching {build.package}", flush=True)
        fetch(build)


def home(build: Build) -> Path:
    return TARGET / build.agent / build.package.version


def is_present(build: Build) -> bool:
    """Whether every file of the pinned archive that is needed is there, in its full size."""
    try:
        contents = json.loads((home(build) / _CONTENTS).read_text())
        whole = all((home(build) / name).stat().st_size == size for name, size in contents["files"].items())
    except (OSError, ValueError):
        return False
    return whole and contents["build"] == repr(build)


def fetch(build: Build) -> None:
    """Bring one build into its place, whole or not at all; raises FetchError."""
    with tempfile.TemporaryDirectory(dir=TARGET) as scratch:
        archive = npm_packages.archive(build.package, Path(scratch), AGAIN)
        fresh = Path(scratch, "fresh")
        files = unpack(archive, build, fresh)
        if build.program not in files:
            raise npm_packages.failure(build.package, f"it holds no file {build.program}", AGAIN)
        (fresh / _CONTENTS).write_text(json.dumps({"build": repr(build), "files": files}))
        shutil.rmtree(home(build), ignore_errors=True)
        home(build).parent.mkdir(exist_ok=True)
        fresh.rename(home(build))


def unpack(archive: Path, build: Build, target: Path) -> dict[str, int]:
    """Write the needed files of an archive below `target`; their names and sizes."""
    files = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            name = PurePosixPath(member.name.removeprefix(build.prefix))
            content = opened.extractfile(member) if member.isfile() and _is_needed(member.name, build) else None
            if content is None or ".." in name.parts or name.is_absolute():
                continue
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file, 1024 * 1024)
            path.chmod(0o755 if member.mode & 0o100 else 0o644)
            files[str(name)] = member.size
    return files


def _is_needed(name: str, build: Build) -> bool:
    within = name.removeprefix(build.prefix)
    return name.startswith(build.prefix) and within.startswith(build.keep) and not within.startswith(build.leave)


if __name__ == "__main__":
    sys.exit(main())
