"""Lists in the settings of tools: what is looked at gets shorter, or what is left out gets longer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.lifecycle.guards import names
from app.lifecycle.guards.diff import Diff, Found, Kind, Line

_LOOKED_AT = re.compile(
    r"^(?:extend-)?select$|^testpaths$|^python_(?:files|functions|classes)$|^testMatch$|^env_?list$|^fail[_-]on$"
    r"|^plugins?$|^rules$|^enable$",
)
_MATRIX = re.compile(r"^(?:os|platform|target|toolchain|[\w-]{0,40}version|python|node|go|ruby|php|java|rust|shard)$")
_LEFT_OUT = re.compile(
    r"^(?:extend-|per-file-)?ignores?$|^(?:extend-)?exclude(?:_lines|_also)?$|^omit$|^skips?$|^disable$|^ignorePatterns$"
    r"|^(?:test|coverage)PathIgnorePatterns$|^norecursedirs$|^noqa$|^deselect$|^paths-ignore$|^disabled?_rules$|^NoWarn$"
    r"|^filterwarnings$|^addopts$|^coverage\.exclude$"
)
_HEAD = re.compile(r"^\s{0,60}(?:-\s{1,4})?[\"']?([\w.-]{1,80})[\"']?\s{0,3}[:=]\s{0,3}(.{0,4000})$")
_BULLET = re.compile(r"^\s{0,60}-\s{1,4}")
_ITEM = re.compile(r"[\w./*@^\\$!:-]{1,200}")
_LENIENT = ("ignore", "--ignore", "--deselect", "--exit-zero", "--no-cov")


def found(diffs: Sequence[Diff]) -> Iterator[Found]:
    """Lists that let more pass than before. An item that moved to the same list of another file did not go."""
    settings = [diff for diff in diffs if names.is_settings(diff.file)]
    old = {diff.file.path: set(_items(diff, "old")) for diff in settings}
    new = {diff.file.path: set(_items(diff, "new")) for diff in settings}
    all_old, all_new = set().union(*old.values()), set().union(*new.values())
    for diff in settings:
        path = diff.file.path
        gone, came = sorted(old[path] - all_new), sorted(new[path] - all_old)
        if short := _first(gone, _LOOKED_AT):
            yield Found(Kind.COMMANDS, path, f"{path} takes {short[1][:60]} out of {short[0][:60]}")
        is_matrix = names.is_ci(path)
        if is_matrix and (short := _first(gone, _MATRIX)) and sum(map(_is_matrix, gone)) > sum(map(_is_matrix, came)):
            yield Found(Kind.COMMANDS, path, f"{path} shrinks the matrix by {short[0][:60]} {short[1][:60]}")
        if more := _first(came, _LEFT_OUT):
            yield Found(Kind.SILENCED, path, f"{path} puts {more[1][:60]} into {more[0][:60]}")


def _is_matrix(item: tuple[str, str]) -> bool:
    return bool(_MATRIX.match(item[0]))


def _first(items: Sequence[tuple[str, str]], keys: re.Pattern[str]) -> tuple[str, str] | None:
    return next((item for item in items if keys.match(item[0]) and _matters(item)), None)


def _matters(item: tuple[str, str]) -> bool:
    """Options are lists of many things: of those only the lenient ones count."""
    key, value = item
    if key in {"filterwarnings", "addopts"}:
        return value.startswith(_LENIENT)
    return True


def _items(diff: Diff, side: str) -> Iterator[tuple[str, str]]:
    """List and item, for each list whose beginning the hunk shows; of TOML, JSON, YAML and INI alike."""
    for hunk in diff.hunks:
        yield from _in_lines(getattr(hunk, side))


def _in_lines(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    key, depth, is_open = "", 0, False
    for line in lines:
        text = line.text
        if not text.strip() or text.lstrip().startswith(("#", "//")):
            continue
        indent = len(text) - len(text.lstrip())
        inside = is_open or (key and (_BULLET.match(text) or (indent > depth and not _HEAD.match(text))))
        if inside:
            for item in _ITEM.findall(text.partition(" #")[0]):
                if item not in {"-", ":"}:
                    yield key, item
            is_open = is_open and "]" not in text
        elif head := _HEAD.match(text):
            key, depth, value = head[1], indent, head[2]
            is_open = "[" in value and "]" not in value
            for item in _ITEM.findall(value.partition(" #")[0]):
                yield key, item
        else:
            key = ""
