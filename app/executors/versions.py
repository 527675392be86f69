"""The version that a program says it has: asked in a bare environment, within bounds, once for each file."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECONDS = 30.0  # agents take one, and several on a busy machine
_NUMBER = re.compile(r"\b(\d+\.\d+\.\d+)")
_kept: dict[tuple[tuple[str, ...], int, int], str] = {}


def of(argv: Sequence[str], path: Path, env: Mapping[str, str], seconds: float = _SECONDS) -> str | None:
    """What `argv --version` says, or None. Blocks; remembers the answer until `path` changes.

    Of `env` only PATH is handed on: no key, and no settings of whoever runs the server.
    """
    try:
        state = path.stat()
    except OSError:
        return None
    key = (tuple(argv), state.st_mtime_ns, state.st_size)
    if key not in _kept:
        found = _NUMBER.search(_ask(argv, env, seconds))
        if found is None:
            return None
        _kept[key] = found[1]
    return _kept[key]


def parts(version: str) -> tuple[int, ...]:
    """A version as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


def _ask(argv: Sequence[str], env: Mapping[str, str], seconds: float) -> str:
    """What it writes, or nothing where it does not start, fails, or takes too long."""
    with tempfile.TemporaryDirectory(prefix="dursor-", ignore_cleanup_errors=True) as home:
        try:
            process = subprocess.Popen(
                [*argv, "--version"],
                cwd=home,
                env=_bare(home, env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return ""
        with process:
            try:
                out, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                return ""
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    return out[:4096].decode(errors="replace") if process.returncode == 0 else ""


def _bare(home: str, env: Mapping[str, str]) -> dict[str, str]:
    return {
        "PATH": env.get("PATH", os.defpath), "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", "TERM": "dumb",
        "CLAUDE_CONFIG_DIR": home, "CODEX_HOME": home, "GEMINI_CLI_HOME": home, "GEMINI_CLI_NO_RELAUNCH": "true",
        "DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }  # fmt: skip
