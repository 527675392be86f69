"""Has the guards look at a pull request's files, by the configuration of its repository's default branch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app import agent_settings, redact, repo_config
from app.github import pulls
from app.lifecycle import guards
from app.perform.world import Scope
from app.workspace import diffs, policy, trees

_EMPTY_BLOB = frozenset(
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",  # as git names it by SHA-1, and by SHA-256
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)


async def look(scope: Scope, pull: pulls.Pull) -> tuple[guards.Found, ...]:
    """Everything in the pull request's files that people have to know of before a merge."""
    listed = await pulls.files(scope.github, pull.number)
    files, judged_by = [_file(one) for one in listed], rules(scope.config, pull.changed_files)
    return await asyncio.to_thread(guards.look, files, judged_by)  # a large diff takes a second or two


def rules(config: repo_config.RepoConfig, files_in_all: int | None = None) -> guards.Rules:
    """What the guards judge by in a repository that is configured so."""
    return guards.Rules(
        protected=config.protect,
        agent_settings=agent_settings.PATTERNS,
        lock_files=policy.LOCK_FILES,
        own_configuration=repo_config.PATH,
        max_files=config.limits.files,
        max_lines=config.limits.lines,
        is_secret=_secrets(config),
        files_in_all=files_in_all,
    )


def adds_secret(diff: diffs.Diff | trees.Imported, config: repo_config.RepoConfig) -> bool:
    """Whether a diff of git's adds what looks like a credential, in a file that holds no samples by configuration."""
    is_secret = _secrets(config)
    paths = {f"diff --git a/{file.path} b/{file.path}": file.path for file in diff.files if file.old_path is None}
    for piece in diffs.pieces(diff.patch):
        header = piece.partition("\n@@ ")[0]
        path = None if "\nrename to " in header else paths.get(header.partition("\n")[0])
        if any(is_secret(path, line[1:]) for line in piece.split("\n") if line[:1] == "+"):
            return True
    return False


def _secrets(config: repo_config.RepoConfig) -> Callable[[str | None, str], bool]:
    """Tells whether a line of a file holds a credential; where samples may stand, only one of dursor's own is one.

    A file without a path holds no samples.
    """
    exempt = policy.matcher(config.fake_secrets)

    def is_secret(path: str | None, line: str) -> bool:
        return redact.holds_secret(line) and (path is None or redact.is_known(line) or not exempt.match_file(path))

    return is_secret


def _file(file: pulls.ChangedFile) -> guards.ChangedFile:
    is_empty = file.sha in _EMPTY_BLOB
    return guards.ChangedFile(
        file.path, file.status, file.additions, file.deletions, file.patch, file.previous_path, is_empty
    )
