"""What a merge rests on: whatever of it changed is named, and what else may have changed is nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from app.lifecycle.grounds import DECIDED, Grounds, changed
from app.lifecycle.run import Mode

WAS = Grounds(True, "a" * 40, Mode.FULL_AUTO, False, None, "{}", "review", ((1, "fixed"), (2, "declined")))
CHANGES: dict[str, Any] = {
    "is_merging": False, "head_sha": "b" * 40, "mode": Mode.SEMI_AUTO, "human_approved": True,
    "approved_by": "comment:bob", "config": '{"x": 1}', "review": "another",
    "findings": ((1, "open"), (2, "declined")),
}  # fmt: skip


def test_what_is_as_it_was_is_no_change():
    assert changed(WAS, replace(WAS)) == frozenset()


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_named(name):
    assert changed(WAS, replace(WAS, **{name: CHANGES[name]})) == {name}


def test_every_ground_is_tried():
    assert {field.name for field in fields(Grounds)} == set(CHANGES) > DECIDED
