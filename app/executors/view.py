"""What of the machine's files a contained program sees: what programs need to run, and nothing that is not named."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

TREE = "/worktree"
"""Where the worktree is inside the namespaces: the same for every run, as agents keep sessions by directory."""

_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/etc/resolv.conf", "/opt", "/sys",
    "/var/lib/ca-certificates", "/nix", "/gnu", "/run/current-system", "/home/linuxbrew/.linuxbrew",
)  # fmt: skip
_OF_ROOT = ("shadow", "shadow-", "gshadow", "gshadow-", "sudoers", "sudoers.d", "ssh", "ssl/private")
_PARTS = ("bin", "lib", "lib64", "libexec", "include", "pyvenv.cfg", "codex-path", "codex-resources")


@dataclass(frozen=True, slots=True)
class View:
    """Real paths, those above before those below, of which the deepest counts; `links` lead to them by other names."""

    shown: tuple[tuple[str, bool], ...]  # a path, and whether it is there or hidden
    links: tuple[tuple[str, str], ...]  # a name, and where it leads

    def shows(self, path: str) -> bool:
        """Whether this real path can be seen."""
        return _state(dict(self.shown), path) is True

    def hides(self) -> Iterator[str]:
        """What is hidden within something that is shown."""
        return (path for path, is_shown in self.shown if not is_shown)

    def reads(self) -> Iterator[str]:
        """What is shown."""
        return (path for path, is_shown in self.shown if is_shown)


def of(readable: Iterable[Path], hidden: Iterable[Path], search: str) -> View:
    """The system, the interpreter, the directories of `search` (a PATH) and `readable`, without `hidden` and HOME.

    Of a path that is both above and below another, the deeper one counts; hidden wins over an equal one.
    """
    home = os.path.expanduser("~")  # noqa: PTH111 (text all the way: this is asked before every run)
    named = [*_SYSTEM, *prefixes(), *_on_path(search), *map(str, readable)]
    wanted = {name: os.path.realpath(name) for name in named if os.path.isabs(name)}  # noqa: PTH117
    states = {real: True for real in wanted.values() if real != "/" and os.path.exists(real)}  # noqa: PTH110
    of_root = [f"/etc/{name}" for name in _OF_ROOT] if os.geteuid() == 0 else []  # others cannot read them anyway
    away = [os.path.realpath(path) for path in (home, *of_root, *map(str, hidden))]
    states |= {real: False for real in away if real != "/" and os.path.exists(real)}  # noqa: PTH110
    shown: dict[str, bool] = {}
    for path in sorted(states, key=lambda path: (path.count("/"), path)):
        if states[path] is not bool(_state(shown, path)):
            shown[path] = states[path]
    return View(tuple(shown.items()), tuple(_links(wanted, shown)))


def prefixes() -> list[str]:
    """Python's own directories; without what else may lie beside them."""
    return [f"{prefix}/{part}" for prefix in {sys.prefix, sys.base_prefix} for part in _PARTS]


def _on_path(search: str) -> Iterator[str]:
    """The directories of PATH, and what the programs in them need beside them."""
    for directory in search.split(os.pathsep):
        yield directory
        parent, name = os.path.split(directory.rstrip("/"))
        if name == "bin":
            yield from (os.path.join(parent, part) for part in _PARTS)  # noqa: PTH118
        elif name == "shims":  # of pyenv, rbenv, asdf, mise: short scripts that look in there for the rest
            yield parent


def package(program: str) -> list[Path]:
    """The directories that a program (an absolute path) was installed with, as far as it needs them to run."""
    real = Path(program).resolve()
    if "node_modules" in real.parts:
        return [Path(*real.parts[: real.parts.index("node_modules") + 1])]
    if real.parent.name == "bin":
        return [real.parent.parent / part for part in _PARTS]
    return [real.parent, real.parent.parent / "package.json"]


def _state(states: dict[str, bool], path: str) -> bool | None:
    """What the nearest path at or above says; None where none says anything."""
    while path not in states:
        above = os.path.dirname(path)  # noqa: PTH120
        if above == path:
            return None
        path = above
    return states[path]


def _links(wanted: dict[str, str], shown: dict[str, bool]) -> Iterator[tuple[str, str]]:
    """The names that are no real paths, unless they lie in what is shown or below such a name themselves."""
    made: dict[str, bool] = {}
    for name in sorted(wanted, key=len):
        path = os.path.normpath(name)
        if path != wanted[name] and _state(shown, wanted[name]) and not _state(shown, path) and not _state(made, path):
            made[path] = True
            yield path, wanted[name]
