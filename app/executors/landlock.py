"""Landlock (docs.kernel.org, "Landlock: unprivileged access control"): files out of reach without any privilege.

For machines that forbid user namespaces. A ruleset lists what may be reached; after `restrict` neither this
process nor any descendant reaches another file, traces a process outside, or, from version 6 on, sends a signal
or connects to an abstract socket out of it. Version 3, the least that is used, can forbid to truncate files.
What it never sees: metadata (stat, chmod, times) and the network.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterable

LEAST = 3  # Linux 6.2
SCOPES = 6  # Linux 6.12

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_GET_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 1 << 1, 1 << 2, 1 << 3
_MAKE_DEVICES, _TRUNCATE, _IOCTL_DEV = 1 << 6 | 1 << 11, 1 << 14, 1 << 15
_SCOPED = 3  # abstract sockets and signals

READ = _EXECUTE | _READ_FILE | _READ_DIR
WRITE = (_IOCTL_DEV - 1) & ~_MAKE_DEVICES
USE = _READ_FILE | _WRITE_FILE | _IOCTL_DEV  # of a device
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """What this kernel offers; 0 where there is no Landlock, or a filter forbids it."""
    if sys.platform != "linux":
        return 0
    try:
        return _call(_CREATE_RULESET, None, 0, _GET_VERSION)
    except OSError:
        return 0


def ruleset(allowed: Iterable[tuple[str, int]] | None) -> int:
    """A ruleset as a descriptor: these paths (real ones) with these rights, everything below them included.

    None restricts no file, only the rest. What is not there is left out. Raises OSError.
    """
    known = version()
    handled = 0 if allowed is None else (_IOCTL_DEV << 1) - 1 if known >= 5 else _IOCTL_DEV - 1
    attributes = _Ruleset(handled, 0, _SCOPED if known >= SCOPES else 0)
    size = ctypes.sizeof(attributes) if known >= SCOPES else 8
    made = _call(_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    try:
        for path, rights in allowed or ():
            _allow(made, path, rights & handled)
    except BaseException:
        os.close(made)
        raise
    return made


def restrict(made: int) -> None:
    """Put this process under a ruleset, for good; prctl(PR_SET_NO_NEW_PRIVS) comes before. Raises OSError."""
    _call(_RESTRICT_SELF, made, 0)


def _allow(made: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        mode = os.fstat(place).st_mode
        if not stat.S_ISLNK(mode):
            rule = _PathBeneath(rights if stat.S_ISDIR(mode) else rights & _OF_FILES, place)
            _call(_ADD_RULE, made, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    if (result := int(library.syscall(ctypes.c_long(number), *words))) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
