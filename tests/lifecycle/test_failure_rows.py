"""What tools say failed is recognised in their own words, and nothing is made of what merely mentions a failure."""

from __future__ import annotations

import pytest

from app.lifecycle.failure_log import failing_lines
from app.lifecycle.failure_rows import MAX_ROWS, recognise

SAID = {
    "pytest": (
        "FAILED tests/test_a.py::TestIt::test_add[1 - 2] - assert 3 == 4\n=== 1 failed in 0.1s ===",
        ("tests/test_a.py::TestIt::test_add[1 - 2]", "assert 3 == 4", None),
    ),
    "pytest without a message": ("ERROR tests/test_b.py", ("tests/test_b.py", "failed", None)),
    "unittest": (
        ("FAIL: test_add (pkg.test_a.Sums.test_add)\n------\nTraceback (most recent call last):\n"
        '  File "/home/runner/work/w/w/pkg/test_a.py", line 7, in test_add\nAssertionError: 3 != 4'),
        ("pkg.test_a.Sums.test_add", "AssertionError: 3 != 4", None),
    ),
    "go test": (
        "--- FAIL: TestAdd (0.00s)\n    sum_test.go:12: got 3, want 4\nFAIL\nFAIL\texample.com/sum\t0.002s",
        ("TestAdd", "got 3, want 4", 12),
    ),
    "go build": ("./sum.go:4:2: undefined: foo", ("./sum.go", "undefined: foo", 4)),
    "cargo test": (
        ("test sums::adds ... FAILED\n\nfailures:\n\n---- sums::adds stdout ----\n"
        "thread 'sums::adds' panicked at src/lib.rs:9:5:\nassertion `left == right` failed"),
        ("sums::adds", "assertion `left == right` failed", None),
    ),
    "rustc": (
        "error[E0425]: cannot find value `x` in this scope\n --> src/lib.rs:3:5\n  |",
        ("src/lib.rs", "E0425 cannot find value `x` in this scope", 3),
    ),
    "jest": (
        "FAIL src/sum.test.js\n  ● sums \u203a adds\n\n    expect(received).toBe(expected)",
        ("sums \u203a adds", "expect(received).toBe(expected)", None),
    ),
    "vitest": (
        " FAIL  src/sum.test.ts > sums > adds\nAssertionError: expected 3 to be 4",
        ("src/sum.test.ts > sums > adds", "AssertionError: expected 3 to be 4", None),
    ),
    "mocha": (
        "  3 passing (8ms)\n  1 failing\n\n  1) Sums\n       adds:\n\n      AssertionError: expected 3 to equal 4",
        ("Sums adds", "AssertionError: expected 3 to equal 4", None),
    ),
    "gradle": (
        "SumTest > adds() FAILED\n    org.opentest4j.AssertionFailedError: expected: <4> but was: <3>",
        ("SumTest > adds()", "org.opentest4j.AssertionFailedError: expected: <4> but was: <3>", None),
    ),
    "maven surefire": (
        "[ERROR]   SumTest.adds:12 expected:<4> but was:<3>",
        ("SumTest.adds", "expected:<4> but was:<3>", 12),
    ),
    "maven compiler": (
        "[ERROR] /home/runner/work/w/w/src/Sum.java:[12,5] cannot find symbol",
        ("src/Sum.java", "cannot find symbol", 12),
    ),
    "tsc": ("src/a.ts(4,7): error TS2304: Cannot find name 'x'.", ("src/a.ts", "TS2304: Cannot find name 'x'.", 4)),
    "tsc, pretty": (
        "src/a.ts:4:7 - error TS2304: Cannot find name 'x'.",
        ("src/a.ts", "TS2304: Cannot find name 'x'.", 4),
    ),
    "eslint": (
        "/home/runner/work/w/w/src/a.js\n  4:7  error  'x' is not defined  no-undef",
        ("src/a.js", "'x' is not defined no-undef", 4),
    ),
    "ruff": ("a.py:1:8: F401 [*] `os` imported but unused", ("a.py", "F401 [*] `os` imported but unused", 1)),
    "ruff, full": (
        "F401 [*] `os` imported but unused\n --> a.py:1:8",
        ("a.py", "F401 `os` imported but unused", 1),
    ),
    "mypy": (
        'app/a.py:7: error: Name "x" is not defined  [name-defined]',
        ("app/a.py", 'Name "x" is not defined  [name-defined]', 7),
    ),
    "gcc": (
        "src/main.c:10:5: error: 'x' undeclared (first use in this function)",
        ("src/main.c", "'x' undeclared (first use in this function)", 10),
    ),
    "the linker": (
        "/usr/bin/ld: main.o: undefined reference to `sum'",
        ("undefined reference", "undefined reference to `sum'", None),
    ),
    "npm": ("npm ERR! code ERESOLVE", ("code", "ERESOLVE", None)),
    "docker": (
        '#9 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2',
        ("ERROR", 'process "/bin/sh -c make" did not complete successfully: exit code: 2', None),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("log", "row"), SAID.values(), ids=SAID.keys())
def test_what_a_tool_says_failed_is_one_row(log, row):
    (found,) = recognise(failing_lines(log))

    assert (found.where, found.message, found.line) == row


@pytest.mark.parametrize(
    "log",
    [
        "0 errors, 0 failures",
        "src/a.c:3:1: warning: unused variable 'x'",
        "  4:7  warning  'x' is never used  no-unused-vars",
        "--- PASS: TestFail (0.00s)",
        "error: could not compile `sum` (lib) due to 1 previous error",
        "  ● Console",
        "  1) first of a numbered list",
        "test errors::are_told ... ok",
        "I would not say that it FAILED at all",
    ],
)
def test_a_mention_of_failure_is_none(log):
    assert recognise(failing_lines(log)) == ()


def test_rows_are_told_once_each_and_bounded_the_same_way_in_every_order():
    lines = [f"FAILED tests/test_a.py::test_{number} - assert 0" for number in range(200)]

    assert len(recognise(lines)) == MAX_ROWS
    assert recognise(lines) == recognise(lines[::-1]) == recognise([*lines, *lines])
