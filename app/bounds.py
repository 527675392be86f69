"""What the operator lets repositories ask for. A configuration is cut to it before it is stored, so that what is
stored is what is in force; with other settings, what is stored is cut again when the server starts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from app import repo_config
from app.config import Settings
from app.lifecycle.run import Mode
from app.repo_commands import Command
from app.repo_config import Limits, RepoConfig
from app.store import repos
from app.store.connection import Connection, Row
from app.store.rows import from_json

_MODES = list(Mode)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The operator's settings that bound a repository's."""

    max_mode: Mode = Mode.FULL_AUTO
    programs: bool = True
    command_env: tuple[str, ...] = ()
    max_run_minutes: float = 240
    max_pull_request_usd: float | None = None
    max_month_usd: float | None = None
    min_settle_seconds: float = 0

    def allow(self, mode: Mode) -> bool:
        """Whether a repository or a person may choose this mode."""
        return _MODES.index(mode) <= _MODES.index(self.max_mode)


@dataclass(frozen=True, slots=True)
class InForce:
    """A configuration as it is used, and what was cut from what the file asks for: key, old and new value."""

    config: RepoConfig
    cuts: tuple[str, ...]


def of(settings: Settings) -> Bounds:
    """The bounds that the server's settings name."""
    return Bounds(
        max_mode=Mode(settings.max_mode),
        programs=settings.repo_commands == "allow",
        command_env=settings.command_env,
        max_run_minutes=settings.max_run_minutes,
        max_pull_request_usd=settings.max_pull_request_usd,
        max_month_usd=settings.max_month_usd,
        min_settle_seconds=settings.settle_seconds,
    )


def clamp(config: RepoConfig, bounds: Bounds) -> InForce:
    """Cut a configuration to the bounds. Where `full_auto` is not allowed, nothing merges without a person."""
    whole: dict[str, object] = {}
    limits, ci = config.limits, config.ci
    if not bounds.allow(config.mode):
        whole["mode"] = bounds.max_mode
    if not bounds.programs:
        whole |= {"executor": _agent(config.executor, "patch_agent"), "reviewer": _agent(config.reviewer, "none")}
        whole |= {"candidates": [name for name in config.candidates if not _is_program(name)], "commands": {}}
    elif any(set(command.env) - set(bounds.command_env) for command in config.commands.values()):
        whole["commands"] = {name: _without(command, bounds.command_env) for name, command in config.commands.items()}
    if (less := _limits(limits, bounds)) != limits:
        whole["limits"] = less
    if ci.settle_seconds < bounds.min_settle_seconds:
        whole["ci"] = ci.model_copy(update={"settle_seconds": bounds.min_settle_seconds})
    cuts = changes(config, config.model_copy(update=whole))
    if bounds.max_mode is not Mode.FULL_AUTO:  # of runs that have this mode from before, too
        whole["merge"] = config.merge.model_copy(update={"auto": False})
    return InForce(config.model_copy(update=whole), tuple(cuts))


def _limits(asked: Limits, bounds: Bounds) -> Limits:
    """What a repository may take of time and money; 0 dollars, which set no bound, are more than any."""
    most = {"pull_request_usd": bounds.max_pull_request_usd, "repository_usd_month": bounds.max_month_usd}
    cut = {name: most_ for name, most_ in most.items() if most_ and not 0 < getattr(asked, name) <= most_}
    return asked.model_copy(update={"run_minutes": min(asked.run_minutes, bounds.max_run_minutes), **cut})


def note(db: Connection, repo: Row, sha: str | None, found: InForce) -> None:
    """Store a configuration that was read and is right; a missing file that is cut nowhere is stored as missing."""
    is_default = sha is None and found.config == RepoConfig()
    config = None if is_default else found.config.model_dump_json()
    repos.note_config(db, repo["id"], sha=sha, config=config, error=None, cuts=json.dumps(found.cuts))


def enforce(db: Connection, bounds: Bounds) -> None:
    """Cut everything that is stored to the bounds as they are now; what was cut before is read again soon."""
    for repo in repos.all_configured(db):
        now = clamp(repo_config.from_json(repo["config"]), bounds)
        before = from_json(repo["config_cuts"], [])
        repos.keep_config(db, repo["id"], now.config.model_dump_json(), json.dumps([*before, *now.cuts]))
        if before:
            repos.doubt_config(db, repo["id"])


def changes(old: RepoConfig, new: RepoConfig) -> list[str]:
    """Each key that differs, with its old and its new value."""
    before, after = _flat(old.model_dump(mode="json")), _flat(new.model_dump(mode="json"))
    keys = list(dict.fromkeys([*before, *after]))
    return [
        f"{key}: {_value(before.get(key))} → {_value(after.get(key))}"
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _flat(values: dict[str, object], under: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in values.items():
        flat |= _flat(value, f"{under}{key}.") if isinstance(value, dict) else {f"{under}{key}": value}
    return flat


def _value(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _without(command: Command, allowed: tuple[str, ...]) -> Command:
    """A command with those variables only that the operator allows."""
    return command.model_copy(update={"env": [name for name in command.env if name in allowed]})


def _is_program(name: str) -> bool:
    return name.startswith("command:")


def _agent(name: str, instead: str) -> str:
    return instead if _is_program(name) else name
