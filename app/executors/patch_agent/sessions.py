"""Conversations kept in the task's private directory, so that a later run goes on where one ended.

What is read there may be anybody's: a program of another executor could have written it. It is taken only where it
has the right form and belongs to the same provider's model.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.executors import state_files
from app.executors.patch_agent.conversation import Message, User

LARGEST = 8_000_000
"""Bytes of a conversation that is kept; one that fits a model has a tenth of that."""

_ID = re.compile(r"[0-9a-f]{32}")
_FOLDER = "patch_agent"


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: int = 1
    provider: str
    model: str
    messages: list[Message]


def load(state_dir: Path, session_id: str, provider: str, model: str) -> list[Message] | None:
    """The conversation of an earlier run with the same model, None where there is none that can be used."""
    if not _ID.fullmatch(session_id):
        return None
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(_path(state_dir, session_id), flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
                return None
            kept = _Kept.model_validate_json(file.read(LARGEST))
    except (OSError, ValidationError):
        return None
    is_ours = kept.version == 1 and kept.provider == provider and kept.model == model
    return kept.messages if is_ours and kept.messages and isinstance(kept.messages[0], User) else None


def save(state_dir: Path, session_id: str, provider: str, model: str, messages: Sequence[Message]) -> bool:
    """Keep a conversation; says whether it could be done."""
    content = _Kept(provider=provider, model=model, messages=[*messages]).model_dump_json().encode()
    if len(content) > LARGEST:
        return False
    try:
        path = _path(state_dir, session_id)
    except OSError:
        return False
    new = path.with_suffix(".new")
    try:
        new.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
            file.write(content)
        new.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        return False
    return True


def _path(state_dir: Path, session_id: str) -> Path:
    """Where it is kept. Raises OSError where the directory is a link that leads out."""
    return state_files.within(state_dir, f"{_FOLDER}/{session_id}.json")
