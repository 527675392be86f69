"""Finds single tests in both sides of a diff, in the languages people write tests in, by how their lines begin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.lifecycle.guards import names
from app.lifecycle.guards.diff import Diff, Line

Side = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class Case:
    """A test as far as a hunk shows it, its head first. `is_changed`: the head itself was removed or added.

    What stands in a hunk outside of any test is a case without a head, named after its hunk.
    """

    path: str
    name: str
    lines: Sequence[Line]
    is_changed: bool
    has_head: bool = True


_HEAD = re.compile(
    r"^\s{0,60}(?:(?:async )?def (?P<def>test\w{0,200})"
    r"|[xf]?(?:it|test|specify|scenario|property)(?:\.(?:each|only|skip|concurrent|failing|todo|fixme|step)\b){0,3}"
    r"(?:\(|[ ]?(?=[\"'`]))\s{0,3}(?:[\"'`](?P<quoted>[^\"'`]{0,200}))?"
    r"|func (?:\([^)]{0,80}\) )?(?P<func>(?:Test|Fuzz|test)\w{0,200})\("
    r"|(?:public |static |final ){0,3}function (?P<function>test\w{0,200})\("
    r"|@test [\"'](?P<bats>[^\"']{0,200}))"
)
_MARK = re.compile(
    r"^\s{0,60}(?:#\[(?:\w{1,30}::)?(?:test|rstest|test_case|quickcheck)\b"
    r"|@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\b|\[(?:Fact|Theory|Test|TestMethod|TestCase)\b)"
)
_DECLARED = re.compile(r"\b(?:fn|fun|void|function|Task)\s{1,3}[`]?(\w{1,200})|\b(\w{1,200})\s{0,2}\(")
_CLOSING = re.compile(r"^\s{0,200}[)\]}]")
_TABLE = re.compile(
    r"parametrize\(|\b(?:it|test|describe)\.each\b|@(?:ParameterizedTest|ValueSource|CsvSource|MethodSource)\b"
    r"|\bt\.Run\(|#\[case|\[InlineData\b|\[TestCase\b|\bsubTest\(|\bdataProvider\b"
)
_ROW = re.compile(
    r"^\s{0,60}(?:(?:pytest\.param\(|[(\[{\"'\d-]).{0,2000},|#\[case\(.{0,2000}|\[(?:InlineData|TestCase)\(.{0,2000})\s{0,9}$"
)
_HEAD_LINES = 6
_WORD = re.compile(r"[A-Za-z_]\w{0,80}|\d{1,20}")
_COMMON = frozenset(
    [
        "def",
        "fn",
        "func",
        "fun",
        "function",
        "async",
        "await",
        "self",
        "this",
        "assert",
        "assertEqual",
        "assertEquals",
        "assert_eq",
        "expect",
        "toBe",
        "toEqual",
        "equal",
        "return",
        "let",
        "const",
        "var",
        "mut",
        "new",
        "if",
        "else",
        "for",
        "in",
        "is",
        "not",
        "and",
        "or",
        "None",
        "null",
        "nil",
        "true",
        "false",
        "True",
        "False",
        "t",
        "testing",
        "T",
        "public",
        "void",
        "static",
        "final",
        "import",
        "from",
        "pass",
        "end",
        "do",
        "it",
        "test",
        "describe",
        "pytest",
        "mark",
        "parametrize",
        "param",
        "with",
        "as",
        "raises",
        "id",
        "ids",
    ]
)


def tokens(lines: Sequence[str]) -> set[str]:
    """The words and numbers that tell one piece of a test from another."""
    return {word for line in lines for word in _WORD.findall(line[:2000])} - _COMMON


def cases(diff: Diff, side: Side) -> list[Case]:
    """All tests that the hunks of a file show on a side, and what stands between them."""
    hunks = enumerate(diff.hunks)
    return [case for at, hunk in hunks for case in _in_hunk(diff, f"#{at}", getattr(hunk, side), hunk.heading)]


def rows(diff: Diff, side: Side) -> list[str]:
    """The changed rows of tables of tests, where the side shows such a table."""
    lines = [line for hunk in diff.hunks for line in getattr(hunk, side)]
    if not any(_TABLE.search(line.text) for line in lines):
        return []
    changed = [line.text for line in lines if line.is_changed]
    within = [item for line in changed if _TABLE.search(line) for item in _inline(line)]
    return [line for line in changed if _ROW.match(line)] + within


def _inline(line: str) -> Iterator[str]:
    """The values of a table on one line, but for the first: a test without a table is a test as well."""
    _, bracket, values = line.partition("[")
    if bracket and "]" in values:
        yield from values.split(",")[1:]


def _in_hunk(diff: Diff, label: str, lines: Sequence[Line], heading: str) -> Iterator[Case]:
    in_test = names.is_test(diff.file)
    head = _HEAD.match(heading) if in_test else None
    name, depth = (_name(head), 0) if head else (label, -1)
    outside: list[Line] = []
    current: list[Line] = outside
    is_changed = has_head = False
    open_until = 0
    for at, line in enumerate(lines):
        mark = _MARK.match(line.text)
        starts = mark or (_HEAD.match(line.text) if in_test else None)
        if starts and at < open_until and current is not outside:
            starts = None  # a second mark of the same test, or the declaration that a mark announced
        if starts:
            if current is not outside:
                yield Case(diff.file.path, name, current, is_changed, has_head)
            name = _declared(lines, at) if mark else _name(starts)
            current, is_changed, has_head, depth = [line], line.is_changed, True, _depth(line.text)
            open_until = at + _HEAD_LINES if mark else at
            continue
        if mark is None and open_until > at and _DECLARED.search(line.text):
            open_until = at
        elif open_until <= at and current is not outside and _ends(line.text, depth):
            yield Case(diff.file.path, name, current, is_changed, has_head)
            current, name = outside, label
        current.append(line)
    if current is not outside:
        yield Case(diff.file.path, name, current, is_changed, has_head)
    if outside:
        yield Case(diff.file.path, _name(head) if head else label, outside, False, False)


def _ends(text: str, depth: int) -> bool:
    return bool(text.strip()) and _depth(text) <= depth and not _CLOSING.match(text)


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def _name(head: re.Match[str]) -> str:
    return next((value for value in head.groupdict().values() if value), "")


def _declared(lines: Sequence[Line], at: int) -> str:
    """The name of the function that a mark such as `@Test` stands before."""
    for line in lines[at : at + _HEAD_LINES]:
        text = _MARK.sub("", line.text) if line is lines[at] else line.text
        if not text.lstrip().startswith(("#[", "@", "[")) and (found := _DECLARED.search(text)):
            return found[1] or found[2]
    return ""
