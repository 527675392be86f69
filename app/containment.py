"""The sandbox that the settings ask for, and what of the server no program may ever see."""

from __future__ import annotations

from pathlib import Path

from app.config import Settings
from app.errors import ConfigError
from app.executors import sandbox


def of(settings: Settings) -> sandbox.Sandbox:
    """The sandbox of every run. Tries out what this machine can give, the first time.

    Raises `ConfigError` where `required` is asked for and cannot be given.
    """
    level = sandbox.level(settings.sandbox)
    if settings.sandbox == "required" and level != "namespaces":
        raise ConfigError(
            f"DURSOR_SANDBOX is `required`, but all this machine gives is {level}: bubblewrap is missing, or it may "
            "not make user namespaces (see docs/operations.md, “The sandbox”). `auto` goes on with that."
        )
    return sandbox.Sandbox(level, tuple(_secret(settings)), settings.sandbox_readable)


def _secret(settings: Settings) -> list[Path]:
    """The data directory, and the files that settings were read from."""
    database = settings.database_path
    found = [settings.data_dir, *(database.with_name(database.name + end) for end in ("", "-wal", "-shm"))]
    found += [Path(".env"), Path("/run/secrets")]
    if (key := settings.private_key_path()) is not None:
        found.append(key)
    return [path.absolute() for path in found]
