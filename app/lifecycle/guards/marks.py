"""Marks in code that keep a test from running, or a checker from speaking."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.lifecycle.guards import names
from app.lifecycle.guards.diff import Diff, Found, Kind

_SKIP = re.compile(
    r"^\s{0,60}(?:@\w{1,40}\s{1,3}){0,3}@(?:unittest\.)?(?:skip\w*|expectedFailure|Disabled\w*|Ignore)\b"
    r"|\b(?:pytest\.)?mark\.(?:skip|xfail)\w*|\bpytest\.(?:skip|xfail|importorskip)\("
    r"|#\[ignore|\[(?:Fact|Theory|Test)\(Skip\b|\[Ignore\b|@Test\(.{0,100}\benabled\s{0,3}=\s{0,3}false"
    r"|\bself\.skipTest\(|\bSkipTest\b|\bmarkTest(?:Skipped|Incomplete)\b|\bXCTSkip\b|\bcollect_ignore\w*"
    r"|\bpytest_(?:collection_modifyitems|ignore_collect)\b"
)
_SKIP_IN_TESTS = re.compile(
    r"\b(?:it|test|describe|suite|context|Deno\.test)\.(?:skip|only|todo|fixme|skipIf|runIf|failing|ignore)\b"
    r"|\b(?:it|test|describe)\[[\"'`]|^\s{0,80}(?:[xf](?:it|describe|test|context|specify))\b[( ]"
    r"|\b[tbf]\.Skip(?:f|Now)?\(|testing\.Short\(\)|\bAssert\.(?:Ignore|Inconclusive)\("
    r"|\bassum(?:e|ing)(?:True|That|False)\(|#\[cfg\((?:any\(\)|FALSE|disabled)\)\]"
    r"|^//go:build ignore|^// \+build ignore|^\s{0,60}__test__\s{0,3}=\s{0,3}False"
    r"|^\s{0,60}@(?:module|describe)?tag :skip|^\s{0,60}(?:del test_|test_\w{1,80} = None)"
    r"|^\s{0,60}(?:skip|pending)(?:$|\s{1,3}[\"']|\s{0,3}\([\"']|\s{1,3}(?:if|unless)\b)|,\s{0,3}skip: "
)
_SILENCED = re.compile(
    r"#\s{0,3}(?:noqa|nosec|nosemgrep|type:\s?ignore|pyright:\s?(?:ignore|basic)|pyre-ignore|mypy:\s?ignore|ruff:\s?noqa"
    r"|pragma: no (?:cover|branch)|pylint:\s?disable|rubocop:disable|shellcheck disable|flake8: noqa|pyrefly: ignore)"
    r"|(?://|/\*)\s{0,3}(?:nolint|NOLINT|eslint-disable|tslint:disable|biome-ignore|oxlint-disable|istanbul ignore"
    r"|c8 ignore|v8 ignore|@ts-(?:ignore|expect-error|nocheck)|NOSONAR|nosemgrep|ReSharper disable|phpcs:ignore)"
    r"|@phpstan-ignore|@SuppressWarnings\b|@Suppress\(|#!?\[(?:allow|expect)\(|^\s{0,60}#pragma warning disable"
    r"|\[SuppressMessage\(|@no_type_check\b|#\s{0,3}noinspection|^\s{0,60}import warnings; warnings\.simplefilter"
    r"|^\s{0,60}(?:///|//)\s{0,3}swiftlint:disable|\bHIDDEN_FROM_COVERAGE\b|coverage:ignore"
)
_STRING = re.compile(r"\\.|\"(?:[^\"\\]|\\.)*+(\"?)|'(?:[^'\\]|\\.)*+('?)")
_REMARK = re.compile(r"^\s{0,200}(?:#(?!!?\[|if|pragma)|//(?!go:build| \+build)|\*|--|<!--)")


_IsMark = Callable[[Diff, str], bool]


def found(diffs: Sequence[Diff]) -> Iterator[Found]:
    """Files with more such marks than before. A line that moved as it was, to whatever file, is no new one."""
    for diff in _with_more(diffs, _skips):
        yield Found(Kind.SKIPPED, diff.file.path, f"{diff.file.path} skips tests")
    for diff in _with_more(diffs, lambda _, line: bool(_SILENCED.search(line))):
        yield Found(Kind.SILENCED, diff.file.path, f"{diff.file.path} silences a checker")


def _with_more(diffs: Sequence[Diff], is_mark: _IsMark) -> Iterator[Diff]:
    code = [diff for diff in diffs if not names.is_prose(diff.file.path)]
    moved = Counter(line for diff in code for line in _marks(diff, diff.removed, is_mark))
    moved &= Counter(line for diff in code for line in _marks(diff, diff.added, is_mark))
    going, coming = Counter(moved), Counter(moved)
    for diff in code:
        removed, added = (
            sum(not _take(left, line) for line in _marks(diff, lines, is_mark))
            for left, lines in ((going, diff.removed), (coming, diff.added))
        )
        if added > removed and not diff.file.is_gone:
            yield diff


def _marks(diff: Diff, lines: Iterable[str], is_mark: _IsMark) -> Iterator[str]:
    return (line.strip() for line in lines if is_mark(diff, line))


def _take(left: Counter[str], line: str) -> bool:
    if left[line] < 1:
        return False
    left[line] -= 1
    return True


def _skips(diff: Diff, line: str) -> bool:
    if _REMARK.match(line):
        return False
    code = _STRING.sub(_emptied, line)
    return bool(_SKIP.search(code) or (names.is_test(diff.file) and _SKIP_IN_TESTS.search(code)))


def _emptied(match: re.Match[str]) -> str:
    """A string without what is in it: a text that speaks of a skip skips nothing. One without an end stays."""
    quote = match[1] or match[2]
    return quote * 2 if quote else match[0]
