"""The keys that encrypt secrets in the database: from the environment, or else a file in the data directory.

The set-up makes that file where nobody configured a key. It belongs into a backup of its own: beside a copy
of the database it would protect nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet

from app import redact
from app.config import Settings
from app.errors import ConfigError

NAME = "encryption.key"


def path(settings: Settings) -> Path:
    """Where the file is, or would be."""
    return settings.data_dir / NAME


def keys(settings: Settings) -> list[str]:
    """Fernet keys, the one that encrypts first; none where nobody made one. What the environment says wins.

    The file may hold several, apart by commas or lines, for a rotation. Raises `ConfigError` for a file that
    cannot be read or holds anything else.
    """
    if settings.encryption_key:
        return [key.get_secret_value() for key in settings.encryption_key]
    try:
        text = path(settings).read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path(settings)} cannot be read ({type(error).__name__}).") from None
    found = [redact.register(part) for part in text.replace(",", " ").split()]
    try:
        for key in found:
            Fernet(key)
    except ValueError:
        found = []
    if not found:
        raise ConfigError(f"{path(settings)} holds no Fernet keys. Put it back from your backup.")
    return found


def keys_or_new(settings: Settings) -> list[str]:
    """The same, with a new file (mode 0600) where there was no key.

    The file appears whole or not at all, and never in the place of another. Raises `ConfigError`.
    """
    if found := keys(settings):
        return found
    target = path(settings)
    fresh = target.with_suffix(".new")
    try:
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, target)
        fresh.unlink()
        _sync(target.parent)
    except OSError as error:
        raise ConfigError(f"{target} cannot be made: {error.strerror}. Set DURSOR_ENCRYPTION_KEY instead.") from None
    return keys(settings)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
