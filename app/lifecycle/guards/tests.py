"""Tests that a diff takes away, empties or weakens; renamed, moved, split and parametrized ones are still there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from app.lifecycle.guards import assertions, cases, names
from app.lifecycle.guards.cases import Case
from app.lifecycle.guards.diff import Diff, Found, Kind

_COVERED = 0.5
_MANY_SNAPSHOTS = 5
_MANY_SNAPSHOT_LINES = 200


def found(diffs: Sequence[Diff]) -> Iterator[Found]:
    """Everything of that kind, file by file."""
    yield from _files(diffs)
    old = [case for diff in diffs for case in cases.cases(diff, "old")]
    new = [case for diff in diffs for case in cases.cases(diff, "new")]
    yield from _missing(diffs, old, new)
    yield from _weaker(diffs, old, new)
    yield from _snapshots(diffs)


def _files(diffs: Sequence[Diff]) -> Iterator[Found]:
    for diff in diffs:
        file = diff.file
        if file.is_gone and names.is_test(file) and not names.is_snapshot(file.path) and not _has_cases(diff):
            if file.deletions and file.path.rsplit("/", 1)[-1] not in {"__init__.py", "conftest.py"}:
                yield Found(Kind.TESTS, file.path, f"{file.path} deleted")
        elif file.old_path and not file.is_gone and names.stops_being_test(file.old_path, file.path):
            yield Found(Kind.TESTS, file.path, f"{file.old_path} is no test any more as {file.path}")


def _has_cases(diff: Diff) -> bool:
    return any(case.has_head for case in cases.cases(diff, "old"))


def _missing(diffs: Sequence[Diff], old: Sequence[Case], new: Sequence[Case]) -> Iterator[Found]:
    """Tests that were there and have neither a namesake nor a successor.

    A successor is any new test, or row of a table of tests, in a diff whose tests still speak of what the old
    one spoke of; an empty new test succeeds an empty old one only.
    """
    gone, came = _unpaired(old, new)
    said: defaultdict[bool, set[str]] = defaultdict(set)
    for diff in diffs:
        if names.is_test(diff.file) or diff.file.path.endswith(".rs"):
            said[True] |= cases.tokens(diff.added)
    for case in came:
        said[True] |= cases.tokens([line.text for line in case.lines[1:]])
    lost = [case for case in gone if not _is_covered(case, said[True])]
    covered = [case for case in gone if _is_covered(case, said[True])]
    rows_gone, rows_came = _rows(diffs, said[True])
    hollow_came = sum(map(assertions.is_hollow, came))
    hollow_gone = sum(map(assertions.is_hollow, covered))
    successors = len(came) - hollow_came + min(hollow_came, hollow_gone)
    if len(covered) + sum(rows_gone.values()) > successors + rows_came:
        lost = gone
        for path, number in rows_gone.items():
            lost += [Case(path, f"{number} rows of a table", (), True)]
    for path, some in _by_path(lost).items():
        yield Found(Kind.TESTS, path, f"{path} has fewer tests{_few([case.name[:60] for case in some])}")
    yield from _classes(diffs, {case.path for case in gone})


def _is_covered(case: Case, said: set[str]) -> bool:
    mine = cases.tokens([line.text for line in case.lines[1:]])
    return len(mine) < 2 or len(mine & said) >= _COVERED * len(mine)  # too few words say nothing: then numbers decide


def _rows(diffs: Sequence[Diff], said: set[str]) -> tuple[Counter[str], int]:
    gone: Counter[str] = Counter()
    came = 0
    for diff in diffs:
        new = cases.rows(diff, "new")
        kept = cases.tokens(new) | (said if not new else set())
        lost = [row for row in cases.rows(diff, "old") if not cases.tokens([row]) or cases.tokens([row]) - kept]
        gone[diff.file.path] += len(lost)
        came += len(new)
    return +gone, came


def _unpaired(old: Sequence[Case], new: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Tests whose head went and came, without those that came back by the same name, wherever that is."""
    there = Counter(case.name for case in new if case.is_changed and case.name)
    was = Counter(case.name for case in old if case.is_changed and case.name)
    return _without(old, there), _without(new, was)


def _without(some: Sequence[Case], names_of_others: Counter[str]) -> list[Case]:
    left = Counter(names_of_others)
    kept = []
    for case in some:
        if not case.is_changed:
            continue
        if case.name and left[case.name] > 0:
            left[case.name] -= 1
        else:
            kept.append(case)
    return kept


def _classes(diffs: Sequence[Diff], named: set[str]) -> Iterator[Found]:
    """A class of tests that runners do not find any more, while its tests stand where they stood."""
    for diff in diffs:
        if names.is_test(diff.file) and diff.file.path not in named and not diff.file.is_gone:
            before, after = (
                sum(line.lstrip().startswith("class ") and "Test" in line for line in lines)
                for lines in (diff.removed, diff.added)
            )
            came = any(line.lstrip().startswith("class ") for line in diff.added)
            if before > after and came:
                yield Found(Kind.TESTS, diff.file.path, f"{diff.file.path} has a class of tests that is none any more")


def _weaker(diffs: Sequence[Diff], old: Sequence[Case], new: Sequence[Case]) -> Iterator[Found]:
    known = assertions.helpers(line for diff in diffs if names.is_test(diff.file) for line in diff.added)
    tests = {diff.file.path for diff in diffs if names.is_test(diff.file) and not diff.file.is_gone}
    ways: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for before, after in _pairs(old, new):
        if after.path in tests or after.has_head:
            for way in assertions.worse(before, after, known):
                ways[after.path][way] = None
    for path, words in ways.items():
        for way in words:
            yield Found(Kind.ASSERTIONS, path, f"{path} {way}")


def _pairs(old: Sequence[Case], new: Sequence[Case]) -> Iterator[tuple[Case, Case]]:
    """The same test before and after: by its place and name, by its name elsewhere, or by its order among renamed."""
    here: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in new:
        here[case.path, case.name].append(case)
    by_name = {case.name: case for case in new if case.is_changed and case.name}
    for case in old:
        if same := here[case.path, case.name]:
            yield case, same.pop(0)
        elif case.is_changed and case.name in by_name:
            yield case, by_name[case.name]
    gone, came = map(_by_path, _unpaired(old, new))
    for path, before in gone.items():
        if len(before) == len(came[path]):
            yield from zip(before, came[path], strict=True)


def _by_path(some: Sequence[Case]) -> defaultdict[str, list[Case]]:
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for case in some:
        found[case.path].append(case)
    return found


def _snapshots(diffs: Sequence[Diff]) -> Iterator[Found]:
    """Snapshots that were taken away, or rewritten by the dozen: nobody reads what a program wrote anew."""
    changed = [diff.file for diff in diffs if names.is_snapshot(diff.file.path) and diff.file.deletions]
    for file in changed:
        if file.is_gone:
            yield Found(Kind.SNAPSHOTS, file.path, f"{file.path} deleted")
    rewritten = [file for file in changed if not file.is_gone]
    lines = sum(file.deletions for file in rewritten)
    if len(rewritten) >= _MANY_SNAPSHOTS or lines > _MANY_SNAPSHOT_LINES:
        words = f"{rewritten[0].path} and others: {len(rewritten)} snapshots rewritten, {lines} lines of them"
        yield Found(Kind.SNAPSHOTS, rewritten[0].path, words)


def _few(gone: Sequence[str]) -> str:
    known = [name for name in gone if name]
    more = f" and {len(known) - 3} more" if len(known) > 3 else ""
    return f" ({', '.join(known[:3])}{more} gone)" if known else ""
