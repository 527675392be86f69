"""`@name` in an instruction has some agents put the file of that name into the prompt: nobody asked for that."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MENTION = re.compile(r'@("[^"]*"|[^\s,;!?()\[\]{}]+)')


def spelled_out(text: str, worktree: Path) -> str:
    """`text` with a space after each sign that a file or a directory is mentioned by; all others are left alone."""
    return _MENTION.sub(lambda found: f"@ {found[1]}" if _is_there(found[1], worktree) else found[0], text)


def _is_there(name: str, worktree: Path) -> bool:
    path = name.strip('"').partition("#")[0].rstrip(".:").replace("\\", "")
    try:
        return path.startswith("~") or os.path.lexists(worktree / path)
    except (ValueError, OSError):
        return True
