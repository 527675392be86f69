"""The environment of a program, built from nothing: of dursor's own only PATH goes in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def build(state_dir: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """The variables for one run; `extra` is added, and wins."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(state_dir / "home"),
        "TMPDIR": str(state_dir / "tmp"),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "CI": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **extra,
    }


def prepare(state_dir: Path) -> None:
    """Make the private directories that `build` names. May raise OSError."""
    for directory in (state_dir, state_dir / "home", state_dir / "tmp"):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
