"""The deployment's settings: environment variables with the prefix `DURSOR_`, also read from `.env`.

Probot's names (`APP_ID`, `PRIVATE_KEY`, `WEBHOOK_SECRET`) and the platforms' `PORT` are taken where the
prefixed one is absent. Secrets may be files of the same name in `/run/secrets`. Nothing else reads the
environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from app import command_env as variables
from app import redact
from app.errors import ConfigError

_SECRET_LENGTH = 16  # GitHub proposes random strings; shorter parts belong to one secret with a comma


def _also(name: str, *others: str) -> AliasChoices:
    return AliasChoices(f"DURSOR_{name}", *others)


class Settings(BaseSettings):
    """Everything an operator can set; `Settings.load` reads it with errors written for them."""

    model_config = SettingsConfigDict(
        env_prefix="DURSOR_", env_file=".env", extra="ignore", populate_by_name=True, validate_default=True,
        env_ignore_empty=True, secrets_dir="/run/secrets" if Path("/run/secrets").is_dir() else None,
    )  # fmt: skip

    data_dir: Path = Field(Path("data"), description="where the database, mirrors and worktrees live")
    database: Path | None = Field(None, description="the database file; `$DATA_DIR/dursor.db` when not set")
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8000, ge=0, le=65535, validation_alias=_also("PORT", "PORT"), description="the port to listen on")
    public_url: str | None = Field(None, description="how GitHub and people reach this server")
    github_api_url: str = Field("https://api.github.com", description="GitHub Enterprise Server: https://HOST/api/v3")
    github_app_id: str | None = Field(
        None, validation_alias=_also("GITHUB_APP_ID", "APP_ID"), description="the App's id"
    )
    github_private_key: SecretStr | None = Field(
        None, validation_alias=_also("GITHUB_PRIVATE_KEY", "PRIVATE_KEY"), description="PEM text, or the path of a file"
    )
    github_installation_id: int | None = Field(None, description="work for this installation only")
    webhook_secret: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), validation_alias=_also("WEBHOOK_SECRET", "WEBHOOK_SECRET"),
        description="the webhook's secret; two of 16 characters or more, comma-separated, while it is rotated",
    )  # fmt: skip
    encryption_key: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Fernet keys for secrets at rest; the first encrypts, the others still read"
    )
    admin_token: SecretStr | None = Field(None, description="opens the full status and the API; closed when not set")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")
    log_format: Literal["console", "json"] = Field("json", description="for people or for machines")
    max_parallel_runs: int = Field(2, ge=1, le=64, description="executors and reviewers that may work at once")
    sweep_seconds: float = Field(300, ge=1, le=86_400, description="how often deliveries and runs are looked after")
    settle_seconds: float = Field(15, ge=0, le=3600, description="the least that `ci.settle_seconds` may be")
    max_mode: Literal["interactive", "semi_auto", "full_auto"] = Field(
        "full_auto", description="the most that a repository or a person may let it do unasked"
    )
    repo_commands: Literal["allow", "forbid"] = Field("allow", description="whether repositories may name programs")
    command_env: Annotated[tuple[str, ...], NoDecode, AfterValidator(variables.allowed)] = Field(
        (), description="variables of its environment that repositories' commands may be given, comma-separated"
    )
    max_run_minutes: float = Field(240, gt=0, le=240, description="the most that `limits.run_minutes` may be")
    max_pull_request_usd: float | None = Field(None, gt=0, description="the most that `limits.pull_request_usd` may be")
    max_month_usd: float | None = Field(None, gt=0, description="the most that `limits.repository_usd_month` may be")
    sandbox: Literal["required", "auto", "off"] = Field("auto", description="whether executors must be contained")
    sandbox_readable: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="directories that executors may read beyond the system's, comma-separated and absolute"
    )
    worker_engine_url: str | None = Field(None, description="where executors on other machines are reached")

    @field_validator("encryption_key", "command_env", "sandbox_readable", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return _parts(value) if isinstance(value, str) else value

    @field_validator("sandbox_readable")
    @classmethod
    def _absolute(cls, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        if any(not path.is_absolute() or path == Path("/") for path in paths):
            raise ValueError("must be absolute paths, and not the root")
        return paths

    @field_validator("webhook_secret", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        """A comma may be part of a secret: the whole always counts, its parts only where each is a secret by itself."""
        if not isinstance(value, str):
            return value
        parts = _parts(value)
        several = len(parts) > 1 and min(map(len, parts)) >= _SECRET_LENGTH
        return (value.strip(), *(parts if several else ())) if value.strip() else ()

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("must be an address such as https://dursor.example.com")
        return value.rstrip("/") if value else None

    @field_validator("github_api_url")
    @classmethod
    def _safe_url(cls, value: str) -> str:
        url = urlsplit(value)
        local = url.hostname in {"127.0.0.1", "::1", "localhost"}
        if not url.hostname or (url.scheme != "https" and not (url.scheme == "http" and local)):
            raise ValueError("must begin with https:// (http:// only for this machine)")
        if url.username or url.query or url.fragment:
            raise ValueError("must not hold a user name, a query or a fragment")
        return value.rstrip("/")

    @field_validator("encryption_key")
    @classmethod
    def _fernet_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            try:
                Fernet(key.get_secret_value())
            except ValueError:
                raise ValueError("must be Fernet keys: 32 bytes in URL-safe base64") from None
        return keys

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @classmethod
    def load(cls, **given: object) -> Self:
        """Read the settings and register every secret for redaction.

        Raises `ConfigError` that names each wrong variable, and never its value.
        """
        try:
            settings = cls(**given)  # type: ignore[arg-type]
        except ValidationError as error:
            wrong = "; ".join(f"{_variable(problem['loc'])}: {problem['msg']}" for problem in error.errors())
            raise ConfigError(f"Settings are wrong. {wrong}") from None
        except (OSError, ValueError, SettingsError) as error:
            where = getattr(error, "filename", None) or ".env"
            raise ConfigError(f"The settings in {where} cannot be read: {type(error).__name__}.") from None
        for secret in (*settings.webhook_secret, *settings.encryption_key, settings.admin_token):
            if secret is not None:
                redact.register(secret.get_secret_value())
        return settings

    @property
    def database_path(self) -> Path:
        """The database file."""
        return self.database or self.data_dir / "dursor.db"

    def private_key_path(self) -> Path | None:
        """The file that holds the App's private key; None where the setting is absent or the key itself."""
        value = self.github_private_key.get_secret_value() if self.github_private_key else ""
        return Path(os.path.expanduser(value)) if value and "PRIVATE KEY" not in value else None  # noqa: PTH111

    def for_commands(self, names: Iterable[str]) -> dict[str, str]:
        """The variables among `names` that commands may be given: see `command_env.values`."""
        own = (self.github_private_key, self.admin_token, *self.webhook_secret, *self.encryption_key)
        return variables.values(names, self.command_env, [one.get_secret_value() for one in own if one])

    def private_key_pem(self) -> str | None:
        """The App's private key, read from its file where the setting names one.

        Raises `ConfigError` when that file cannot be read or holds no private key.
        """
        if self.github_private_key is None:
            return None
        value = self.github_private_key.get_secret_value().replace("\\n", "\n")
        if "PRIVATE KEY" not in value:
            try:
                value = Path(os.path.expanduser(value)).read_text(encoding="ascii")  # noqa: PTH111 (never raises)
            except (OSError, ValueError):
                raise ConfigError(
                    "DURSOR_GITHUB_PRIVATE_KEY is neither PEM text nor the path of a readable PEM file."
                ) from None
        if "PRIVATE KEY" not in value:
            raise ConfigError("The file that DURSOR_GITHUB_PRIVATE_KEY names holds no PEM private key.")
        return value


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _variable(location: tuple[int | str, ...]) -> str:
    """The variable, or the two that it goes by, of a problem's location: a field's name or alias."""
    name = str(location[0]) if location else "settings"
    for field in Settings.model_fields.values():
        if isinstance(field.validation_alias, AliasChoices) and name in field.validation_alias.choices:
            return " or ".join(dict.fromkeys(map(str, field.validation_alias.choices)))
    return f"DURSOR_{name.upper()}"
