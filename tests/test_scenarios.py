"""docs/scenarios.md and the tests that are named after its numbers tell of the same situations."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_scenario_has_a_test_and_every_number_a_scenario():
    told = set(re.findall(r"^\| S(\d+) \|", (ROOT / "docs" / "scenarios.md").read_text(), re.MULTILINE))
    played = {
        number
        for file in (ROOT / "tests").rglob("test_*.py")
        for number in re.findall(r"def test_s(\d+)_", file.read_text())
    }
    assert told - played == set(), "told, and played by no test"
    assert played - told == set(), "played, and not told"
