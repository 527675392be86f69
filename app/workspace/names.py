"""Which names may reach a git command: refs, object ids and mirror keys, checked before use."""

from __future__ import annotations

import re

from app import errors

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_KEY = re.compile(r"[A-Za-z0-9_]{1,64}")
_NOT_IN_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")
_MAX_REF_BYTES = 1000


def sha(value: str) -> str:
    """`value` if it is a full object id (SHA-1 or SHA-256, lower case); raises Invalid."""
    if not _SHA.fullmatch(value):
        raise errors.Invalid(f"not a full object id: {_shown(value)}")
    return value


def ref(value: str) -> str:
    """`value` if it is a full ref name as git-check-ref-format(1) has it; raises Invalid."""
    parts = value.split("/")
    wrong = (
        not value.startswith("refs/")
        or len(parts) < 3
        or len(value.encode(errors="surrogatepass")) > _MAX_REF_BYTES
        or not _is_text(value)
        or _NOT_IN_A_REF.search(value)
        or value.endswith(("/", "."))
        or any(part.startswith(".") or part.endswith(".lock") for part in parts)
    )
    if wrong:
        raise errors.Invalid(f"not a full ref name: {_shown(value)}")
    return value


def branch(name: str) -> str:
    """The full ref of the branch `name`; as `git branch` does, refuses a leading dash; raises Invalid."""
    if name.startswith("-") or name == "HEAD":
        raise errors.Invalid(f"not a branch name: {_shown(name)}")
    return ref(f"refs/heads/{name}")


def key(value: str) -> str:
    """`value` if it may name a mirror on disk: letters, digits, underscores; raises Invalid."""
    if not _KEY.fullmatch(value):
        raise errors.Invalid(f"not a mirror's key: {_shown(value)}")
    return value


def is_sha(value: str) -> bool:
    """Whether `value` is a full object id."""
    return _SHA.fullmatch(value) is not None


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: str) -> str:
    return ascii(value[:100])
