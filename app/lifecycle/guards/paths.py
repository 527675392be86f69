"""Files that nobody changes without a person's word, whatever the change: by their names, and by what kind they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from app.lifecycle.guards import names
from app.lifecycle.guards.diff import Diff, Found, Kind
from app.lifecycle.guards.rules import Rules, matcher

_OWNERS = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_SUBPROJECT = re.compile(r"^Subproject commit [0-9a-f]{40}")
_HIDES = re.compile(r"\s(?:-diff|-text|binary|linguist-generated|linguist-vendored|(?:diff|merge|filter)=)")
_TESTS_IGNORED = re.compile(r"^/?(?:\*\*/)?(?:test|spec|__tests__|\*[._]?(?:test|spec)|e2e|integration)", re.IGNORECASE)
_DONE = {"added": "added", "removed": "deleted", "deleted": "deleted", "renamed": "renamed", "copied": "added"}

_Tells = tuple[Kind, Callable[[str], bool], str]


def found(diffs: Sequence[Diff], rules: Rules) -> Iterator[Found]:
    """Each such file with what it is and what is done to it, once: the first that fits names it."""
    tells: tuple[_Tells, ...] = (
        (Kind.OWN_CONFIGURATION, rules.own_configuration.__eq__, "dursor's own configuration"),
        (Kind.OWNERS, _OWNERS.__contains__, "the code owners"),
        (Kind.WORKFLOW, names.is_ci, "says what CI does"),
        (Kind.AGENT_SETTINGS, matcher(rules.agent_settings), "instructs coding agents"),
        (Kind.LOCK_FILE, matcher(rules.lock_files), "a lock file"),
        (Kind.SUBMODULE, ".gitmodules".__eq__, "submodules"),
        (Kind.PROTECTED, matcher(rules.protected), "a protected path"),
    )
    for diff in diffs:
        yield from _named(diff, tells)
        yield from _of_git(diff)


def _named(diff: Diff, tells: Sequence[_Tells]) -> Iterator[Found]:
    file = diff.file
    for kind, is_such, what in tells:
        if path := next((name for name in file.names if is_such(name)), None):
            done = _DONE.get(file.status, "changed")
            moved = f" to {file.path}" if path != file.path else ""
            yield Found(kind, path, f"{path} ({what}) {done}{moved}")
            return


def _of_git(diff: Diff) -> Iterator[Found]:
    path = diff.file.path
    if any(_SUBPROJECT.match(line) for lines in (diff.added, diff.removed) for line in lines[:1]):
        yield Found(Kind.SUBMODULE, path, f"{path} (a submodule) {_DONE.get(diff.file.status, 'changed')}")
    elif diff.file.status == "changed":
        yield Found(Kind.FILE_TYPE, path, f"{path} became another type of file, such as a link")
    name = path.rsplit("/", 1)[-1]
    if name == ".gitattributes" and any(_HIDES.search(line) for line in diff.added):
        yield Found(Kind.GIT_SETTINGS, path, f"{path} changes how git shows or merges files")
    if name in {".gitignore", ".dockerignore"} and any(_TESTS_IGNORED.match(line) for line in diff.added):
        yield Found(Kind.TESTS, path, f"{path} ignores tests")
