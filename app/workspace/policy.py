"""What an agent may change, judged on the resulting tree and not on what the agent says.

A refusal means that nothing of the change is taken; a warning is shown to people and read by the merge gates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pathspec

from app import agent_settings
from app.workspace import diffs, git, links

Kind = Literal[
    "agent_settings", "case_clash", "executable", "git_settings", "limit", "link", "lock_file", "name",
    "nested_repository", "protected", "special_file", "submodule", "unreadable",
]  # fmt: skip

LOCK_FILES = (
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock",
    "poetry.lock", "uv.lock", "pdm.lock", "pylock*.toml", "Pipfile.lock", "requirements*.lock", "conda-lock.yml",
    "pixi.lock", "Cargo.lock", "go.sum", "go.work.sum", "Gemfile.lock", "gems.locked", "composer.lock", "symfony.lock",
    "mix.lock", "rebar.lock", "*gradle.lockfile", "verification-metadata.xml", "packages.lock.json", "paket.lock",
    "pubspec.lock", "Podfile.lock", "Package.resolved", "Cartfile.resolved", "flake.lock", ".terraform.lock.hcl",
    "MODULE.bazel.lock", "stack.yaml.lock", "cabal.project.freeze", "Manifest.toml", "renv.lock", "conan.lock",
    "shard.lock", "Chart.lock", "cpanfile.snapshot", "mise.lock",
)  # fmt: skip
GIT_SETTINGS = (".gitattributes", ".gitignore", ".gitmodules", ".lfsconfig", ".mailmap")
_NO_LINKS = {name.encode() for name in GIT_SETTINGS}


@dataclass(frozen=True, slots=True)
class TreePolicy:
    """What a repository allows: `protected` paths in gitignore syntax, and limits (0 < each).

    `max_entries` counts everything in the directory, ignored files too; the rest counts what changed.
    """

    protected: tuple[str, ...] = ()
    max_files: int = 2000
    max_bytes: int = 50 * git.MEGABYTE
    max_file_bytes: int = 20 * git.MEGABYTE
    max_entries: int = 1_000_000
    max_patch_bytes: int = diffs.PATCH_BYTES


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying about a tree: what kind, where (empty: the whole), and in words."""

    kind: Kind
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.path else self.text


def matcher(patterns: Iterable[str]) -> pathspec.GitIgnoreSpec:
    """Patterns in gitignore syntax as something to match paths with."""
    return pathspec.GitIgnoreSpec.from_lines(patterns)


def warnings(changes: Iterable[diffs.Change], policy: TreePolicy) -> list[Finding]:
    """What people should know about allowed `changes`."""
    kinds: tuple[tuple[Kind, pathspec.GitIgnoreSpec, str], ...] = (
        ("protected", matcher(policy.protected), "a protected path"),
        ("agent_settings", matcher(agent_settings.PATTERNS), "instructs coding agents"),
        ("git_settings", matcher(GIT_SETTINGS), "changes what git does with files"),
        ("lock_file", matcher(LOCK_FILES), "a lock file: chooses which packages get installed"),
    )
    found = []
    for change in changes:
        path = change.path.decode("utf-8", "surrogateescape")
        name = diffs.shown(change.path)
        found += [Finding(kind, name, text) for kind, spec, text in kinds if spec.match_file(path)]
        if diffs.EXECUTABLE in (change.mode, change.old_mode) and change.mode not in (
            change.old_mode,
            diffs.ABSENT,
        ):
            became = "executable" if change.mode == diffs.EXECUTABLE else "not executable any more"
            found.append(Finding("executable", name, f"is {became}"))
        if not name.isprintable() or "\ufffd" in name:
            found.append(Finding("name", name, "an unusual name"))
    return found


def refusals(changes: Iterable[diffs.Change], targets: dict[str, bytes]) -> list[Finding]:
    """Why `changes` cannot be taken; `targets` has the text of each link by its object id."""
    found = []
    for change in changes:
        name = diffs.shown(change.path)
        if any(links.is_git(part) for part in change.path.split(b"/")):
            found.append(Finding("nested_repository", name, "a name that is `.git` on some file system"))
        if diffs.SUBMODULE in (change.mode, change.old_mode):
            found.append(Finding("submodule", name, "submodules are not added, moved or removed"))
        if change.mode == diffs.LINK:
            if change.path.rsplit(b"/", 1)[-1] in _NO_LINKS:
                found.append(Finding("link", name, "a settings file of git must not be a link"))
            elif links.leaves(change.path, targets[change.id]):
                found.append(Finding("link", name, "a link that may lead out of the repository"))
    return found


def clashes(names: Iterable[bytes], changed: set[bytes]) -> list[Finding]:
    """Added or changed paths that are one file where the file system ignores case."""
    seen: dict[str, list[bytes]] = {}
    for name in names:
        seen.setdefault(diffs.shown(name).casefold(), []).append(name)
    return [
        Finding("case_clash", diffs.shown(name), "differs from another path only in case")
        for group in seen.values()
        if len(group) > 1
        for name in group
        if name in changed
    ]
