"""The API keeps to its own description, whatever is sent: found out by a fuzzer that reads that description."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.web.api.problems import FieldError
from app.web.api.table import OPERATIONS
from tests.api import server
from tests.api.fuzzing import fuzz


@pytest.mark.timeout(300)
def test_nothing_that_the_description_allows_or_forbids_leads_astray(tmp_path):
    with server.running(tmp_path / "data") as served:
        done = fuzz(served, tmp_path)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert f"Tested: {len(OPERATIONS) - 1}" in done.stdout  # all but the description itself


def test_the_fuzzer_would_find_an_operation_that_breaks(tmp_path):
    done = _fuzzed_with(tmp_path, "getJob", _breaks)
    assert done.returncode == 1
    assert "[500]" in done.stdout
    assert "Server error" in done.stdout


def test_the_fuzzer_would_find_an_answer_that_is_not_as_described(tmp_path):
    done = _fuzzed_with(tmp_path, "getPreferences", _answers_another_thing)
    assert done.returncode == 1
    assert "Response violates schema" in done.stdout


def _answers_another_thing(*_):
    return FieldError(pointer="", detail="")


def _breaks(*_):
    raise RuntimeError("a bug")


def _fuzzed_with(tmp_path, name, handler):
    operations = [replace(one, handler=handler) if one.name == name else one for one in OPERATIONS]
    with server.running(tmp_path / "data", operations) as served:
        return fuzz(served, tmp_path, "--include-operation-id", name, "--phases", "fuzzing")
