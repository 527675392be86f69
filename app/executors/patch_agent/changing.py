"""Tools that change files of the worktree, within what one run may write."""

from __future__ import annotations

import os
import stat
import uuid
from dataclasses import dataclass
from pathlib import Path

import pathspec

from app import agent_settings
from app.executors.patch_agent import looking, paths
from app.executors.patch_agent.paths import Forbidden, ToolError

MAX_FILE = 1_000_000
"""Bytes of a file that a model writes."""

MAX_BYTES = 20_000_000
MAX_FILES = 500
_NEARBY = 3  # lines
_settings = pathspec.GitIgnoreSpec.from_lines(agent_settings.PATTERNS)


@dataclass(slots=True)
class Changing:
    """Changes the files of `root`; `scratch`, on the same file system, is where new contents are made.

    A file is replaced as a whole and never written in place: whoever dies in between leaves the old one.
    """

    root: Path
    scratch: Path
    written: int = 0
    made: int = 0

    def edit(self, path: str, old: str, new: str) -> str:
        """Replace the one place where `old` stands. Raises ToolError, which says what stands nearby."""
        inside = _changeable(path)
        content, mode = paths.read(self.root, inside, looking.MAX_FILE)
        text = looking.decoded(path, content)
        if not old:
            raise ToolError("`old` is empty: give the text that is to be replaced, with some lines around it.")
        if old not in text and "\r\n" in text:
            old, new = _with_returns(old), _with_returns(new)
        count = text.count(old)
        if count != 1:
            raise ToolError(_ambiguous(path, text, old, count) if count else _missing(path, text, old))
        start = text.index(old)
        self._put(inside, text[:start] + new + text[start + len(old) :], mode)
        return f"{path} is changed from line {text.count(chr(10), 0, start) + 1} on."

    def create(self, path: str, content: str, *, replace: bool) -> str:
        """Write a new file, or with `replace` a present one anew. Raises ToolError."""
        inside = _changeable(path)
        mode = self._mode(inside)
        if mode is not None and not replace:
            raise ToolError(f"{path} exists: change it with `edit`, or set `replace` to write it anew.")
        self._put(inside, content, 0o644 if mode is None else mode)
        return f"{path} is written, {len(looking.split(content)):,} lines."

    def delete(self, path: str) -> str:
        """Remove a file. Raises ToolError."""
        inside = _changeable(path)
        self._present(path, inside)
        with paths.directory(self.root, inside[:-1]) as parent, paths.telling(path):
            os.unlink(inside[-1], dir_fd=parent)
        return f"{path} is deleted."

    def move(self, path: str, to: str) -> str:
        """Rename a file; what is at its new place stays. Raises ToolError."""
        inside, target = _changeable(path), _changeable(to)
        self._present(path, inside)
        if self._mode(target) is not None:
            raise ToolError(f"{to} exists.")
        with (
            paths.directory(self.root, inside[:-1]) as parent,
            paths.directory(self.root, target[:-1], create=True) as new_parent,
            paths.telling(to),
        ):
            os.rename(inside[-1], target[-1], src_dir_fd=parent, dst_dir_fd=new_parent)
        return f"{path} is now {to}."

    def _present(self, path: str, inside: tuple[str, ...]) -> None:
        if self._mode(inside) is None:
            raise ToolError(f"There is no {path}.")

    def _mode(self, inside: tuple[str, ...]) -> int | None:
        """The mode of a regular file, None where nothing is. Raises ToolError for everything else."""
        path = "/".join(inside)
        try:
            with paths.directory(self.root, inside[:-1]) as parent, paths.telling(path):
                mode = os.stat(inside[-1], dir_fd=parent, follow_symlinks=False).st_mode
        except ToolError as error:
            if isinstance(error.__context__, FileNotFoundError):
                return None
            raise
        if not stat.S_ISREG(mode):
            raise ToolError(f"{path} is no regular file.")
        return stat.S_IMODE(mode)

    def _put(self, inside: tuple[str, ...], text: str, mode: int) -> None:
        content = _encoded(text)
        if len(content) > MAX_FILE:
            raise ToolError(f"A file that is written has at most {MAX_FILE:,} bytes; this would have {len(content):,}.")
        if self.written + len(content) > MAX_BYTES or self.made >= MAX_FILES:
            raise ToolError(f"One run writes at most {MAX_FILES} times and {MAX_BYTES:,} bytes, which are spent.")
        self.written += len(content)
        self.made += 1
        self.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self.scratch / uuid.uuid4().hex
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(content)
                os.fchmod(file.fileno(), mode & 0o777)
            with paths.directory(self.root, inside[:-1], create=True) as parent, paths.telling("/".join(inside)):
                os.replace(new, inside[-1], dst_dir_fd=parent)
        finally:
            new.unlink(missing_ok=True)


def _changeable(path: str) -> tuple[str, ...]:
    inside = paths.parts(path)
    if not inside:
        raise ToolError("`.` is a directory.")
    if _settings.match_file("/".join(inside)):
        raise Forbidden(f"{path} instructs coding agents and is not changed by one.")
    return inside


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ToolError("The text holds half of a character (a lone surrogate).") from None


def _with_returns(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _ambiguous(path: str, text: str, old: str, count: int) -> str:
    lines, start = list[str](), -1
    while len(lines) < 10 and (start := text.find(old, start + 1)) >= 0:
        lines.append(str(text.count("\n", 0, start) + 1))
    where = ", ".join(lines)
    return f"`old` stands {count} times in {path}, at lines {where}: add lines around it until it is the only one."


def _missing(path: str, text: str, old: str) -> str:
    """What stands where the first line of `old` nearly does: usually the white space differs."""
    wanted = next((_bare(line) for line in looking.split(old) if _bare(line)), "")
    lines = looking.split(text)
    near = next((number for number, line in enumerate(lines, 1) if wanted and wanted in _bare(line)), None)
    if near is None:
        return f"`old` does not stand in {path}, not even its first line: read the file again."
    first = max(1, near - _NEARBY)
    shown = "\n".join(f"{number}\t{lines[number - 1][:300]}" for number in range(first, near + _NEARBY + 1)
                      if number <= len(lines))  # fmt: skip
    return f"`old` does not stand in {path} as you gave it. Around line {near} it reads:\n{shown}"


def _bare(line: str) -> str:
    return "".join(line.split())
