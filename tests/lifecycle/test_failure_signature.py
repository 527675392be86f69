"""Two logs of CI: the same failure again, or another one? Pairs as tools write them, and noise of every kind."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lifecycle.failure import FailedCheck, signature
from app.lifecycle.failure_log import excerpt, failing_lines
from app.lifecycle.failure_rows import recognise

PYTEST = "tests/test_a.py:7: AssertionError\nFAILED tests/test_a.py::test_add - assert 3 == 4"
PANIC = "panic: runtime error: index out of range\n\ngoroutine 18:\nmain.f(0xc000012345)\n\t/src/main.go:12 +0x1d"
ASAN = "==4711==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x55d1"
RUNNER = "error: cannot open /home/runner/work/w/w/src/a.h"

SAME = {
    "pytest, another line and duration": (
        f"{PYTEST}\n1 failed in 0.12s",
        f"{PYTEST.replace('py:7', 'py:19')}\n1 failed, 3 passed in 1m 4.2s",
    ),
    "pytest, another order": (
        "FAILED a.py::test_x - boom\nFAILED a.py::test_y - bang",
        "FAILED a.py::test_y - bang\nFAILED a.py::test_x - boom",
    ),
    "pytest, temporary directory": (
        "FAILED a.py::test_x - FileNotFoundError: /tmp/pytest-of-runner/pytest-0/test_x0/out",
        "FAILED a.py::test_x - FileNotFoundError: /tmp/pytest-of-ci/pytest-31/test_x0/out",
    ),
    "pytest, an object's address": (
        "FAILED a.py::test_x - assert <A object at 0x7f12ab>",
        "FAILED a.py::test_x - assert <A object at 0x55ffe01234>",
    ),
    "pytest-xdist, another worker and seed": (
        "[gw3] error: flaky\nUsing --randomly-seed=1234567",
        "[gw11] error: flaky\nUsing --randomly-seed=99",
    ),
    "go, another duration": (
        "--- FAIL: TestAdd (0.00s)\n    sum_test.go:12: got 3, want 4",
        "--- FAIL: TestAdd (12.50s)\n    sum_test.go:14: got 3, want 4",
    ),
    "go, goroutines and addresses": (PANIC, PANIC.replace("18", "7").replace("12345", "9abcd").replace(":12", ":13")),
    "go, a build directory": (
        "error in /tmp/go-build1234567/b001/x.test",
        "error in /tmp/go-build99/b001/x.test",
    ),
    "jest, a snapshot after seconds": (
        "  ● sum \u203a adds\n    Timeout exceeded after 5002 ms",
        "  ● sum \u203a adds\n    Timeout exceeded after 5010 ms",
    ),
    "cargo, another line": (
        "test a::b ... FAILED\nthread 'a::b' panicked at src/lib.rs:9:5:\nboom",
        "test a::b ... FAILED\nthread 'a::b' (4711) panicked at src/lib.rs:19:5:\nboom",
    ),
    "gcc, another line": (
        "src/main.c:10:5: error: 'x' undeclared",
        "src/main.c:210:9: error: 'x' undeclared",
    ),
    "gcc, another runner": (
        "/home/runner/work/w/w/src/a.c:1:1: error: 'x' undeclared",
        "/Users/runner/work/w/w/src/a.c:1:1: error: 'x' undeclared",
    ),
    "a container's workspace": (RUNNER, RUNNER.replace("/home/runner/work/w/w/", "/__w/w/w/")),
    "npm, its log file": (
        "npm ERR! A complete log of this run: /root/.npm/_logs/2026-03-06T16_40_04_417Z-debug-0.log",
        "npm ERR! A complete log of this run: /root/.npm/_logs/2026-11-16T01_00_59_001Z-debug-0.log",
    ),
    "npm, another port": (
        "Error: connect ECONNREFUSED 127.0.0.1:41233",
        "Error: connect ECONNREFUSED 127.0.0.1:5173",
    ),
    "docker, layers and seconds": (
        "#9 12.34 error: no space\nsha256:0123abcd4567ef890123abcd4567ef89",
        "#11 3.1 error: no space\nsha256:ff23abcd4567ef890123abcd4567ef00",
    ),
    "docker, a container's id": (
        "Error response from daemon: container 1f2e3d4c5b6a is not running",
        "Error response from daemon: container a9b8c7d6e5f4 is not running",
    ),
    "a process number": (ASAN, ASAN.replace("4711", "9").replace("0x602000000010", "0x6020000fff10")),
    "a java object": ("error: lock Foo@1b6d3586 is held", "error: lock Foo@4554617c is held"),
    "a percentage": ("error: coverage 79.8% is below", "error: coverage 81.25% is below"),
    "a date in words": (
        "error at Fri, 06 Mar 2026 16:40:04",
        "error at Mon, 16 Nov 2026 01:02:03",
    ),
    "a syslog date": ("Mar  6 16:40:04 error: x", "Nov 16 01:02:03 error: x"),
    "a UUID": ("error: 123e4567-e89b-42d3-a456-426614174000", "error: 9f0cdeab-1234-4abc-8def-00000000abcd"),
    "mktemp": ("error: tmp.AbCdEf1234 is there", "error: tmp.ZyXwVu9876 is there"),
    "a link in colours": ("\x1b]8;;https://x.example\x07error\x1b]8;;\x07: x", "error: x"),
}  # fmt: skip

OTHER = {
    "pytest, another test": ("FAILED a.py::test_x - boom", "FAILED a.py::test_y - boom"),
    "pytest, another parameter": ("FAILED a.py::test_x[1] - boom", "FAILED a.py::test_x[2] - boom"),
    "pytest, another exception": ("FAILED a.py::test_x - KeyError: 'a'", "FAILED a.py::test_x - ValueError: 'a'"),
    "pytest, one more": ("FAILED a.py::test_x - boom", "FAILED a.py::test_x - boom\nFAILED a.py::test_y - boom"),
    "go, another test": ("--- FAIL: TestAdd (0.00s)", "--- FAIL: TestAdd2 (0.00s)"),
    "go, another name": ("./a.go:4:2: undefined: foo", "./a.go:4:2: undefined: bar"),
    "jest, another assertion": (
        "  ● sum \u203a adds\n    expect(received).toBe(expected)",
        "  ● sum \u203a adds\n    expect(received).toContain(expected)",
    ),
    "cargo, another lint": (
        "error[E0425]: cannot find value `x`\n --> src/lib.rs:3:5",
        "error[E0433]: failed to resolve `x`\n --> src/lib.rs:3:5",
    ),
    "gcc, another file": ("src/a.c:1:1: error: 'x' undeclared", "src/b.c:1:1: error: 'x' undeclared"),
    "gcc, the same name elsewhere": ("src/a.c:1:1: error: no", "lib/a.c:1:1: error: no"),
    "ruff, another rule": ("a.py:1:8: F401 unused", "a.py:1:8: F841 unused"),
    "npm, another code": ("npm ERR! code ERESOLVE", "npm ERR! code ENOENT"),
    "docker, another command": (
        '#9 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2',
        '#9 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 2',
    ),
    "words alone": ("error: permission denied", "error: no such host"),
}  # fmt: skip


def of(log: str, name: str = "test") -> str:
    lines = failing_lines(log)
    return signature([FailedCheck(name, "failure", None, (), excerpt(lines), recognise(lines))])


@pytest.mark.parametrize(("log", "again"), SAME.values(), ids=SAME.keys())
def test_the_same_failure_has_the_same_signature(log, again):
    assert of(log) == of(again) == of(again, "test (3.12, ubuntu-latest)")


@pytest.mark.parametrize(("log", "another"), OTHER.values(), ids=OTHER.keys())
def test_another_failure_has_another_signature(log, another):
    assert of(log) != of(another)


def test_no_two_of_all_these_failures_are_one():
    firsts = {name: of(pair[0]) for name, pair in SAME.items() if not name.startswith(("gcc", "a container"))}

    assert len(set(firsts.values())) == len(firsts) > 20


NOISE = {
    "TIME": st.datetimes().map(lambda when: f"{when.isoformat(timespec='milliseconds')}Z"),
    "ADDRESS": st.integers(0, 2**48).map(hex),
    "SECONDS": st.floats(0.01, 9999).map(lambda seconds: f"{seconds:.2f}s"),
    "PORT": st.integers(1024, 65535).map(str),
    "PID": st.integers(1, 4_194_304).map(str),
    "SEED": st.integers(0, 2**32).map(str),
    "SHARE": st.floats(0, 100).map(lambda share: f"{share:.1f}%"),
    "UUID": st.uuids().map(str),
    "LINE": st.integers(1, 99_999).map(str),
}  # fmt: skip
TEMPLATE = """\
TIME error: worker PID gave up after SECONDS at ADDRESS
error: 127.0.0.1:PORT refused UUID
FAILED tests/test_a.py::test_add - TimeoutError: SECONDS, seed SEED, SHARE done
src/main.c:LINE:5: error: 'x' undeclared
--- FAIL: TestAdd (SECONDS)
    sum_test.go:LINE: got <A at ADDRESS>, want nil
"""


@settings(max_examples=200, deadline=None)
@given(st.data(), st.booleans())
def test_noise_of_every_kind_changes_no_signature(data: st.DataObject, recognised: bool) -> None:
    def once() -> FailedCheck:
        log = TEMPLATE
        for name, values in NOISE.items():
            while name in log:
                log = log.replace(name, data.draw(values), 1)
        blocks = log.splitlines()[:4]
        random.Random(data.draw(st.integers())).shuffle(blocks)
        lines = failing_lines("\n".join([*blocks, *log.splitlines()[4:]]))
        leg = data.draw(st.sampled_from(["", " (3.11)", " (3.12, windows-latest)"]))
        return FailedCheck(f"test{leg}", "failure", None, (), tuple(lines), recognise(lines) if recognised else ())

    assert signature([once()]) == signature([once()])
