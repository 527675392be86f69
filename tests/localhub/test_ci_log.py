"""The log of a job reads as Actions writes it, and the commands in it become annotations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.localhub import ci_log

AT = datetime(2024, 3, 6, 16, 40, 4, 417350, tzinfo=UTC)
STAMP = "2024-03-06T16:40:04.4173500Z "


@pytest.fixture
def log() -> ci_log.Log:
    return ci_log.Log(lambda: AT, "/src/widgets")


def _lines(log: ci_log.Log) -> list[str]:
    return [line.removeprefix(STAMP) for line in log.text.removeprefix("\ufeff").splitlines()]


def test_a_line_has_its_time_and_the_file_its_mark(log: ci_log.Log) -> None:
    log.say("text")
    assert log.text == f"\ufeff{STAMP}text\n"


def test_output_in_any_pieces_makes_the_same_lines(log: ci_log.Log) -> None:
    data = "one\r\nzwei ü\nthree".encode()
    for byte in data:
        log.feed(bytes([byte]))
    log.feed(b"", end=True)
    assert _lines(log) == ["one", "zwei ü", "three"]


def test_bytes_that_are_no_text_are_replaced(log: ci_log.Log) -> None:
    log.feed(b"\xff\xfe\n")
    assert _lines(log) == ["\ufffd\ufffd"]


def test_a_command_becomes_an_annotation_and_a_marked_line(log: ci_log.Log) -> None:
    log.feed(b"::error title=Ruff (F401),file=/src/widgets/a/b.py,line=3,col=8,endLine=4,endColumn=10::100%25 %0Abad\n")
    assert log.annotations == [ci_log.Annotation("a/b.py", 3, 4, 8, 10, "failure", "Ruff (F401)", "100% \nbad")]
    assert _lines(log) == ["##[error]100%  bad"]


def test_a_command_may_name_neither_file_nor_line(log: ci_log.Log) -> None:
    log.feed(b"::warning::careful\n::notice file=x.py,line=nonsense::look\n")
    first, second = log.annotations
    assert (first.path, first.start_line, first.annotation_level) == (".github", 1, "warning")
    assert (second.path, second.start_line, second.start_column) == ("x.py", 1, None)


def test_escapes_in_values_are_undone(log: ci_log.Log) -> None:
    log.feed(b"::error file=a%2Cb%3Ac.py::x\n")
    assert log.annotations[0].path == "a,b:c.py"


def test_a_step_makes_at_most_ten_annotations_of_a_level(log: ci_log.Log) -> None:
    log.feed(b"::error::e\n" * 12 + b"::warning::w\n")
    log.begin_step()
    log.feed(b"::error::e\n")
    levels = [annotation.annotation_level for annotation in log.annotations]
    assert (levels.count("failure"), levels.count("warning")) == (11, 1)
    assert len(_lines(log)) == 14


def test_groups_are_marked_debug_is_hidden_and_what_is_no_command_stays(log: ci_log.Log) -> None:
    log.feed(b"::group::Install\n::endgroup::\n::debug::x\n::unknown::y\na::error::z\n")
    assert _lines(log) == ["##[group]Install", "##[endgroup]", "::unknown::y", "a::error::z"]


def test_a_masked_value_is_never_written_again(log: ci_log.Log) -> None:
    log.feed(b"::add-mask::s3cret\nit is s3cret\n::add-mask::\nstill there\n")
    assert _lines(log) == ["it is ***", "still there"]


def test_a_job_that_writes_without_end_is_cut(log: ci_log.Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci_log, "LARGEST", 100)
    log.feed(b"0123456789\n" * 50)
    assert len(_lines(log)) == 10


def test_a_line_without_end_is_broken(log: ci_log.Log) -> None:
    log.feed(b"x" * (2 * 1024 * 1024 + 5))
    log.feed(b"", end=True)
    assert [len(line) for line in _lines(log)] == [1024 * 1024, 1024 * 1024, 5]
