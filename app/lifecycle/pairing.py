"""Which finding of a report is which of those known: by its number, by its identity, by its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from app.lifecycle.identities import Found, Identity, Known
from app.lifecycle.score import WEIGHTS


class Pairs:
    """`of` says which known finding each of the report is, by its position; `left` are the others, by id."""

    def __init__(self, known: Sequence[Known], found: Sequence[Found]) -> None:
        self.of: dict[int, Known] = {}
        self.left = {one.id: one for one in known}
        self._found = found
        self._named()
        self._alike(
            lambda one: (one.path, one.identity.what, one.identity.code),
            lambda found: (found.place.path, found.what, found.code),
        )
        self._alike(_roughly, _roughly_found)
        self._meeting()

    def _named(self) -> None:
        """The reviewer says which it is; it was told of the open ones, and a file is not another file."""
        numbers = {one.number: one for one in self.left.values() if one.status == "open"}
        for index, found in enumerate(self._found):
            one = numbers.get(found.names or 0)
            if one is not None and (one.place is None or found.place.path in {"", one.place.path}):
                self._pair(index, numbers.pop(one.number))

    def _alike(self, before: Callable[[Known], Hashable], now: Callable[[Found], Hashable]) -> None:
        """Those with equal keys: where one stands on the line where it was, it is that one; the rest in order."""
        waiting, told = defaultdict[Hashable, list[Known]](list), defaultdict[Hashable, list[int]](list)
        for one in self.left.values():
            waiting[before(one)].append(one)
        for index in self._open():
            told[now(self._found[index])].append(index)
        for key in told.keys() & waiting.keys() - {None}:
            self._in_order(waiting[key], told[key])

    def _meeting(self) -> None:
        """The same words or rule where the lines were replaced, or on more or fewer of the same lines."""
        waiting = defaultdict[tuple[str, str], list[Known]](list)
        for one in self.left.values():
            if one.place is not None and (one.status == "open" or (one.status == "declined" and one.is_same)):
                waiting[one.place.path, one.identity.what].append(one)
        for index in self._open():
            found = self._found[index]
            there = waiting[found.place.path, found.what]
            if met := next((one for one in there if one.place and one.place.meets(found.place)), None):
                there.remove(met)
                self._pair(index, met)

    def _open(self) -> list[int]:
        return [index for index in range(len(self._found)) if index not in self.of]

    def _in_order(self, there: list[Known], told: list[int]) -> None:
        lines: dict[int | None, list[Known]] = defaultdict(list)
        for one in sorted(there, key=_rank):
            lines[one.place.start if one.place else None].append(one)
        for index in told[:]:
            start = self._found[index].place.start
            there_now = next((one for one in lines[start] if self._may(index, one)), None) if start else None
            if there_now is not None:
                lines[start].remove(there_now)
                there.remove(there_now)
                told.remove(index)
                self._pair(index, there_now)
        first = sorted(there, key=_rank)[: len(told)]
        first.sort(key=lambda one: (one.place.start or 0) if one.place else 0)
        for index, one in zip(sorted(told, key=lambda index: self._found[index].place.start or 0), first, strict=False):
            if self._may(index, one):
                self._pair(index, one)

    def _may(self, index: int, one: Known) -> bool:
        """What is worse than what was declined, in other words, was not declined."""
        found = self._found[index]
        graver = WEIGHTS[found.severity] > WEIGHTS[one.severity]
        return one.status != "declined" or found.what == one.identity.what or not graver

    def _pair(self, index: int, one: Known) -> None:
        self.of[index] = one
        del self.left[one.id]


def _rank(one: Known) -> tuple[int, int]:
    """Of equals, the open ones are looked for first: none of them is taken for one that does not count."""
    return ("open", "declined", "fixed").index(one.status), one.number


def _roughly(one: Known) -> Hashable:
    """An agent finds other words for the same thing; a tool's rule is always the same."""
    is_known_so = one.identity.code and not one.identity.is_of_rule
    return (one.path, one.category, one.identity.code) if is_known_so else None


def _roughly_found(found: Found) -> Hashable:
    is_known_so = found.code and not Identity("", found.what, "").is_of_rule
    return (found.place.path, found.category, found.code) if is_known_so else None
