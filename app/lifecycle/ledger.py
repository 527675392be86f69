"""The ledger of findings: what a new report makes of those that are known. Pure; docs/reviews.md says it in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.lifecycle import pairing
from app.lifecycle.identities import Found, Identity, Known

MOST_FIXES = 2
"""A finding that outlives as many fixes is a person's."""


def _everything(_path: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Report:
    """What a reviewer says. `is_whole`: what a tool's rule does not find is not there; no agent can say that.

    `looked_at` says whether it looked at a path at all.
    """

    found: Sequence[Found]
    resolved: Collection[int] = ()
    is_whole: bool = False
    looked_at: Callable[[str], bool] = _everything


@dataclass(slots=True)
class Judged:
    """What becomes of everything. Keys of `again`, `reopened` and `new`, and `dropped`, count the report's findings.

    `again` and `reopened` name findings that were open and fixed; `moved` are identities that are not what they were.
    """

    again: dict[int, str] = field(default_factory=dict)
    reopened: dict[int, str] = field(default_factory=dict)
    new: dict[int, Identity] = field(default_factory=dict)
    dropped: list[int] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    moved: dict[str, Identity] = field(default_factory=dict)


def judge(known: Sequence[Known], report: Report) -> Judged:
    """Tell what is new, found again, carried over, fixed and reopened; what was declined is dropped."""
    pairs = pairing.Pairs(known, report.found)
    judged = Judged()
    names = _Names(known)
    for index, found in enumerate(report.found):
        one = pairs.of.get(index)
        if one is None:
            judged.new[index] = names.free(Identity(found.place.path, found.what, found.code))
        elif one.status == "declined":
            judged.dropped.append(index)
        else:
            (judged.again if one.status == "open" else judged.reopened)[index] = one.id
            _move(judged, one, found.place.path, found.code, names)
    for one in pairs.left.values():
        if one.status == "open" and _is_gone(one, report):
            judged.fixed.append(one.id)
        elif one.status == "open":
            judged.carried.append(one.id)
            _move(judged, one, one.path, one.identity.code, names)
    return judged


def stuck(meant: Iterable[tuple[str, str, int]], left: Collection[str]) -> tuple[str, ...]:
    """The findings that fixes do not get rid of, in words: all of `meant` that are left, or who outlived two fixes.

    `meant` are those that the last fix was for: id, words, and how many fixes each outlived, that one included.
    """
    told = list(meant)
    staying = [(words, survived) for key, words, survived in told if key in left]
    if told and len(staying) == len(told):
        return tuple(words for words, _ in staying)
    return tuple(words for words, survived in staying if survived >= MOST_FIXES)


def _is_gone(one: Known, report: Report) -> bool:
    if one.place is None or one.number in report.resolved:
        return True
    if not report.looked_at(one.path):
        return False
    return not one.is_same or (report.is_whole and one.identity.is_of_rule)


def _move(judged: Judged, one: Known, path: str, code: str, names: _Names) -> None:
    """A finding found elsewhere is known by that from now on."""
    if (path, code) != (one.identity.path, one.identity.code):
        judged.moved[one.id] = names.free(Identity(path, one.identity.what, code))


class _Names:
    """The identities that findings have; those that are given up meanwhile are not free yet."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._taken = {one.identity for one in known}
        self._next = Counter[Identity]()

    def free(self, identity: Identity) -> Identity:
        """The first of its equals that no finding has; it is taken now."""
        one = replace(identity, nth=self._next[identity])
        while one in self._taken:
            one = replace(one, nth=one.nth + 1)
        self._next[identity] = one.nth + 1
        return one
