"""A tool call as people read it in a log: the one argument that says most, on one line, with paths of the worktree."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.executors import fields, view

_TELLING = ("command", "file_path", "absolute_path", "path", "pattern", "query", "url", "dir_path", "description")
_SHELLS = {"bash", "sh", "zsh"}


def detail(arguments: Mapping[str, Any], worktree: Path) -> str:
    """What a tool was called with: a command, a file, or a pattern and where it is looked for."""
    told = [word for name in _TELLING if (word := fields.text(arguments, name))]
    if fields.text(arguments, "pattern") and not fields.text(arguments, "command"):
        return line(
            " in ".join([arguments["pattern"], *(word for word in told if word != arguments["pattern"])]), worktree
        )
    return line(told[0] if told else "", worktree)


def command(words: str, worktree: Path) -> str:
    """A shell's command line without the shell around it."""
    try:
        parts = shlex.split(words)
    except ValueError:
        return line(words, worktree)
    is_wrapped = len(parts) == 3 and Path(parts[0]).name in _SHELLS and parts[1] in {"-c", "-lc"}
    return line(parts[2] if is_wrapped else words, worktree)


def line(text: str, worktree: Path) -> str:
    """Text on one line; the worktree's path is left out, as it is known or made up."""
    for root in (str(worktree), view.TREE):
        text = text.replace(f"{root}/", "")
    return " ".join(text.split())
