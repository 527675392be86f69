"""What CI and the settings of tools run: tests and checkers taken out, told to be lenient, or given less to look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from app.lifecycle.guards import names
from app.lifecycle.guards.diff import Diff, Found, Kind

_RUNS = {
    "tests": re.compile(
        r"\b(?:pytest|py\.test|unittest|nose2|tox|nox|jest|vitest|mocha|ava|playwright test|cypress run|phpunit|pest"
        r"|rspec|bats|ctest|(?:npm|yarn|pnpm|bun|deno|go|cargo|mvn|mvnw|gradle|gradlew|dotnet|swift|mix|make|composer|bazel"
        r"|flutter|rake|hatch|just)(?: run)?(?: -\S{1,40}){0,3} (?:nextest run|test\w*|check|verify))\b"
    ),
    "linters": re.compile(
        r"\b(?:ruff(?! format)|flake8|pylint|bandit|semgrep|eslint|biome|oxlint|tslint|stylelint|clippy|golangci-lint"
        r"|go vet|staticcheck|rubocop|shellcheck|hadolint|actionlint|phpstan|psalm|ktlint|checkstyle|spotbugs|credo"
        r"|(?:npm|yarn|pnpm|make)(?: run)? lint)\b"
    ),
    "type checkers": re.compile(
        r"\b(?:mypy|pyright|basedpyright|pytype|pyre|tsc|vue-tsc|dialyzer|sorbet|(?:run )?typecheck)\b"
    ),
}
_INVOKED = re.compile(
    r"^\s{0,60}(?:-\s{1,4})?(?:run|script|command|args|entry|test|lint|check|commands)[\"']?\s{0,3}[:=]|^\t"
    r"|^\s{2,60}[a-z./$]|^\s{0,60}-\s{1,4}|^\s{0,60}[\"'][\w:-]{1,40}[\"']\s{0,3}:\s{0,3}[\"']|^[a-z./]"
)
_LENIENT = re.compile(
    r"continue-on-error:\s{0,3}[\"']?true|\|\|\s{0,3}(?:(?:true|exit 0|echo)\b|:(?:\s|$))"
    r"|^\s{0,60}set \+e\b|;\s{0,3}true\s{0,3}$"
    r"|--exit-zero\b|--exit-code[= ]0|--passWithNoTests|--allow-failure|allow_failure:\s{0,3}true|--no-verify"
    r"|--(?:ignore|deselect|ignore-glob)[= ]|-DskipTests|-Dmaven\.test\.skip|-x test\b|--no-strict|--quiet-errors"
    r"|-m [\"']?not |-k [\"']?not |--testPathIgnorePatterns|--skip[ =]|--no-cov\b|--no-fail-on-\w|--max-warnings[ =]-1"
    r"|\bif:\s{0,3}[\"']?(?:\$\{\{)?\s{0,3}[\"']?false\b|\bignore_errors\b|\bignore_missing_imports\s{0,3}=\s{0,3}true"
    r"|\bdisable_error_code\b|\bfollow_imports\s{0,3}=\s{0,3}[\"']?skip"
    r"|--(?:update-?snapshots?|snapshot-update|ci=false)\b|\b(?:jest|vitest)\b.{0,200} -u\b"
    r"|\bUPDATE_(?:SNAPSHOTS|GOLDEN)\b|-(?:Wignore|W ignore)\b",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"(?<![\w=./-])(?:\./)?((?:tests?|specs?|e2e|integration|src|app|lib|packages)(?:/[\w./*-]{0,200})?)(?=$|[\s\"',;\]])"
)
_SUBCOMMAND = re.compile(r"\b\w{1,20} test\b")
_EVENT = re.compile(r"\b(?:pull_request(?:_target)?|merge_group|push|merge_request_event)\b")
_JOB = re.compile(r"^  ([\w-]{1,80}):\s{0,3}$|^    name:\s{0,3}[\"']?([^\"'#]{1,100}?)[\"']?\s{0,3}$")
_ALL_TIME = frozenset(
    {"on", "env", "jobs", "push", "pull_request", "steps", "with", "defaults", "permissions", "workflow_dispatch"}
)


def found(diffs: Sequence[Diff]) -> Iterator[Found]:
    """Everything of that kind in files that tools and CI read."""
    settings = [diff for diff in diffs if names.is_settings(diff.file)]
    for what, pattern in _RUNS.items():
        yield from _fewer(settings, pattern, f"runs {what} less often")
    yield from _narrower(settings)
    for diff in settings:
        if _count(_LENIENT, diff.added) > _count(_LENIENT, diff.removed) and not diff.file.is_gone:
            yield Found(Kind.SILENCED, diff.file.path, f"{diff.file.path} lets a check fail or leave something out")
    for diff in settings:
        if names.is_ci(diff.file.path):
            yield from _in_ci(diff)


def _fewer(settings: Sequence[Diff], pattern: re.Pattern[str], words: str) -> Iterator[Found]:
    def runs(lines: Iterable[str]) -> int:
        return sum(bool(_INVOKED.match(line) and pattern.search(line)) for line in lines if not _is_remark(line))

    counts = [(diff, runs(diff.removed), runs(diff.added)) for diff in settings if _may_run(diff)]
    if sum(before for _, before, _ in counts) > sum(after for *_, after in counts):
        for diff, before, after in counts:
            if before > after:
                yield Found(Kind.COMMANDS, diff.file.path, f"{diff.file.path} {words}")


def _may_run(diff: Diff) -> bool:
    name = diff.file.path.rsplit("/", 1)[-1]
    known = {
        "Makefile",
        "Rakefile",
        "justfile",
        "Justfile",
        "package.json",
        "tox.ini",
        "noxfile.py",
        ".pre-commit-config.yaml",
    }
    return names.is_ci(diff.file.path) or name in known or name.endswith(".sh")


def _narrower(settings: Sequence[Diff]) -> Iterator[Found]:
    """Runners and checkers that are given other paths than before; no path at all, or a folder above, is more."""
    for diff in filter(_may_run, settings):
        gone, came = _paths(diff.removed), _paths(diff.added)
        if came and any(came.isdisjoint(_with_folders(path)) for path in gone):
            yield Found(Kind.COMMANDS, diff.file.path, f"{diff.file.path} runs checks on other paths than before")


def _with_folders(path: str) -> Iterator[str]:
    """A path, and every folder above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _paths(lines: Iterable[str]) -> set[str]:
    asked = [line for line in lines if not _is_remark(line) and any(run.search(line) for run in _RUNS.values())]
    found = {match[1].rstrip("/") for line in asked for match in _PATH.finditer(line)}
    return found - ({"test"} if any(_SUBCOMMAND.search(line) for line in asked) else set())


def _in_ci(diff: Diff) -> Iterator[Found]:
    path = diff.file.path
    events = [
        Counter(match[0] for line in lines for match in _EVENT.finditer(line)) for lines in (diff.removed, diff.added)
    ]
    if events[0] - events[1]:
        yield Found(Kind.COMMANDS, path, f"{path} runs on fewer events")
    jobs = [dict.fromkeys(_jobs(lines)) for lines in (diff.removed, diff.added)]
    if gone := [job for job in jobs[0] if job not in jobs[1]]:
        yield Found(Kind.COMMANDS, path, f"{path} removes or renames {', '.join(gone[:3])}")


def _jobs(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if (match := _JOB.match(line)) and (name := (match[1] or match[2]).strip()) not in _ALL_TIME:
            yield name


def _count(pattern: re.Pattern[str], lines: Iterable[str]) -> int:
    return sum(bool(pattern.search(line)) for line in lines if not _is_remark(line))


def _is_remark(line: str) -> bool:
    return line.lstrip().startswith(("#", "//"))
