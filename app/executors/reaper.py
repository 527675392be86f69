"""The guards of one program, `main` of a fresh interpreter: nothing of the program outlives them.

    server ──socket── first guard ── second guard ── program ── whatever it starts

Both guards are child subreapers (prctl(2), Linux): a descendant that loses its parent, however it
detached itself (setsid, double fork, nohup), becomes a child of the second guard; should that one be
killed, of the first; should the first be killed, the second sees the end of a pipe that the first held.
Either kills whatever is left. Where there is no subreaper, only the program's process group is killed.

On the socket the server says `T` for SIGTERM to the program's process group; end of file, which is also
how its death looks, is SIGKILL to everything. It is told `exit CODE LEFT`, `signal NUMBER LEFT` (LEFT: the
processes that the program left behind) or `error ERRNO exec|cwd|sandbox`; end of file means that all are gone.

Arguments: SOCKET_FD CWD LIMITS CELL PROGRAM [ARGUMENT...], LIMITS as in `core=0,fsize=1000`, CELL as in
`ruleset=7,nested=1,drop=0`: a Landlock ruleset or -1, whether the program runs another one in namespaces (signals
are then for that one, as bwrap hands none on), and whether capabilities are dropped.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import select
import signal
import sys
from collections.abc import Callable

from app.executors import descendants, landlock  # nothing else of ours: each import delays every run

_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 37, 38  # prctl(2)
_CAPABILITIES_3 = 0x20080522  # capset(2): version 3, sets of 64 bits in two halves


def main(arguments: list[str]) -> int:
    """Become the first guard; returns the program's exit code, 128 + N for signal N."""
    os.set_inheritable(control := int(arguments[0]), False)
    reaps = can_reap() and _prctl(_PR_SET_CHILD_SUBREAPER)
    alive, held = os.pipe()
    if (second := os.fork()) == 0:
        os.close(held)
        _prctl(_PR_SET_CHILD_SUBREAPER)  # not inherited over fork
        os._exit(_second(control, alive, arguments, reaps=reaps))
    os.close(alive)
    _let_go_of_output()
    _when_asked_to_end(lambda: os.kill(second, signal.SIGTERM))
    code = _exit_code(os.waitpid(second, 0)[1])
    if reaps:
        descendants.kill_all()
    return code


def can_reap() -> bool:
    """Whether this system has child subreapers and a /proc to find descendants in."""
    if sys.platform != "linux" or not os.path.exists("/proc/self/stat"):  # noqa: PTH110 (no pathlib: it delays every run)
        return False
    return not ctypes.CDLL(None).prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(ctypes.c_int()), 0, 0, 0)


def _second(control: int, first: int, arguments: list[str], *, reaps: bool) -> int:
    """Start the program, wait for its end or for a reason to end it, kill what is left."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    cell = {name: int(value) for name, _, value in (pair.partition("=") for pair in arguments[3].split(","))}
    program, failure = _start(arguments[1], arguments[2], cell, arguments[4:])

    def terminate() -> None:
        _signal_group(_inside(program) if cell["nested"] else program, signal.SIGTERM)

    _when_asked_to_end(terminate)
    _let_go_of_output()
    status = _watch(program, control, first, woken, terminate)
    left = descendants.kill_all() if reaps else _signal_group(program, signal.SIGKILL)
    if status is None:
        return 128 + signal.SIGKILL
    code = os.waitstatus_to_exitcode(status)
    said = failure or (f"exit {code} {left}" if code >= 0 else f"signal {-code} {left}")
    with contextlib.suppress(OSError):
        os.write(control, f"{said}\n".encode())
    return _exit_code(status)


def _watch(program: int, control: int, first: int, woken: int, terminate: Callable[[], None]) -> int | None:
    """The program's wait status; None when the server or the first guard is gone before it ended."""
    poll = select.poll()
    for descriptor in (control, first, woken):
        poll.register(descriptor, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if not os.read(descriptor, 4096):
                return None
            if descriptor == control:
                terminate()
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == program:
                return ended[1]


def _start(cwd: str, limits: str, cell: dict[str, int], argv: list[str]) -> tuple[int, str | None]:
    """Fork and exec; returns the process id and, when the program could not be started, why."""
    failed, fail = os.pipe()
    if (pid := os.fork()) == 0:
        doing = "cwd"
        try:
            os.setsid()
            os.chdir(cwd)
            _prctl(_PR_SET_NO_NEW_PRIVS)  # so that no setuid program escapes the guards' SIGKILL
            _limit(limits)
            doing = "sandbox"
            if cell["drop"]:
                _drop_capabilities()
            if cell["ruleset"] >= 0:
                os.set_inheritable(cell["ruleset"], False)
                landlock.restrict(cell["ruleset"])
            for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and exec keeps that
                signal.signal(number, signal.SIG_DFL)
            doing = "exec"
            os.execvp(argv[0], argv)  # noqa: S606 (an argument list, no shell)
        except (OSError, ValueError) as error:
            os.write(fail, f"error {getattr(error, 'errno', errno.EINVAL)} {doing}".encode())
        finally:
            os._exit(127)
    os.close(fail)
    return pid, os.read(failed, 256).decode() or None


def _drop_capabilities() -> None:
    """Root's too: without them it neither traces the server nor gets around the permissions of its files."""
    if sys.platform == "linux":
        header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
        if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _limit(limits: str) -> None:
    """Set resource limits, never above what is allowed already."""
    for name, _, value in (pair.partition("=") for pair in limits.split(",") if pair):
        which = getattr(resource, f"RLIMIT_{name.upper()}")
        hard = resource.getrlimit(which)[1]
        wanted = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(which, (wanted, wanted))


def _inside(bwrap: int) -> int:
    """The group of the program behind bwrap and the namespaces' first process; bwrap's while there is none yet."""
    for first in descendants.children_of(bwrap):
        for program in descendants.children_of(first):
            with contextlib.suppress(OSError):
                return os.getpgid(program)
    return bwrap


def _signal_group(leader: int, number: int) -> int:
    with contextlib.suppress(OSError):
        os.killpg(leader, number)
    return 0  # how many it reached is not told


def _when_asked_to_end(act: Callable[[], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: act())


def _let_go_of_output() -> None:
    """Hold no end of the program's pipes, so that their end of file is the program's own."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def _prctl(option: int) -> bool:
    return sys.platform == "linux" and not ctypes.CDLL(None).prctl(option, 1, 0, 0, 0)


def _exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
