"""Limits in the settings of tools that get looser: numbers, switches, severities, and lists of rules and paths."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.lifecycle.guards import names
from app.lifecycle.guards.diff import Diff, Found, Kind, Line

_NUMBER = (
    r"[\"']?\s{0,3}[=: (]\s{0,3}[\"'\[]?"
    r"(?:[\"']?(?:error|warn|always)[\"']?,\s{0,3}(?:\{\s{0,3}[\"']?max[\"']?:)?\s{0,3})?"  # as ESLint writes it
)
_VALUE = r"(\d{1,6}(?:\.\d{1,6})?(?:e-?\d{1,3})?)"
_LEAST = re.compile(
    r"(?<![\w-])(?:--)?(?:cov(?:erage)?-)?(fail[_-]under|minimum[_-]coverage|min[_-]coverage|branches|statements|functions"
    r"|lines|target|min[_-]score|msi|minimum|mutation[_-]score|docstring-min-length)" + _NUMBER + _VALUE,
    re.IGNORECASE,
)
_MOST = re.compile(
    r"((?:max[_-])?(?:line|doc)[_-]length|max-len\b|max[_-](?:complexity|warnings|arg(?:ument)?s|branches|statements|returns"
    r"|lines|depth|params|locals|attributes|public-methods)|(?:cognitive-)?complexity(?:-threshold)?|threshold|maxfail"
    r"|retries|reruns|flaky)" + _NUMBER + _VALUE,
    re.IGNORECASE,
)
_FINER = re.compile(r"\b(places|decimal|digits|numDigits|toBeCloseTo\([^,]{1,200},)\s{0,3}=?\s{0,3}" + _VALUE)
_WIDER = re.compile(
    r"\b(rel|abs|atol|rtol|delta|tol|tolerance|epsilon|rel_tol|abs_tol|max_relative|timeout(?:Ms|_seconds)?|deadline|within"
    r"|InDelta\([^,]{1,200},[^,]{1,200},[^,]{1,200}|be_within\()\s{0,3}[=:,]?\s{0,3}" + _VALUE
)
_SWITCH = re.compile(
    r"(?<![\w-])(strict\w*|noImplicit\w*|noUnused\w*|noFallthrough\w*|disallow_\w{1,60}|warn_(?:return|unused|redundant)\w{1,40}"
    r"|check_untyped_defs|no_implicit_\w{1,40}|TreatWarningsAsErrors|fail_ci_if_error|fail-on-error|failOnViolation"
    r"|xfail_strict|branch|check-?coverage|Nullable)[\"']?(?:\s{0,3}[=:]\s{0,3}|>)[\"']?(true|false|enable|disable)\b",
    re.IGNORECASE,
)
_SEVERITY = re.compile(
    r"[\"']?(@?[\w/-]{2,80})[\"']?\s{0,3}:\s{0,3}(?:\[\s{0,3})?(?:[\"'](error|warn|off|on)[\"']|([012])(?=\s{0,3}[,\]}\n]|\s{0,3}$))"
)
_RANK = {"error": 2.0, "on": 2.0, "warn": 1.0, "off": 0.0, "true": 1.0, "enable": 1.0, "false": 0.0, "disable": 0.0}

Values = Iterable[tuple[str, float]]
_Reader = Callable[[str], Values]


def found(diffs: Sequence[Diff]) -> Iterator[Found]:
    """Limits that are gone, or weaker than the weakest before; one may move to another file, and take its old name."""
    settings = [diff for diff in diffs if names.is_settings(diff.file)]
    yield from _loosened(settings, lambda line: _numbers(line, _LEAST), lower_is_weaker=True)
    yield from _loosened(settings, lambda line: _numbers(line, _MOST), lower_is_weaker=False)
    yield from _loosened(settings, _switches, lower_is_weaker=True)
    yield from _loosened([d for d in diffs if names.is_eslint(d.file.path)], _severities, lower_is_weaker=True)
    yield from _turned_off(diffs)
    tests = [diff for diff in diffs if names.is_test(diff.file) and not names.is_settings(diff.file)]
    yield from _loosened_in_place(tests, _FINER, lower_is_weaker=True)
    yield from _loosened_in_place(tests, _WIDER, lower_is_weaker=False)


def _loosened(diffs: Sequence[Diff], read: _Reader, *, lower_is_weaker: bool) -> Iterator[Found]:
    before: defaultdict[str, list[float]] = defaultdict(list)
    after: defaultdict[str, list[float]] = defaultdict(list)
    where: dict[str, str] = {}
    for diff in diffs:
        for line in diff.removed:
            for name, number in read(line):
                before[name].append(number)
                where.setdefault(name, diff.file.path)
        for line in diff.added:
            for name, number in read(line):
                after[name].append(number)
    weakest = min if lower_is_weaker else max
    for name, path in where.items():
        new = after[name]
        if len(new) < len(before[name]) or weakest([*new, *before[name]]) != weakest(before[name]):
            yield Found(Kind.LIMIT, path, f"{path} loosens {name[:60]}")


def _turned_off(diffs: Sequence[Diff]) -> Iterator[Found]:
    """Rules that are off now and stood nowhere before: they were on by what the settings build on."""
    for diff in diffs:
        if names.is_eslint(diff.file.path) or diff.file.path.rsplit("/", 1)[-1] == "package.json":
            known = {name for line in diff.removed for name, _ in _severities(line)}
            for name in dict.fromkeys(n for line in diff.added for n, rank in _severities(line) if rank == 0):
                if name not in known:
                    yield Found(Kind.SILENCED, diff.file.path, f"{diff.file.path} turns off {name[:60]}")


def _loosened_in_place(diffs: Sequence[Diff], limit: re.Pattern[str], *, lower_is_weaker: bool) -> Iterator[Found]:
    """Tolerances of tests: each hunk for itself, as every test has its own, and one that is gone is stricter."""
    weakest = min if lower_is_weaker else max
    for diff in diffs:
        for hunk in diff.hunks:
            before, after = _by_name(hunk.old, limit), _by_name(hunk.new, limit)
            for name in before.keys() & after.keys():
                if weakest(before[name] + after[name]) != weakest(before[name]):
                    yield Found(Kind.ASSERTIONS, diff.file.path, f"{diff.file.path} widens {name[:60]}")


def _by_name(lines: Sequence[Line], limit: re.Pattern[str]) -> dict[str, list[float]]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for line in lines:
        if line.is_changed:
            for name, number in _numbers(line.text, limit):
                found[name.partition("(")[0]].append(number)
    return found


def _numbers(line: str, limit: re.Pattern[str]) -> Values:
    for match in limit.finditer(line):
        name = match[1].lower().replace("_", "-")
        yield "line-length" if name in {"max-line-length", "max-len"} else name, float(match[2])


def _switches(line: str) -> Values:
    for match in _SWITCH.finditer(line):
        yield match[1].lower(), _RANK[match[2].lower()]


def _severities(line: str) -> Values:
    for match in _SEVERITY.finditer(line):
        yield match[1], _RANK[match[2]] if match[2] else float(match[3])
