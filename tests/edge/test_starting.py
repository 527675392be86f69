"""`dursor serve` as a process: what it refuses to start with, in words, and how it stops."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.front import SECRET, signature

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "app", "serve"]
PATIENCE_SECONDS = 30


@pytest.fixture
def environment(settings):
    """The settings of a server, and nothing of the machine's own."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"} | settings


def refusal(tmp_path, environment) -> str:
    """What is said, in one line and with exit code 1, instead of starting."""
    done = subprocess.run(
        COMMAND, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("Error: ")
    return done.stderr


@contextlib.contextmanager
def serving(tmp_path, environment):
    """A started server and its port; whatever happens, it ends."""
    with subprocess.Popen(COMMAND, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            assert "dursor listens on http://127.0.0.1:" in line, line + process.stderr.read()
            yield process, int(line.rpartition(":")[2])
        finally:
            process.kill()


def test_without_a_webhook_secret_it_does_not_start(tmp_path, environment):
    del environment["DURSOR_WEBHOOK_SECRET"]
    assert "DURSOR_WEBHOOK_SECRET is not set" in refusal(tmp_path, environment)


def test_a_port_in_use_is_said(tmp_path, environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(tmp_path, environment | {"DURSOR_PORT": str(port)})
    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use." in said


def test_a_second_server_on_the_same_data_is_refused(tmp_path, environment):
    with serving(tmp_path, environment):
        assert "Another dursor serves" in refusal(tmp_path, environment)


def test_a_database_of_a_newer_dursor_is_refused(tmp_path, environment):
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "dursor.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    assert "has version 99" in refusal(tmp_path, environment)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_exit_code_0_and_a_second_start_finds_everything(tmp_path, environment, number):
    body = b'{"zen": "Practicality beats purity."}'
    headers = {
        "Content-Type": "application/json", "X-GitHub-Event": "watch", "X-GitHub-Delivery": "g",
        "X-Hub-Signature-256": signature(body),
    }  # fmt: skip
    for status in (202, 200):
        with serving(tmp_path, environment) as (process, port):
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            client.request("POST", "/webhooks/github", body, headers)
            assert client.getresponse().status == status
            process.send_signal(number)
            assert process.wait(PATIENCE_SECONDS) == 0
            client.close()
            said = process.stderr.read()
            assert "Traceback" not in said
            assert SECRET not in said


def test_an_endless_body_leaves_its_memory_as_it_was(tmp_path, environment):
    with serving(tmp_path, environment) as (process, port):
        before = peak(process)
        with socket.create_connection(("127.0.0.1", port)) as sender, contextlib.suppress(ConnectionError):
            sender.sendall(b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(200):
                sender.sendall(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
        assert peak(process) - before < 100 * 1024


def peak(process) -> int:
    """The most memory that the process ever had, in KiB."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
