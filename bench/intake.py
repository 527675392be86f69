"""python -m bench intake: how fast deliveries are taken in, against an endpoint that keeps nothing.

Both servers run in one round after the other, several rounds; the figures are medians, and the ratio is
what carries over to another machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench import load

SECRET = "a-secret-for-measuring"
ROUNDS = 5
COUNT = 1_500
SIZE = 12_000


def main() -> None:
    print(f"intake: {COUNT} signed deliveries of about {SIZE // 1000} kB a round, {ROUNDS} rounds, medians")
    titles = ("connections", "bare /s", "dursor /s", "ratio", "p50 ms", "p99 ms", "RSS MB")
    print(" ".join(title.rjust(12) for title in titles))
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        for connections in (1, 16, 64):
            _row(environment, connections)


def _row(environment: dict[str, str], connections: int) -> None:
    bare, dursor, answers = [], [], []
    with (
        _served([sys.executable, "-m", "bench.bare", "{port}"], environment) as (bare_port, _),
        _served([sys.executable, "-m", "app", "serve"], environment) as (port, process),
    ):
        for _ in range(ROUNDS):
            made = load.requests(SECRET.encode(), COUNT, SIZE)
            bare.append(asyncio.run(load.post(bare_port, made, connections))[0])
            speed, seconds = asyncio.run(load.post(port, made, connections))
            dursor.append(speed)
            answers += seconds
        memory = _rss_megabytes(process.pid)
    ratio = statistics.median(ours / limit for ours, limit in zip(dursor, bare, strict=True))
    cuts = statistics.quantiles(answers, n=100)
    figures = (
        f"{connections}",
        f"{statistics.median(bare):.0f}",
        f"{statistics.median(dursor):.0f}",
        f"{ratio:.2f}",
        f"{cuts[49] * 1000:.2f}",
        f"{cuts[98] * 1000:.2f}",
        f"{memory:.0f}",
    )
    print(" ".join(figure.rjust(12) for figure in figures))


@contextlib.contextmanager
def _served(argv: list[str], environment: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [word.format(port=port) for word in argv]
    process = subprocess.Popen(words, env=environment | {"DURSOR_PORT": str(port)}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz")
                break
            time.sleep(0.05)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def _environment(folder: Path) -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return os.environ | {
        "DURSOR_DATA_DIR": str(folder),
        "DURSOR_WEBHOOK_SECRET": SECRET,
        "DURSOR_GITHUB_APP_ID": "1",
        "DURSOR_GITHUB_PRIVATE_KEY": pem.decode(),
        "DURSOR_GITHUB_API_URL": "http://127.0.0.1:9/api/v3",  # nobody listens there
        "DURSOR_LOG_LEVEL": "error",
    }


def _rss_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
