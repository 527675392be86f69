"""Answers that GitHub lets us use again (304 costs nothing of the primary limit), bounded.

gidgethub looks a URL up in the mapping it is given; a `View` makes the identity a part of the key, as
what one token may read another may not. Every request has the same Accept header.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from typing import Any

Answer = tuple[str | None, str | None, Any, str | None]  # etag, last-modified, data, next page


class Answers:
    """The most recently used answers of all identities, `limit` of them."""

    def __init__(self, limit: int = 512) -> None:
        self._limit = limit
        self._kept: OrderedDict[tuple[str, str], Answer] = OrderedDict()

    def view(self, identity: str) -> View:
        return View(self, identity)

    def find(self, key: tuple[str, str]) -> Answer:
        """The answer kept under `key`, now the most recently used; raises KeyError."""
        self._kept.move_to_end(key)
        return self._kept[key]

    def keep(self, key: tuple[str, str], answer: Answer) -> None:
        self._kept[key] = answer
        self._kept.move_to_end(key)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def drop(self, key: tuple[str, str]) -> None:
        del self._kept[key]

    def urls(self, identity: str) -> list[str]:
        return [url for whose, url in self._kept if whose == identity]


class View(MutableMapping[str, Answer]):
    """The answers of one identity, by URL."""

    def __init__(self, answers: Answers, identity: str) -> None:
        self._answers = answers
        self._identity = identity

    def __getitem__(self, url: str) -> Answer:
        return self._answers.find((self._identity, url))

    def __setitem__(self, url: str, answer: Answer) -> None:
        self._answers.keep((self._identity, url), answer)

    def __delitem__(self, url: str) -> None:
        self._answers.drop((self._identity, url))

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers.urls(self._identity))

    def __len__(self) -> int:
        return len(self._answers.urls(self._identity))
