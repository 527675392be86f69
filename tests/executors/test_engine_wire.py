"""What crosses a process boundary between the server and an engine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.executors import engine


def test_a_request_and_a_result_cross_a_process_boundary_unchanged() -> None:
    request = engine.RunRequest("r", 2, "o/r#1", "agents", 1800, {"nested": [1, None, {"ä": "✓"}], "flag": True})
    result = engine.RunResult("r", 2, "lost", "the worker went silent", {"patch": "x"})

    assert engine.request_from(json.loads(json.dumps(engine.to_dict(request)))) == request
    assert engine.result_from(json.loads(json.dumps(engine.to_dict(result)))) == result


GOOD = {"run_id": "r", "attempt": 1, "lane": "l", "resource": "agents", "timeout_s": 5.0, "args": {}}


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        ({"run_id": ""}, "run_id"),
        ({"run_id": None}, "run_id"),
        ({"attempt": "1"}, "attempt"),
        ({"attempt": 0}, "attempt"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": float("inf")}, "timeout_s"),
        ({"timeout_s": float("nan")}, "timeout_s"),
        ({"args": {"x": object()}}, "args"),
        ({"args": []}, "args"),
        ({"token": "s3cret"}, "token"),
    ],
)
def test_a_wrong_request_is_refused_by_field_and_never_quoted(spoil: dict[str, Any], where: str) -> None:
    with pytest.raises(errors.Invalid) as refusal:
        engine.request_from({**GOOD, **spoil})

    assert str(refusal.value).startswith(where)
    assert "s3cret" not in str(refusal.value)


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "status"]),
        st.none() | st.integers() | st.floats() | st.text() | st.lists(st.integers()) | st.just({}),
    )
)
def test_whatever_arrives_is_a_request_or_refused(data: dict[str, Any]) -> None:
    try:
        request = engine.request_from(data)
    except errors.Invalid as error:
        assert str(error)  # noqa: PT017
    else:
        assert engine.request_from(engine.to_dict(request)) == request
