"""What the guards judge by: the repository's protected paths and limits, and what the rest of dursor knows of files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Rules:
    """Paths are in gitignore syntax. `is_secret` says of a path and a line added to it whether that is a credential.

    `own_configuration` is the file that dursor reads; `files_in_all` what GitHub says it lists, None where unknown.
    """

    protected: Sequence[str]
    agent_settings: Sequence[str]
    lock_files: Sequence[str]
    own_configuration: str
    max_files: int
    max_lines: int
    is_secret: Callable[[str, str], bool]
    files_in_all: int | None = None


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path is one of those; a link or a submodule in a directory's place is as good as the directory."""
    spec = GitIgnoreSpec.from_lines(patterns)
    return lambda path: spec.match_file(path) or spec.match_file(f"{path}/")
