"""A failure keeps its signature when it happens again,
and differs from another failure; its log is cut to the point."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lifecycle.failure import FailedCheck, Failure, merged, signature
from app.lifecycle.failure_log import LOG_LINES, excerpt, failing_lines
from app.lifecycle.failure_noise import LINE_LENGTH
from app.lifecycle.failure_rows import recognise

LOG = """\
\ufeff2026-03-06T16:40:01.1234567Z Current runner version: '2.330.0'
2026-03-06T16:40:01.2234567Z ##[group]Operating System
2026-03-06T16:40:01.3234567Z Ubuntu
2026-03-06T16:40:01.4234567Z ##[endgroup]
2026-03-06T16:40:04.4173507Z ##[group]Run pytest -q
2026-03-06T16:40:04.4173508Z \x1b[36;1mpytest -q\x1b[0m
2026-03-06T16:40:04.4173509Z ##[endgroup]
2026-03-06T16:40:05.0000000Z \x1b[31m=========== FAILURES ===========\x1b[0m
2026-03-06T16:40:05.0000001Z E       AssertionError: assert 3 == 4
2026-03-06T16:40:05.0000002Z tests/test_a.py:7: AssertionError
2026-03-06T16:40:05.0000003Z FAILED tests/test_a.py::test_add - assert 3 == 4
2026-03-06T16:40:05.0000004Z 1 failed, 2 passed in 0.12s
2026-03-06T16:40:05.0000005Z ##[error]Process completed with exit code 1.
2026-03-06T16:40:06.0000000Z Post job cleanup.
2026-03-06T16:40:06.0000001Z Cleaning up orphan processes, error reports and so on
"""


def cut(log: str) -> tuple[str, ...]:
    return excerpt(failing_lines(log))


def of(*lines: str, name: str = "tests", annotations: tuple[str, ...] = ()) -> str:
    return signature([FailedCheck(name, "failure", None, annotations, lines)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("error at 2026-01-01T10:00:00.123Z", "error at 2026-03-09 11:30:59,7+01:00", id="times"),
        pytest.param("error: /tmp/a1/b/f.py is bad", "error: /home/x/y/f.py is bad", id="paths"),
        pytest.param(r"error: C:\Users\a\f.py", r"error: D:\b c\d\f.py", id="paths of Windows"),
        pytest.param("a.py:12:5: error: no", "a.py:130:71: error: no", id="lines and columns"),
        pytest.param("error: <A object at 0x7f12ab>", "error: <A object at 0x55ffe0>", id="addresses"),
        pytest.param("error: in 0.12s", "error: in 14.9s", id="durations"),
        pytest.param("error at 0123abcdef0", "error at fedcba98765", id="commits"),
        pytest.param(
            "error: job 123e4567-e89b-42d3-a456-426614174000",
            "error: job 9f0cdeab-1234-4abc-8def-00000000abcd",
            id="UUIDs",
        ),
        pytest.param("error: tmpab_3x9kq/f", "error: tmpzz81_y0m/f", id="temporary names"),
        pytest.param("\x1b[31merror\x1b[0m: x", "error: x", id="colours"),
        pytest.param("error:  x", "error: x   ", id="blanks"),
        pytest.param("worker 3: 4 errors", "worker 12: 5 errors", id="counts"),
    ],
)
def test_the_same_failure_has_the_same_signature(one, other):
    assert of(one) == of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("error: no such name", "error: no such file", id="messages"),
        pytest.param("a.py:1:1: error F401 unused", "a.py:1:1: error F841 unused", id="rules"),
        pytest.param("FAILED test_case_1", "FAILED test_case_2", id="tests"),
        pytest.param("error in /a/b/f.py", "error in /a/b/g.py", id="files"),
        pytest.param("error: TypeError", "error: ValueError", id="exceptions"),
    ],
)
def test_another_failure_has_another_signature(one, other):
    assert of(one) != of(other)


def test_the_order_and_repetition_of_lines_and_what_passed_do_not_matter():
    assert of("error: a", "error: b", "3 tests ran") == of("error: b", "all is well", "error: a", "error: a")


def test_one_failure_more_is_another_failure():
    assert of("error: a") != of("error: a", "error: b")


def test_the_check_that_failed_and_its_annotations_count():
    assert of("error: a", name="lint") != of("error: a", name="tests")
    assert of(annotations=("a.py:1: x",)) != of(annotations=("a.py:1: y",))
    assert signature([FailedCheck("tests", "failure")]) != signature([FailedCheck("tests", "timed_out")])


def test_the_order_of_checks_does_not_matter():
    checks = [FailedCheck("a", "failure"), FailedCheck("b", "failure")]

    assert signature(checks) == signature(reversed(checks)) != signature(checks[:1])


def test_the_excerpt_of_a_log_ends_where_the_failing_step_did():
    assert cut(LOG) == (
        "pytest -q",
        "=========== FAILURES ===========",
        "E       AssertionError: assert 3 == 4",
        "tests/test_a.py:7: AssertionError",
        "FAILED tests/test_a.py::test_add - assert 3 == 4",
        "1 failed, 2 passed in 0.12s",
        "##[error]Process completed with exit code 1.",
    )


def test_the_excerpt_of_a_log_without_a_marked_error_is_its_end():
    assert cut("\n".join(f"line {number}" for number in range(500)))[-1] == "line 499"


def test_what_a_forgiven_step_said_is_kept_and_what_a_green_one_said_is_not():
    log = """##[group]Run lint\nerror: forgiven\n##[error]Process completed with exit code 1.
##[group]Run build\nerror: only a word\n##[group]Run test\nerror: this one
##[error]Process completed with exit code 2.\nPost job cleanup."""

    assert [line for line in cut(log) if line.startswith("error")] == ["error: forgiven", "error: this one"]


def test_telling_lines_before_the_end_of_a_long_log_are_kept():
    log = "\n".join(["begin", "error: the needle", *(f"noise {number}" for number in range(400))])

    assert cut(log)[0] == "error: the needle"
    assert len(cut(log)) <= LOG_LINES


def test_fifty_legs_of_a_matrix_with_one_failure_are_one_that_names_them():
    row = Failure("tests/test_a.py::test_add", "assert 3 == 4")
    legs = [FailedCheck(f"test ({number})", "failure", failures=(row,)) for number in range(50)]
    other = FailedCheck("docs", "failure")

    first, second = merged([other, *legs])

    assert (first.name, len(first.also)) == ("test (0)", 49)
    assert second == other
    assert signature([first]) == signature(legs) == signature(legs[7:8])


def test_checks_that_fail_differently_stay_apart():
    rows = [Failure("a.py", "F401 unused"), Failure("b.py", "F401 unused")]
    checks = [FailedCheck(f"lint ({row.where})", "failure", failures=(row,)) for row in rows]

    assert merged(checks) == tuple(checks)


def test_a_rerun_of_the_same_log_has_the_same_signature():
    later = LOG.replace("T16:40", "T17:55").replace("0.12s", "3.4s").replace("a.py:7:", "a.py:9:")

    assert of(*cut(LOG)) == of(*cut(later))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=3000))
def test_an_excerpt_is_bounded_and_its_signature_one_word(log):
    lines = cut(log)

    assert len(lines) <= LOG_LINES
    assert all(0 < len(line) <= LINE_LENGTH for line in lines)
    assert len(of(*lines)) == 20


@pytest.mark.parametrize(
    "piece",
    [
        "/a",
        "/" + "a" * 99,
        "\x1b[",
        "\x1b[0;",
        "1.",
        "0x",
        "tmp",
        "C:\\a",
        "a-",
        "- ",
        "##[",
        "1m",
        "a.py:",
        "1) ",
        "@a",
    ],
)
def test_a_hostile_log_of_600_kb_comes_to_an_end(piece):
    hostile = piece * (600_000 // len(piece))

    assert len(cut(hostile)) <= 1
    assert len(recognise([hostile[:LINE_LENGTH]] * 50)) <= 1
    assert len(of(f"error {hostile}")) == 20
