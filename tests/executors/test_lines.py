"""Lines of JSON from chunks cut anywhere, some of them megabytes long."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from app.executors import lines

OBJECTS = st.dictionaries(st.text(), st.integers() | st.text() | st.booleans(), max_size=4)


@given(st.lists(OBJECTS, max_size=8), st.lists(st.integers(0, 60), max_size=30))
def test_where_the_stream_is_cut_changes_nothing(objects, cuts):
    stream = "".join(json.dumps(one) + "\n" for one in objects).encode()
    reading, at = lines.Lines(), 0
    found: list[object] = []
    for size in [*cuts, len(stream)]:
        found += reading.feed(stream[at : at + size])
        at += size
    assert [*found, *reading.finish()] == objects


def test_what_is_no_object_comes_as_text():
    reading = lines.Lines()
    assert list(reading.feed(b'warning: old\n[1]\n\n{"a": 1}\nlast')) == ["warning: old", "[1]", {"a": 1}]
    assert list(reading.finish()) == ["last"]


def test_three_megabytes_are_a_line():
    reading = lines.Lines()
    whole = json.dumps({"text": "x" * 3_000_000}).encode()
    found = [one for start in range(0, len(whole), 65536) for one in reading.feed(whole[start : start + 65536])]
    assert not found
    (read,) = reading.feed(b"\n")
    assert isinstance(read, dict)
    assert len(read["text"]) == 3_000_000


def test_a_line_without_end_costs_no_memory(monkeypatch):
    monkeypatch.setattr(lines, "LONGEST", 1000)
    reading = lines.Lines()
    for _ in range(50):
        assert list(reading.feed(b"y" * 100)) == []
    (told,) = reading.feed(b"\n")
    assert "passed over" in told
    assert list(reading.feed(b'{"a": 1}\n')) == [{"a": 1}]
