"""What can be looked at without GitHub: the data directory, the database, keys, git, the containment."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

from app import encryption
from app.config import Settings
from app.doctor.report import Finding, failed, ok, warning
from app.errors import ConfigError, DatabaseUnusable, DursorError
from app.executors import sandbox
from app.store import maintenance, migrate, offline, secret_keys
from app.workspace import git

_LEAST_FREE = 200 * 1024**2  # bytes: below this a mirror or a backup does not fit
_GOOD_FREE = 0.05
_GIT = (2, 38)  # `git merge-tree --write-tree`
_MB = 1024**2
_CHAPTER = "The sandbox"


def settings(found: Settings) -> list[Finding]:
    """Whether the server would start with these, and be found."""
    what = "configuration"
    if found.worker_engine_url is not None:
        return [failed(what, "DURSOR_WORKER_ENGINE_URL has no effect in this version", "unset it")]
    if found.public_url is None:
        return [warning(what, "DURSOR_PUBLIC_URL is not set", "set it to the address at which GitHub reaches this")]
    if found.public_url.startswith("http://"):
        return [warning(what, "DURSOR_PUBLIC_URL is not https", "put a proxy with TLS before dursor")]
    return [ok(what, f"read; GitHub's API is {found.github_api_url}")]


def data_directory(found: Settings) -> list[Finding]:
    """Whether it can be written, for whom it is open, and what fits into it."""
    what, path = f"data directory {found.data_dir}", found.data_dir
    if not path.is_dir():
        return [failed(what, "it does not exist", "start `dursor serve` once, or set DURSOR_DATA_DIR")]
    try:
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        return [failed(what, f"it cannot be written ({error.strerror})", "give it to the server's user, or make room")]
    usage = shutil.disk_usage(path)
    told = f"{usage.free // _MB} MB free"
    if usage.free < _LEAST_FREE:
        return [failed(what, told, "make room")]
    if usage.free / usage.total < _GOOD_FREE:
        return [warning(what, f"{told}, under {_GOOD_FREE:.0%}", "make room")]
    if path.stat().st_mode & 0o077:
        return [warning(what, "others may look into it", f"chmod 700 {path}")]
    return [ok(what, f"writable, {told}")]


def database(found: Settings) -> list[Finding]:
    """Version and soundness of the file, and who may read it."""
    what, path = f"database {found.database_path}", found.database_path
    if not path.exists():
        return [failed(what, "there is none", "start `dursor serve` once, or run `dursor db migrate`")]
    try:
        problems = offline.read(path, maintenance.problems)
    except DatabaseUnusable as error:
        return [failed(what, str(error), "see docs/operations.md, “Backup”, if that does not say what to do")]
    if problems:
        return [failed(what, f"it is damaged: {problems[0]}", "stop the server and restore a backup")]
    if path.stat().st_mode & 0o077:
        return [failed(what, "others may read it", f"chmod 600 {path}")]
    return [ok(what, f"sound, version {migrate.latest_version()}")]


def encryption_key(found: Settings) -> list[Finding]:
    """Where the keys come from and who may read them."""
    what = "encryption key"
    try:
        keys = encryption.keys(found)
    except ConfigError as error:
        return [failed(what, str(error), "without it the stored App is lost: register it anew")]
    if not keys:
        return [ok(what, "none is needed: nothing is stored under one")]
    if found.encryption_key:
        return [ok(what, f"from the environment ({len(keys)})"), *_secrets(found, keys)]
    path = encryption.path(found)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [failed(what, f"others may read {path}", f"chmod 600 {path}, and change the key")]
    return [ok(what, f"from {path}"), *_secrets(found, keys)]


def _secrets(found: Settings, keys: list[str]) -> list[Finding]:
    """Whether the first key opens everything that is stored, so that older ones can go."""
    what = "stored secrets"
    try:
        counted = offline.read(found.database_path, lambda db: secret_keys.count(db, keys))
    except DatabaseUnusable:
        return []  # the database's own line says why
    if counted.unreadable:
        told = f"{counted.unreadable} of {counted.all} open with no key"
        return [failed(what, told, "put back the key that wrote them, or remove what they belong to")]
    if counted.old:
        return [warning(what, f"{counted.old} of {counted.all} need an older key", "run `dursor db rotate-keys`")]
    if len(keys) > 1:
        return [ok(what, f"the first key opens all {counted.all}: the older keys can go")]
    return [ok(what, f"{counted.all}, under the key")] if counted.all else []


async def git_program() -> list[Finding]:
    """Its version, what we ask of it, and whether it speaks HTTPS."""
    do = f"install git {'.'.join(map(str, _GIT))} or newer, with its HTTPS helper"
    try:
        said = (await git.run("version")).text
        place = (await git.run("--exec-path")).text
    except DursorError as error:
        return [failed("git", str(error), do)]
    version = re.search(r"(\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < _GIT:
        return [failed("git", f"{said} is too old", do)]
    if not os.access(Path(place) / "git-remote-https", os.X_OK):
        return [failed("git", f"{said} cannot speak HTTPS", do)]
    return [ok("git", said)]


def containment(found: Settings) -> list[Finding]:
    """What a program may reach, and how surely it ends."""
    what, level = "containment", sandbox.level(found.sandbox)
    there = f"install bubblewrap and allow user namespaces; docs/operations.md, “{_CHAPTER}”, says how"
    if found.sandbox == "required" and level != "namespaces":
        return [failed(what, f"DURSOR_SANDBOX is `required`, and there is only {level}", there)]
    if level == "namespaces":
        return [ok(what, "namespaces: programs see their worktree and the system's files, and no other process")]
    if level == "landlock":
        if os.geteuid() == 0:
            return [warning(what, "landlock, and the server is root", "give the server a user of its own")]
        return [ok(what, "landlock: programs read their worktree and the system's files, and nothing else")]
    if level == "process-group":
        return [warning(what, "no sandbox, and programs that detach themselves outlive a run", "run dursor on Linux")]
    do = "take pull requests only of people you would let push" if found.sandbox == "off" else there
    return [warning(what, f"{level}, no sandbox: programs run with the server's rights", do)]
