"""The hook that git receive-pack runs for the hub: asks which ref updates to refuse, tells which were made.

A script of its own with the standard library only, started as `python git_hook.py HOOK`. It talks to the
hub in lines of JSON over the socket that `HUB_CHANNEL` names, and to git as githooks(5) says for
`proc-receive`.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from typing import IO

_LENGTH = 4  # hexadecimal digits before each packet, which count themselves


def main() -> None:
    """Serve the one hook named on the command line."""
    with socket.socket(fileno=int(os.environ["HUB_CHANNEL"])) as hub:
        if sys.argv[1] == "post-receive":
            _ask(hub, "pushed", sys.stdin.buffer.read().splitlines())
        else:
            _decide(hub, sys.stdin.buffer, sys.stdout.buffer)


def _decide(hub: socket.socket, commands: IO[bytes], report: IO[bytes]) -> None:
    """Refuse what the hub refuses and leave the rest to git."""
    list(_packets(commands))
    _write(report, "version=1", None)
    updates = list(_packets(commands))
    refused = _ask(hub, "asked", updates)
    for update in updates:
        name = update.decode("utf-8", "surrogateescape").rstrip("\n").split(" ", 2)[2]
        if name in refused:
            *remarks, reason = refused[name].splitlines()
            sys.stderr.write("".join(f"{remark}\n" for remark in remarks))
            _write(report, f"ng {name} {reason}")
        else:
            _write(report, f"ok {name}", "option fall-through")
    _write(report, None)


def _ask(hub: socket.socket, kind: str, updates: list[bytes]) -> dict[str, str]:
    lines = [update.decode("utf-8", "surrogateescape").rstrip("\n") for update in updates]
    hub.sendall(json.dumps({kind: lines}).encode() + b"\n")
    with hub.makefile("rb") as answers:
        answer: dict[str, str] = json.loads(answers.readline())
    return answer


def _packets(stream: IO[bytes]) -> Iterator[bytes]:
    """The packets up to the next flush packet."""
    while size := int(stream.read(_LENGTH) or b"0", 16):
        yield stream.read(size - _LENGTH)


def _write(stream: IO[bytes], *packets: str | None) -> None:
    """Send packets; None is a flush packet."""
    for packet in packets:
        data = (packet or "").encode("utf-8", "surrogateescape")
        stream.write(f"{len(data) + _LENGTH:04x}".encode() + data if packet else b"0000")
    stream.flush()


if __name__ == "__main__":
    main()
