"""One formula scores every review."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lifecycle.score import WEIGHTS, blocking, score


@pytest.mark.parametrize(
    ("severities", "points"),
    [
        ([], 1.0),
        (["info"] * 50, 1.0),
        (["warning"], 0.95),
        (["warning"] * 3, 0.85),
        (["error"], 0.75),
        (["critical"], 0.5),
        (["critical", "error", "warning"], 0.2),
        (["critical", "critical"], 0.0),
        (["critical"] * 9, 0.0),
    ],
)
def test_each_finding_takes_its_weight_away(severities, points):
    assert score(severities) == points


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(sorted(WEIGHTS))), st.sampled_from(sorted(WEIGHTS)))
def test_one_more_finding_never_raises_the_score(severities, one_more):
    assert 0 <= score([*severities, one_more]) <= score(severities) <= 1


def test_an_unknown_severity_is_no_zero():
    with pytest.raises(KeyError):
        score(["catastrophic"])


def test_what_blocks_is_counted_by_the_configuration():
    found = ["info", "error", "critical", "error"]

    assert blocking(found, ["error", "critical"]) == 3
    assert blocking(found, ["critical"]) == 1
    assert blocking(found, []) == 0
