"""Which variables of the server's environment the commands of repositories may be given, and never our secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable

from app import redact

_NEVER = re.compile(r"DURSOR_.*|LD_.*|GIT_.*|PATH|HOME|TMPDIR|APP_ID|PRIVATE_KEY|WEBHOOK_SECRET", re.IGNORECASE)
_SECRET = re.compile("KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)


def allowed(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as they are. Raises ValueError for one that is ours, or that would change what a program is."""
    for name in names:
        if _NEVER.fullmatch(name):
            raise ValueError(f"{name} is not for commands")
    return names


def values(wanted: Iterable[str], may: Collection[str], secrets: Collection[str]) -> dict[str, str]:
    """The variables that are `wanted` and `may` be given, as they are now.

    One that holds one of our `secrets` is left out, whatever it is called. What is called like a secret is redacted
    from now on wherever text is.
    """
    found = {name: os.environ[name] for name in wanted if name in may and name in os.environ}
    found = {name: value for name, value in found.items() if not any(secret in value for secret in secrets)}
    for name, value in found.items():
        if _SECRET.search(name):
            redact.register(value)
    return found
