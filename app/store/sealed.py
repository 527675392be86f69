"""Secrets as the database keeps them: encrypted with the first of the deployment's keys, read with any of them."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.errors import ConfigError


def seal(secret: str, keys: Sequence[str], what: str) -> str:
    """The secret, encrypted. Raises ConfigError without a key; `what` names the secret for people."""
    if not keys:
        raise ConfigError(f"DURSOR_ENCRYPTION_KEY is not set, so the {what} cannot be stored.")
    return _box(keys).encrypt(secret.encode()).decode()


def unseal(stored: str, keys: Sequence[str], what: str) -> str:
    """The secret. Raises ConfigError where there is no key or none of them wrote it."""
    if not keys:
        raise ConfigError(
            "DURSOR_ENCRYPTION_KEY is not set and there is no encryption.key in the data directory, so the stored "
            f"{what} cannot be read. Put back the key that wrote it."
        )
    try:
        return _box(keys).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise ConfigError(f"None of DURSOR_ENCRYPTION_KEY's keys opens the stored {what}.") from None


def is_newest(stored: str, key: str) -> bool:
    """Whether this very key encrypted it."""
    try:
        Fernet(key).decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def _box(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
