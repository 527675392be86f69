"""The log of a program: clean lines out of whatever bytes, bounded, with nothing secret in them."""

from __future__ import annotations

import sys
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import redact
from app.executors import base, log
from tests.executors.programs import Runner

SECRET = "s3cret-of-a-test-" + "q" * 500


def lines_of(*chunks: bytes) -> list[base.LogLine]:
    lines: list[base.LogLine] = []
    collected = log.Log(lines.append)
    for chunk in chunks:
        collected.feed("stdout", chunk)
    collected.finish()
    return lines


def texts(*chunks: bytes) -> list[str]:
    return [line.text for line in lines_of(*chunks) if line.stream == "stdout"]


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([b"one\ntwo\n"], ["one", "two"]),
        ([b"one\n\ntwo"], ["one", "", "two"]),
        ([b"on", b"e\r", b"\ntwo\r\n"], ["one", "two"]),
        ([b"\xc3", b"\xa9\n"], ["é"]),
        ([b"bad \xff\xfe bytes\n"], ["bad \ufffd\ufffd bytes"]),
        ([b"nul \0 and bell \a\n"], ["nul  and bell "]),
        ([b"10%\r50%\r100%\ndone"], ["100%", "done"]),
        ([b"10%\r50%\r\r\n"], ["50%"]),
        ([b"\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x1b\\\n"], ["red link"]),
        ([b"\x1b[2K\x1b[1Gagain\n\x1b"], ["again", ""]),
        (["turned \u202e around\n".encode()], ["turned  around"]),
        ([b"\ttab stays\n"], ["\ttab stays"]),
        ([], []),
    ],
)
def test_lines_come_out_clean(chunks: list[bytes], expected: list[str]) -> None:
    assert texts(*chunks) == expected


def test_a_line_over_64_kib_is_split_and_nothing_of_it_is_lost() -> None:
    line = "".join(f"{number:07d} é " for number in range(20_000))

    pieces = texts(*[line.encode()[at : at + 1000] for at in range(0, len(line.encode()), 1000)])

    assert len(pieces) > 3
    assert max(map(len, pieces)) <= log.LINE_CHARACTERS + 8 * 1024
    assert "".join(pieces) == line


def test_a_line_of_five_megabytes_is_logged_by_its_ends() -> None:
    pieces = lines_of(*[b"start"], *[b"x" * 65536] * 80, b"end\n")

    assert pieces[0].text.startswith("startxxx")
    assert pieces[-1].text.endswith("xxxend")
    assert [piece.text for piece in pieces if piece.stream == "dursor"] == ["… 4,718,596 bytes were left out here …"]


@given(before=st.integers(0, 80_000), after=st.integers(0, 5_000), size=st.sampled_from([100, 4096, 262_144]))
@settings(deadline=None, max_examples=60)
def test_a_secret_is_never_cut_out_of_its_mask(before: int, after: int, size: int) -> None:
    redact.register(SECRET)
    whole = b"." * before + SECRET.encode() + b"." * after

    out = "".join(texts(*[whole[at : at + size] for at in range(0, len(whole), size)]))
    redact.forget(SECRET)

    assert out == "." * before + redact.MASK + "." * after


@given(shift=st.integers(0, 2000), after=st.sampled_from([b"\n", b" ", b" and many words" * 40]))
@settings(deadline=None, max_examples=40)
def test_no_part_of_a_secret_is_left_where_the_middle_is_cut_out(shift: int, after: bytes) -> None:
    redact.register(SECRET)
    whole = b"." * shift + (SECRET.encode() + after) * 3_000

    out = "".join(texts(*[whole[at : at + 65536] for at in range(0, len(whole), 65536)]))
    redact.forget(SECRET)

    assert "[redacted]" in out
    assert "qqqqqqqq" not in out


def test_the_short_word_of_the_quiet_stream_survives_the_noise_of_the_other() -> None:
    lines: list[base.LogLine] = []
    noisy = log.Log(lines.append)
    for _ in range(40):
        noisy.feed("stdout", b"noise\n" * 5_000)
    noisy.feed("stderr", b"fatal: the reason\n")
    noisy.finish()

    assert lines[-1] == base.LogLine("fatal: the reason", "stderr")
    assert noisy.last == "fatal: the reason"


async def test_two_hundred_megabytes_stay_bounded_in_memory_and_log(runner: Runner) -> None:
    script = "import sys\nfor _ in range(200): sys.stdout.write(('y' * 99 + chr(10)) * 10_000)"
    tracemalloc.start()

    ended = await runner.run(sys.executable, "-c", script, keep_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (ended.code, ended.overflowed) == (0, True)
    assert sum(len(line.text) + 1 for line in runner.log) < 1_000_000
    assert peak < 30_000_000
    assert any("bytes were left out here" in line.text for line in runner.log)
