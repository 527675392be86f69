"""Who may set up: whoever types the code that the console shows. One code lets one browser in, once.

The browser keeps a cookie, and gets a state for each form that it sends to GitHub, so that nobody can make it
bring back an App of theirs.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable

STATE_SECONDS = 3600.0
"""How long a form that was sent to GitHub may take; GitHub's code is good for as long."""

WRONG_AT_ONCE = 5
WRONG_EVERY_SECONDS = 12.0
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 20  # of 5 bits each
_STATES = 16


class Guard:
    """Each code goes to `announce` as it is made; `now` is in seconds."""

    def __init__(self, announce: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> None:
        self._announce = announce
        self._now = now
        self._session: str | None = None
        self._states: dict[str, float] = {}
        self._wrong = 0.0
        self._counted_at = now()
        self._code = self._new_code()

    def wait(self) -> float:
        """Seconds until the next code is looked at: after a few wrong ones they are looked at slowly."""
        now = self._now()
        self._wrong = max(0.0, self._wrong - (now - self._counted_at) / WRONG_EVERY_SECONDS)
        self._counted_at = now
        return max(0.0, (self._wrong - WRONG_AT_ONCE + 1) * WRONG_EVERY_SECONDS)

    def enter(self, code: str) -> str | None:
        """The cookie for who knows the code, and a new code for the next; None for a wrong or an early one.

        A browser that came before is out then.
        """
        if self.wait() > 0:
            return None
        typed = "".join(letter for letter in code.upper() if letter.isalnum())
        if not hmac.compare_digest(typed.encode(), self._code.encode()):
            self._wrong += 1
            return None
        self._session = secrets.token_urlsafe(32)
        self._states.clear()
        self._code = self._new_code()
        return self._session

    def admits(self, cookie: str | None) -> bool:
        """Whether this is the browser that knew the code."""
        known = self._session
        return known is not None and cookie is not None and hmac.compare_digest(cookie.encode(), known.encode())

    def new_state(self) -> str:
        """A state for one form; a few of them may be under way, as people open tabs."""
        state = secrets.token_urlsafe(32)
        self._states[state] = self._now() + STATE_SECONDS
        while len(self._states) > _STATES:
            del self._states[next(iter(self._states))]
        return state

    def knows(self, state: str) -> bool:
        """Whether the browser was given this state, not too long ago."""
        now, given = self._now(), state.encode()
        found = [end for known, end in self._states.items() if hmac.compare_digest(given, known.encode())]
        return any(now < end for end in found)

    def _new_code(self) -> str:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        self._announce("-".join(code[start : start + 5] for start in range(0, _LENGTH, 5)))
        return code
