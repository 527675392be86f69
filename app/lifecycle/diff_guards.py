"""What a diff does to the checks that judge it: tests deleted or skipped, limits lowered, checkers silenced.

Looked for in the lines themselves and not asked of a model. Whatever is found needs a person's approval,
so a doubtful case is named; what a tidy refactoring does (renaming, moving, parametrizing tests) is not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the pull request's diff; `patch` has its hunks, None where GitHub shows none."""

    path: str
    status: str
    additions: int
    deletions: int
    patch: str | None = None
    old_path: str | None = None


_TEST_NAME = re.compile(
    r"(?:^|/)test_[^/]*$|_test\.[a-z]+$|\.(?:test|spec)\.[a-z]+$|(?:Test|Tests|Spec)\.[a-z]+$|_spec\.rb$"
)
_TEST_FOLDER = re.compile(r"(?:^|/)(?:tests?|__tests__|spec)/", re.IGNORECASE)
_CONFIG = re.compile(
    r"(?:^|/)(?:\.[^/]{0,60}rc(?:\.[a-z]+)?|\.flake8|Makefile|Jenkinsfile|noxfile\.py"
    r"|[^/]+\.(?:toml|cfg|ini|ya?ml|json|sh|xml)|[^/]+\.config\.[cm]?[jt]s)$"
)
_CASE = re.compile(
    r"^\s{0,40}(?:(?:async )?def test|(?:it|test)(?:\.\w+)?\(|func Test|class Test|#\[(?:tokio::)?test\]|@Test\b)"
)
_PARAMETERS = re.compile(r"parametrize\(|\b(?:it|test)\.each\b|@(?:ParameterizedTest|ValueSource|CsvSource)\b")
_ROW = re.compile(r"^\s{0,60}(?:pytest\.param\(|[(\[{\"'\d-]).{0,2000},\s{0,9}$")
_ASSERTION = re.compile(r"\bassert\w*\b|\bexpect\(|pytest\.raises|\bt\.(?:Error|Fatal)|\.should\b")
_SKIP = re.compile(
    r"@(?:unittest\.)?(?:skip\w*|expectedFailure|Disabled|Ignore)\b|\bpytest\.(?:mark\.(?:skip|xfail)\w*|skip\(|xfail\()"
    r"|\b(?:it|test|describe|suite|context)\.(?:skip|only|todo|fixme)\b|\b[xf](?:it|describe|test)\("
    r"|\b[tb]\.Skip|self\.skipTest\(|\bSkipTest\b|#\[ignore|\bmarkTestSkipped\b|\[(?:Fact|Theory)\(Skip\b"
)
_SILENCED = re.compile(
    r"#\s{0,3}(?:noqa|nosec|type:\s?ignore|pyright:\s?ignore|mypy:\s?ignore|ruff:\s?noqa|pragma: no cover"
    r"|pylint:\s?disable|rubocop:disable)|(?://|/\*)\s{0,3}(?:nolint|NOLINT|eslint-disable|istanbul ignore|c8 ignore"
    r"|@ts-(?:ignore|expect-error|nocheck))|@SuppressWarnings\b|#!?\[allow\("
)
_TOLERATED = re.compile(
    r"continue-on-error:\s{0,3}true|\|\| true\b|\bignore_errors\b|\bdisable_error_code\b|[\"']off[\"']"
    r"|^\s{0,20}[\"']?(?:extend-|per-file-)?ignores?[\"']?\s{0,3}[=:]|^\s{0,20}omit\s{0,3}="
)
_LEAST = re.compile(
    r"(?<![\w-])(?:--cov-)?(fail[_-]under|minimum[_-]coverage|min[_-]coverage|branches|statements|functions|target)"
    r"[\"']?\s{0,3}[=: ]\s{0,3}(\d{1,6}(?:\.\d{1,4})?)",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"((?:max[_-])?(?:line|doc)[_-]length|max[_-](?:complexity|warnings|arg(?:ument)?s|branches|statements|returns|lines)"
    r"|threshold)[\"']?\s{0,3}[=: ]\s{0,3}(\d{1,6}(?:\.\d{1,4})?)",
    re.IGNORECASE,
)


def weakens(files: Sequence[ChangedFile]) -> list[str]:
    """What in a diff makes the checks weaker, one phrase for each file and way."""
    diffs = [(file, _lines(file.patch, "-"), _lines(file.patch, "+")) for file in files]
    found = [phrase for file, removed, added in diffs for phrase in _in_file(file, removed, added)]
    tests = [(file, _cases(removed), _cases(added)) for file, removed, added in diffs if _is_test(file)]
    if sum(before for _, before, _ in tests) > sum(after for _, _, after in tests):
        found += [f"{file.path} has fewer tests" for file, before, after in tests if before > after]
    settings = [(file, removed, added) for file, removed, added in diffs if _CONFIG.search(file.path)]
    for limit, lower_is_weaker in ((_LEAST, True), (_MOST, False)):
        found += _loosened(settings, limit, lower_is_weaker=lower_is_weaker)
    return found


def _in_file(file: ChangedFile, removed: Sequence[str], added: Sequence[str]) -> Iterable[str]:
    is_gone = file.status in {"removed", "deleted"}
    if is_gone and _is_test(file) and file.deletions and not _cases(removed):
        yield f"{file.path} deleted"
    if is_gone:
        return
    if file.patch is None and file.deletions and (_is_test(file) or _CONFIG.search(file.path)):
        yield f"{file.path} changed by more than GitHub shows"
    if file.old_path and _stops_being_test(file.old_path, file.path):
        yield f"{file.old_path} is no test any more as {file.path}"
    if _count(_SKIP, added) > _count(_SKIP, removed):
        yield f"{file.path} skips tests"
    if _is_test(file) and _count(_ASSERTION, removed) and not _count(_ASSERTION, added) and not _cases(removed):
        yield f"{file.path} drops assertions"
    silenced = _count(_SILENCED, added) > _count(_SILENCED, removed)
    if silenced or (_CONFIG.search(file.path) and _count(_TOLERATED, added) > _count(_TOLERATED, removed)):
        yield f"{file.path} silences a checker"


def _loosened(
    settings: Sequence[tuple[ChangedFile, Sequence[str], Sequence[str]]],
    limit: re.Pattern[str],
    *,
    lower_is_weaker: bool,
) -> Iterable[str]:
    """Limits that are gone, or weaker than the weakest before; a limit may move to another file."""
    before: defaultdict[str, list[float]] = defaultdict(list)
    after: defaultdict[str, list[float]] = defaultdict(list)
    where: dict[str, str] = {}
    for file, removed, added in settings:
        for name, number in _limits(removed, limit):
            before[name].append(number)
            where.setdefault(name, file.path)
        for name, number in _limits(added, limit):
            after[name].append(number)
    weakest = min if lower_is_weaker else max
    for name, path in where.items():
        new = after[name]
        if len(new) < len(before[name]) or weakest([*new, *before[name]]) != weakest(before[name]):
            yield f"{path} loosens {name}"


def _limits(lines: Iterable[str], limit: re.Pattern[str]) -> Iterable[tuple[str, float]]:
    for line in lines:
        for match in limit.finditer(line):
            yield match[1].lower().replace("_", "-"), float(match[2])


def _is_test(file: ChangedFile) -> bool:
    return any(_TEST_NAME.search(path) or _TEST_FOLDER.search(path) for path in (file.path, file.old_path) if path)


def _stops_being_test(old: str, new: str) -> bool:
    by_name = bool(_TEST_NAME.search(old)) and not _TEST_NAME.search(new)
    by_folder = bool(_TEST_FOLDER.search(old)) and not (_TEST_FOLDER.search(new) or _TEST_NAME.search(new))
    return by_name or by_folder


def _cases(lines: Sequence[str]) -> int:
    """How many tests the lines hold; the rows of a parametrized test are tests."""
    tables = [line for line in lines if _PARAMETERS.search(line)]
    rows = sum(bool(_ROW.match(line)) for line in lines) if tables else 0
    inline = sum(line.count(",") - 1 for line in tables if "[" in line and "]" in line)
    return sum(bool(_CASE.match(line)) for line in lines) + max(0, rows + inline)


def _count(pattern: re.Pattern[str], lines: Iterable[str]) -> int:
    return sum(bool(pattern.search(line)) for line in lines)


def _lines(patch: str | None, sign: str) -> list[str]:
    return [line[1:] for line in (patch or "").splitlines() if line[:1] == sign]
