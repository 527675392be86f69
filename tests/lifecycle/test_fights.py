"""When two programs fight over a branch, and when one of them merely does its work."""

from __future__ import annotations

import pytest

from app.lifecycle import fights

AT = "2026-01-01T00:00:{:02}.000Z"


def moves(*kinds: fights.Kind, by: str = "formatter[bot]") -> list[fights.Move]:
    return [fights.Move(kind, by, AT.format(number)) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ([], None),
        (["moved"], None),
        (["moved"] * 3, None),
        (["moved"] * 4, "moved"),
        (["reverted"], None),
        (["reverted"] * 2, "reverted"),
        (["moved", "reverted", "moved", "moved"], "moved"),
        (["moved", "reverted", "reverted"], "reverted"),
        (["asked"] * 3, None),
        (["asked"] * 4, "asked"),
        (["asked", "moved", "asked", "moved", "asked", "moved"], None),
    ],
)
def test_a_fight_is_more_than_a_few_moves_of_a_kind(kinds, found):
    fight = fights.among(moves(*kinds))
    assert (fight.kind if fight else None) == found


def test_the_last_of_them_is_named_with_how_often():
    fought = [*moves("moved", "moved", "moved"), fights.Move("moved", "other[bot]", AT.format(59))]
    assert fights.among(fought) == fights.Fight("moved", "other[bot]", 4)


def test_what_is_an_hour_old_counts_no_more_and_what_is_kept_is_bounded():
    assert fights.recent(moves("moved", "moved", "asked"), AT.format(1)) == tuple(moves("moved", "moved", "asked")[1:])
    assert len(fights.recent([fights.Move("moved", "", AT.format(1))] * 1000, AT.format(0))) == 50
