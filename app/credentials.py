"""Who the server is to GitHub: the App's id, key and webhook secrets, each from the environment or as stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from app import redact
from app.config import Settings
from app.errors import ConfigError
from app.store.app_config import AppConfig


@dataclass(frozen=True, slots=True)
class Credentials:
    """The App. `where` says for people which source the id and key come from."""

    app_id: int
    private_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    where: str


def are_in_environment(settings: Settings) -> bool:
    """Whether the environment says everything: then what is stored is not even read, and may be unreadable."""
    return bool(settings.github_app_id and settings.github_private_key and settings.webhook_secret)


def resolve(settings: Settings, stored: AppConfig | None) -> Credentials | None:
    """The credentials; None where nothing is configured at all, so that a set-up may begin.

    A value in the environment wins. Raises `ConfigError` for a part without the others, and registers every
    secret for redaction.
    """
    key = settings.private_key_pem()
    secrets = tuple(secret.get_secret_value() for secret in settings.webhook_secret)
    if stored is None and settings.github_app_id is None and key is None and not secrets:
        return None
    app_id = settings.github_app_id or (stored.app_id if stored else None)
    is_stored = stored is not None and app_id == stored.app_id
    if stored is not None and is_stored:
        key = key or stored.private_key
        secrets = secrets or ((stored.webhook_secret,) if stored.webhook_secret else ())
    if app_id is None or key is None:
        raise ConfigError(
            "The GitHub App is only known in part: set DURSOR_GITHUB_APP_ID and DURSOR_GITHUB_PRIVATE_KEY "
            "(PEM text or the path of the file that GitHub gave you), or neither of them nor "
            "DURSOR_WEBHOOK_SECRET, and register the App with `dursor setup`."
        )
    if not (app_id.isascii() and app_id.isdigit()):
        raise ConfigError("DURSOR_GITHUB_APP_ID must be the App's number, as its settings page shows it.")
    if not secrets:
        raise ConfigError(
            "DURSOR_WEBHOOK_SECRET is not set. Without it anybody could send deliveries, so the server does not start."
        )
    for line in (*secrets, key, *key.splitlines()):  # a log is masked line by line
        redact.register(line)
    from_store = is_stored and settings.github_private_key is None
    return Credentials(int(app_id), key, secrets, "the database" if from_store else "the environment")
