"""What failed, as evidence for the one who fixes it, and a signature that tells two failures apart.

The signature stays equal when the same thing fails again, on whichever leg of a matrix.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.lifecycle.failure_log import TELLING
from app.lifecycle.failure_noise import job_of, normal, stable_name


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that failed by a tool's own account: a test or a file, and what is said about it."""

    where: str
    message: str
    line: int | None = None

    @property
    def key(self) -> str:
        """What stays equal when it fails again."""
        return f"{stable_name(self.where)}|{normal(self.message)}"


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """One red check with what explains it; all texts are redacted and bounded.

    `also` names further checks that say the same, and legs of the same matrix that were not read. `url` is
    where a person can look, and is never fetched.
    """

    name: str
    conclusion: str
    step: str | None = None
    annotations: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    also: tuple[str, ...] = ()
    url: str | None = None

    @property
    def keys(self) -> frozenset[str]:
        """What stays equal of all that it says; empty when it says nothing."""
        if self.failures:
            return frozenset(failure.key for failure in self.failures)
        told = [line for line in self.log if TELLING.search(line)]
        return frozenset(normal(text) for text in (*self.annotations, *told))

    @property
    def names(self) -> tuple[str, ...]:
        """Every check it stands for."""
        return (self.name, *self.also)


def signature(failed: Iterable[FailedCheck]) -> str:
    """Twenty hexadecimal digits that name this set of failures."""
    lines = {
        f"{job_of(name)}|{key}" for check in failed for name in check.names for key in check.keys or {check.conclusion}
    }
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:20]


def merged(checks: Sequence[FailedCheck]) -> tuple[FailedCheck, ...]:
    """One for all checks that say the same; those that say most precisely what failed come first."""
    groups: dict[object, list[FailedCheck]] = {}
    for check in sorted(checks, key=lambda check: check.name):
        group = (check.conclusion, check.keys or job_of(check.name))
        groups.setdefault(group, []).append(check)
    one_each = [
        replace(first, also=tuple(dict.fromkeys([*first.also, *(name for check in more for name in check.names)])))
        for first, *more in groups.values()
    ]
    return tuple(sorted(one_each, key=lambda check: (not check.failures, not check.annotations, not check.log)))


def in_words(checks: Iterable[FailedCheck], limit: int = 5) -> str:
    """The first failures by their names, for people; empty where no tool named any."""
    rows = [failure for check in checks for failure in check.failures]
    more = [f"and {len(rows) - limit} more"] if len(rows) > limit else []
    return "\n".join([*(f"{row.where}: {row.message}"[:200] for row in rows[:limit]), *more])


def distinct(failures: Iterable[Failure], limit: int) -> tuple[Failure, ...]:
    """Each failure once, in order of its key, so that a cut is the same cut every time."""
    known: dict[str, Failure] = {}
    for failure in failures:
        known.setdefault(failure.key, failure)
    return tuple(known[key] for key in sorted(known)[:limit])
