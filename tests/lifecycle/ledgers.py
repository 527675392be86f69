"""A pull request as its ledger sees it: lines that people move about, reviewers that look at them, and what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.lifecycle import identities, ledger
from app.lifecycle.identities import Found, Identity, Known, Place

PATH = "a.py"


@dataclass(slots=True)
class Line:
    """A line of the one file; another object is another line, whatever its text."""

    text: str


@dataclass(slots=True)
class Book:
    """Applies what `judge` says, as the server does; `lines` is the file as it is now."""

    lines: list[Line] = field(default_factory=list)
    rows: dict[str, Known] = field(default_factory=dict)
    at: dict[str, Line] = field(default_factory=dict)
    latest: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def known(self) -> list[Known]:
        """The findings with where their lines are now."""
        return [replace(row, place=self._place(row), is_same=self._stands(row)) for row in self.rows.values()]

    def found(self, rule: str, number: int, *, by_rule: bool = True, **more) -> Found:
        """Something found in a line, counted from one."""
        what = identities.of_rule(rule, "bug", "t") if by_rule else identities.of_words("bug", rule)
        text = self.lines[number - 1].text
        told = {"severity": "warning", "category": "bug"} | more
        return Found(Place(PATH, number, number), what, code=identities.of_code(text), **told)

    def review(self, *found: Found, is_whole: bool = True, resolved: tuple[int, ...] = ()) -> ledger.Judged:
        """Judge a report and keep what comes of it; `latest` is what stands open then, `shown` what was ever posted."""
        judged = ledger.judge(self.known(), ledger.Report(found, resolved, is_whole))
        for key, identity in judged.moved.items():
            self.rows[key] = replace(self.rows[key], identity=identity)
            self.check()
        for index, identity in judged.new.items():
            key, one = f"id{len(self.rows)}", found[index]
            number = len(self.rows) + 1
            self.rows[key] = Known(key, number, "open", identity, one.category, one.severity, one.place)
            self.at[key] = self.lines[(one.place.start or 1) - 1]
            self.check()
        for index, key in (judged.again | judged.reopened).items():
            self.rows[key] = replace(self.rows[key], status="open")
            self.at[key] = self.lines[(found[index].place.start or 1) - 1]
        for key in judged.fixed:
            self.rows[key] = replace(self.rows[key], status="fixed")
        kept = [*judged.again.values(), *judged.reopened.values(), *judged.carried]
        self.latest = [*kept, *list(self.rows)[len(self.rows) - len(judged.new) :]]
        self.shown |= set(self.latest)
        return judged

    def decline(self, number: int) -> None:
        """A person says that it is none."""
        (key,) = [row.id for row in self.rows.values() if row.number == number]
        self.rows[key] = replace(self.rows[key], status="declined")

    def check(self) -> None:
        """No two findings have one identity, at no moment."""
        taken = [str(row.identity) for row in self.rows.values()]
        assert len(taken) == len(set(taken))
        assert all(Identity.read(text) == row.identity for text, row in zip(taken, self.rows.values(), strict=True))

    def status(self) -> dict[int, str]:
        """Each finding's status, by its number."""
        return {row.number: row.status for row in self.rows.values()}

    def _number(self, row: Known) -> int | None:
        return next((n for n, line in enumerate(self.lines, 1) if line is self.at[row.id]), None)

    def _place(self, row: Known) -> Place | None:
        number = self._number(row)
        return Place(PATH, number, number) if number else Place(PATH, 1, 0)

    def _stands(self, row: Known) -> bool:
        return self._number(row) is not None
