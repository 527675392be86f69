"""What can go wrong, as one tree; who is told is decided by the branch an error stands on.

    DursorError
    ├── UserError           somebody can mend it; the text is written for them
    │   ├── ConfigError     a setting or `.github/dursor.yml`
    │   └── DatabaseUnusable    the database file cannot be used as it is
    ├── Transient           passing trouble: the job is tried again later
    │   ├── RateLimited     a limit with a known end: waiting costs no attempt
    │   ├── TooEarly        not yet, for a time that is known: waiting costs no attempt
    │   └── UnknownEffect   a write that may or may not have happened: read before trying again
    └── Refused             the other side said no: trying again is useless
        ├── NotFound        gone, or not for us to see
        ├── Forbidden       a permission is missing
        ├── Conflict        the world moved (HTTP 409, a lost lease)
        └── Invalid         the request was not accepted as it is (HTTP 422)

Everything else that is raised is a bug: it travels to the one place that logs it and retries.
"""

from __future__ import annotations

GITHUB_SECONDS = 10.0
"""GitHub ends a request after this time (docs.github.com, "Troubleshooting the REST API", timeouts)."""


class DursorError(Exception):
    """The root: catches everything dursor raises on purpose."""


class UserError(DursorError):
    """Somebody can mend this; `str(error)` is written for them."""


class ConfigError(UserError):
    """A setting of the deployment or of a repository is missing or wrong."""


class DatabaseUnusable(UserError):
    """The database file cannot be used as it is: too new, damaged, or rows that do not fit."""


class Transient(DursorError):
    """Passing trouble. `after` is the least wait in seconds before another try, if known."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class RateLimited(Transient):
    """A limit of GitHub or of a model's provider; `after` seconds from now it ends."""


class TooEarly(Transient):
    """Nothing is wrong but the moment; `after` seconds from now it will be right."""


class UnknownEffect(Transient):
    """A write failed in a way that leaves open whether it happened, or still happens for `GITHUB_SECONDS`."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message, after=GITHUB_SECONDS if after is None else after)


class Refused(DursorError):
    """The other side understood and said no."""


class NotFound(Refused):
    """It does not exist, or we may not see it."""


class Forbidden(Refused):
    """A permission is missing."""


class Conflict(Refused):
    """The world moved since we looked."""


class Invalid(Refused):
    """The request was not accepted as it is."""
