"""What each protocol must be able to say."""

from __future__ import annotations

from typing import Any, Protocol

from tests.providers.request import Request
from tests.providers.steps import Refuse, Status, Turn

Json = dict[str, Any]


class Dialect(Protocol):
    """One provider's protocol."""

    def whole(self, said: Turn | Refuse, request: Request) -> Json:
        """An answer in one piece."""
        ...

    def events(self, said: Turn | Refuse, request: Request) -> list[str]:
        """The same as events of a stream."""
        ...

    def began(self, request: Request) -> list[str]:
        """The first events of an answer that then stays silent."""
        ...

    def error_event(self) -> str:
        """An error in the middle of a stream."""
        ...

    def failure(self, status: Status) -> Json:
        """The body of an HTTP error."""
        ...

    def count(self) -> Json:
        """So many tokens a text has."""
        ...
