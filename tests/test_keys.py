"""Which effects are one job."""

from __future__ import annotations

from app import keys
from app.lifecycle import effects


def test_two_that_differ_at_the_end_of_much_are_two_and_what_is_told_apart_by_nothing_is_one():
    many = tuple(f"label number {number}" for number in range(40))
    alices = effects.ConsiderPull(7, 3, "alice", 1, (*many, "dursor"), "A title")
    others = effects.ConsiderPull(7, 3, "alice", 1, (*many, "bug"), "A title")

    assert keys.key_of(alices) != keys.key_of(others)
    assert keys.key_of(alices) == keys.key_of(effects.ConsiderPull(7, 3, "alice", 1, (*many, "dursor"), "Another"))
