"""Findings as the ledger sees them, and by what one is known at another commit: file, words, code; no line number."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Literal, Self

Status = Literal["open", "fixed", "declined"]

_RULE = "rule:"
_CODE = 16


@dataclass(frozen=True, slots=True)
class Identity:
    """`path` is "" for what is about no file, `code` "" for what is about no lines; `nth` tells equals apart."""

    path: str
    what: str
    code: str
    nth: int = 0

    def __str__(self) -> str:
        return json.dumps([self.path, self.what, self.code, self.nth], ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """What `str` made of one."""
        return cls(*json.loads(text))

    @property
    def is_of_rule(self) -> bool:
        """Whether a tool found it by a rule, so that a run of that tool which does not report it says it is gone."""
        return self.what.startswith(_RULE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands at the commit that is judged; `path` is "" and lines are None for what has none.

    Of lines that were replaced, the lines that stand there instead: an `end` before `start` says that none do.
    """

    path: str
    start: int | None = None
    end: int | None = None

    def meets(self, other: Place) -> bool:
        """Whether both have a line in common."""
        if self.path != other.path or self.start is None or other.start is None:
            return False
        return self.start <= (other.end or other.start) and other.start <= (self.end or self.start)


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of before. `place` is None when its file is gone; `is_same`: its lines are as they were."""

    id: str
    number: int
    status: Status
    identity: Identity
    category: str
    severity: str
    place: Place | None
    is_same: bool = True

    @property
    def path(self) -> str:
        """Its file's name at the commit that is judged."""
        return self.place.path if self.place else self.identity.path


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of the new report. `names` is the number that the reviewer knows it by, if it says one."""

    place: Place
    what: str
    category: str
    severity: str
    code: str
    names: int | None = None


def of_rule(rule: str, category: str, title: str) -> str:
    """What a tool says: its rule; without one, its category and words."""
    return _RULE + (rule or of_words(category, title))


def of_words(category: str, title: str) -> str:
    """What an agent says, without what changes from one review to the next: numbers, case and spacing."""
    return f"{category}:{re.sub(r'[0-9]+', '0', _plain(title).lower())}"


def of_code(snippet: str | None) -> str:
    """The lines as such, wherever they stand and however they are indented; "" for none."""
    code = "\n".join(filter(None, map(_plain, (snippet or "").split("\n"))))
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()[:_CODE] if code else ""


def _plain(text: str) -> str:
    return " ".join(text.split())
