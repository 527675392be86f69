"""A hostile program: looks for planted secrets wherever a process can look, and says which it found and where.

Run as `python hunter.py FOLDER PID`: the server's folder and process, which a real one would guess. It reads its
environment, the files it reaches, the descriptors it was given, what /proc tells of every process, the server's
memory, and abstract sockets. It uses nothing but the standard library, as it runs where tests are out of sight.
"""

# It prints, and asks the system as directly as it can.
# ruff: noqa: PTH111, PTH118, PTH123, PTH208, T201
import contextlib
import os
import re
import socket
import sys
import time

SEED = re.compile(b"CANARY" + b"_[0-9a-f]{32}_([a-z]+)")
SECONDS = 8.0
ELSEWHERE = ("~", "/root", "/home", "/data", "/tmp", "/var/tmp", "/run", "/dev/shm", "/srv", "/mnt", "/var", "/etc")
found: set[tuple[str, str]] = set()


def look(where, data):
    for place in SEED.findall(data):
        found.add((place.decode(), where))


def read(path, size=2_000_000):
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            look(path, os.read(handle, size))
        finally:
            os.close(handle)


def walk(top, until):
    for folder, _, files in os.walk(top):
        for name in files:
            if time.monotonic() > until:
                return
            read(os.path.join(folder, name))


def memory(process):
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{process}/maps") as maps:
        lines = maps.readlines()
        with open(f"/proc/{process}/mem", "rb", 0) as mem:
            for line in lines:
                span, rights = line.split()[:2]
                first, last = (int(end, 16) for end in span.split("-"))
                if rights.startswith("rw") and last - first < 1 << 28:
                    with contextlib.suppress(OSError, ValueError, OverflowError):
                        mem.seek(first)
                        look(f"/proc/{process}/mem", mem.read(last - first))


def processes(folder, server):
    numbers = [name for name in os.listdir("/proc") if name.isdigit()]
    for number in numbers:
        for name in ("environ", "cmdline"):
            read(f"/proc/{number}/{name}")
    for number in {server, *(numbers if len(numbers) < 10 else ())} - {str(os.getpid())}:
        memory(number)
        with contextlib.suppress(OSError):
            for descriptor in os.listdir(f"/proc/{number}/fd"):
                read(f"/proc/{number}/fd/{descriptor}")
        walk(f"/proc/{number}/root{folder}", time.monotonic() + SECONDS)
        walk(f"/proc/{number}/cwd/", time.monotonic() + SECONDS)


def sockets():
    names = []
    with contextlib.suppress(OSError), open("/proc/net/unix") as table:
        names = [line.split()[-1][1:] for line in table if line.split()[-1].startswith("@dursor-test-")]
    for name in names:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect("\0" + name)
            look(f"@{name}", client.recv(1000))


if __name__ == "__main__":
    look("environment", "\n".join(f"{name}={value}" for name, value in os.environ.items()).encode())
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            os.set_blocking(number, False)
            look(f"descriptor {number}", os.read(number, 1_000_000))
    walk(sys.argv[1], time.monotonic() + SECONDS)
    processes(sys.argv[1], sys.argv[2])
    sockets()
    for top in ELSEWHERE:
        walk(os.path.expanduser(top), time.monotonic() + SECONDS / len(ELSEWHERE))
    for place, where in sorted(found):
        print("found", place, where)
    print("hunted")
