"""The executors of this machine: which can start, in which version, and who asks for those that cannot."""

from __future__ import annotations

from collections.abc import Sequence

from app import repo_config
from app.config import Settings
from app.doctor.report import Finding, failed, ok
from app.executors import registry, sandbox
from app.store.connection import Row


def findings(settings: Settings, repos: Sequence[Row]) -> list[Finding]:
    """One for each kind of executor. One that nobody asks for may be missing."""
    return [_finding(one, _asking(one.name, repos)) for one in registry.available(sandbox.level(settings.sandbox))]


def _finding(one: registry.Availability, asking: Sequence[str]) -> Finding:
    what = f"executor {one.name}"
    if one.ok:
        return ok(what, one.detail)
    if not asking:
        return ok(what, f"no repository asks for it. {one.detail}")
    return failed(what, one.detail, f"mend that, or name another in dursor.yml of {', '.join(asking)}")


def _asking(name: str, repos: Sequence[Row]) -> list[str]:
    """The repositories whose configuration names it."""
    return [repo["full_name"] for repo in repos if repo["config"] and name in _named(repo["config"])]


def _named(config: str) -> set[str]:
    read = repo_config.from_json(config)
    return {name.partition(":")[0] for name in (read.executor, read.reviewer, *read.candidates, *read.fallback)}
