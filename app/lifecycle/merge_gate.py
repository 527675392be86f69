"""The merge gate: every condition that is not met, in words. An empty answer means: merge.

Facts that could not be learnt count as unmet. What people would call gaming (tests deleted or skipped,
limits lowered) is looked for in the diff itself and not asked of a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.lifecycle.ci_verdict import Answer


class Gate(StrEnum):
    """One condition of a merge."""

    CI = "ci"
    REVIEW = "review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVALS = "approvals"
    APPROVAL = "approval"
    DRAFT = "draft"
    CONFLICT = "conflict"
    BEHIND = "behind"
    PROTECTED = "protected"
    GAMING = "gaming"
    SECRET = "secret"
    SIZE = "size"
    FORK = "fork"
    STACK = "stack"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that does not hold, why, and who can change that."""

    gate: Gate
    why: str
    actor: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the pull request's diff; `patch` has its hunks, None where GitHub shows none."""

    path: str
    status: str
    additions: int
    deletions: int
    patch: str | None = None
    old_path: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The pull request as it is now. `human_approved` is about exactly this head."""

    ci: Answer
    ci_why: str
    none_is_green: bool
    needs_approval: bool
    human_approved: bool
    review_wanted: bool
    review_score: float | None
    min_score: float
    blocking_findings: int
    changes_requested_by: Sequence[str]
    approvals: int
    approvals_needed: int
    is_draft: bool
    has_conflict: bool
    is_behind: bool
    must_be_current: bool
    is_fork: bool
    is_stacked: bool
    needs_queue: bool
    files: Sequence[ChangedFile]
    max_files: int
    max_lines: int
    protected: Sequence[str]
    secrets_in: Sequence[str]


def unmet(facts: Facts) -> tuple[Unmet, ...]:
    """Everything that stands between the pull request and its merge, the gravest first."""
    return (*_of_people(facts), *_of_code(facts), *_of_diff(facts))


def _of_people(facts: Facts) -> list[Unmet]:
    found: list[Unmet] = []
    if facts.is_draft:
        found.append(Unmet(Gate.DRAFT, "it is a draft", "the author"))
    if facts.changes_requested_by:
        who = ", ".join(facts.changes_requested_by)
        found.append(Unmet(Gate.CHANGES_REQUESTED, f"{who} requested changes", who))
    if facts.needs_approval and not facts.human_approved:
        found.append(Unmet(Gate.APPROVAL, "nobody with write permission approved this commit", "a maintainer"))
    if facts.approvals < facts.approvals_needed:
        words = f"the branch demands {facts.approvals_needed} approvals and has {facts.approvals}"
        found.append(Unmet(Gate.APPROVALS, words, "a reviewer"))
    if facts.is_fork and not facts.human_approved:
        found.append(Unmet(Gate.FORK, "it comes from a fork and no maintainer approved this commit", "a maintainer"))
    return found


def _of_code(facts: Facts) -> list[Unmet]:
    found: list[Unmet] = []
    if facts.has_conflict:
        found.append(Unmet(Gate.CONFLICT, "it conflicts with its base branch", "dursor"))
    if facts.is_behind and facts.must_be_current:
        found.append(Unmet(Gate.BEHIND, "the branch demands that it holds the newest base", "dursor"))
    green = facts.ci is Answer.GREEN or (facts.ci is Answer.NONE and facts.none_is_green)
    if not green:
        found.append(Unmet(Gate.CI, f"CI is {facts.ci}: {facts.ci_why}", "CI"))
    if facts.review_wanted and facts.review_score is None:
        found.append(Unmet(Gate.REVIEW, "this commit was not reviewed", "dursor"))
    elif facts.review_wanted and facts.blocking_findings:
        words = f"the review has {facts.blocking_findings} findings that block"
        found.append(Unmet(Gate.REVIEW, words, "dursor"))
    elif facts.review_wanted and (facts.review_score or 0) < facts.min_score:
        words = f"the review scored {facts.review_score:.2f} of {facts.min_score:.2f}"
        found.append(Unmet(Gate.REVIEW, words, "dursor"))
    if facts.is_stacked:
        found.append(Unmet(Gate.STACK, "it is part of a stack, which GitHub merges as a whole", "a maintainer"))
    if facts.needs_queue:
        found.append(Unmet(Gate.QUEUE, "the branch merges through a merge queue", "a maintainer"))
    return found


def _of_diff(facts: Facts) -> list[Unmet]:
    found: list[Unmet] = []
    if facts.secrets_in:
        found.append(Unmet(Gate.SECRET, f"it adds what looks like a secret: {_few(facts.secrets_in)}", "the author"))
    lines = sum(file.additions + file.deletions for file in facts.files)
    if len(facts.files) > facts.max_files or lines > facts.max_lines:
        words = f"{len(facts.files)} files and {lines} lines are over the limits ({facts.max_files}, {facts.max_lines})"
        found.append(Unmet(Gate.SIZE, words, "the author"))
    if not facts.human_approved:
        if facts.protected:
            found.append(Unmet(Gate.PROTECTED, f"it touches protected paths: {_few(facts.protected)}", "a maintainer"))
        if weakened := weakens(facts.files):
            found.append(Unmet(Gate.GAMING, f"it weakens what checks it: {_few(weakened)}", "a maintainer"))
    return found


_TEST = re.compile(
    r"(^|/)(tests?|__tests__|spec)/|(^|/)test_[^/]*$|_test\.[a-z]+$|\.(test|spec)\.[a-z]+$", re.IGNORECASE
)
_SKIP = re.compile(
    r"@(?:unittest\.|pytest\.mark\.)?(?:skip|xfail|expectedFailure|Disabled|Ignore)\b|pytest\.skip\(|\.skip\(|\bxit\("
    r"|\bt\.Skip|self\.skipTest\(|#\[ignore"
)
_SILENCED = re.compile(
    r"#\s{0,3}(?:noqa|type:\s?ignore|pragma: no cover|pylint: disable)|//\s{0,3}(?:nolint|eslint-disable)"
)
_TEST_CASE = re.compile(r"^\s{0,40}(?:async )?(?:def test\w*|it\(|test\(|func Test\w*|class Test\w*|#\[test\])")
_THRESHOLD = re.compile(
    r"(?:fail[_-]under|--cov-fail-under|max-(?:line-length|complexity)|threshold|minimum_coverage|branches|statements)"
    r"\D{0,5}(\d{1,6}(?:\.\d{1,4})?)", re.IGNORECASE,
)  # fmt: skip


def weakens(files: Sequence[ChangedFile]) -> list[str]:
    """What in a diff makes the checks weaker: tests deleted or skipped, thresholds lowered, linters silenced."""
    found: list[str] = []
    for file in files:
        is_test = bool(_TEST.search(file.path) or (file.old_path and _TEST.search(file.old_path)))
        if is_test and file.status in {"removed", "deleted"}:
            found.append(f"{file.path} deleted")
            continue
        added, removed = _lines(file.patch, "+"), _lines(file.patch, "-")
        if sum(bool(_SKIP.search(line)) for line in added) > sum(bool(_SKIP.search(line)) for line in removed):
            found.append(f"{file.path} skips tests")
        if is_test and sum(map(_is_case, removed)) > sum(map(_is_case, added)):
            found.append(f"{file.path} has fewer tests")
        if sum(bool(_SILENCED.search(line)) for line in added) > sum(bool(_SILENCED.search(line)) for line in removed):
            found.append(f"{file.path} silences a checker")
        if _lowered(removed, added):
            found.append(f"{file.path} changes a threshold")
    return found


def _lowered(removed: Sequence[str], added: Sequence[str]) -> bool:
    before = [match[0] for line in removed for match in _THRESHOLD.finditer(line)]
    after = [match[0] for line in added for match in _THRESHOLD.finditer(line)]
    return bool(before) and sorted(before) != sorted(after)


def _is_case(line: str) -> bool:
    return bool(_TEST_CASE.match(line))


def _lines(patch: str | None, sign: str) -> list[str]:
    return [line[1:] for line in (patch or "").splitlines() if line[:1] == sign]


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
