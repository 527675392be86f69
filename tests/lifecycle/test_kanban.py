"""The board: where a card lies in each phase, and what becomes of one that a person moved."""

from __future__ import annotations

import itertools

import pytest

from app.lifecycle.kanban import OF_PHASE, Card, Column, follow
from app.lifecycle.run import Phase

PAIRS = list(itertools.product(Phase, Phase))


def test_every_phase_has_a_column_and_only_people_use_the_backlog():
    assert set(OF_PHASE) == set(Phase)
    assert set(OF_PHASE.values()) == set(Column) - {Column.BACKLOG}


def test_a_card_that_nobody_moved_lies_where_the_table_says():
    for before, after in PAIRS:
        assert follow(Card(OF_PHASE[before]), before, after) == Card(OF_PHASE[after])


@pytest.mark.parametrize("column", list(Column))
def test_a_card_that_a_person_moved_stays_until_the_run_enters_another_column(column):
    moved = Card(column, "ann")
    for before, after in PAIRS:
        stays = OF_PHASE[before] is OF_PHASE[after]
        assert follow(moved, before, after) == (moved if stays else Card(OF_PHASE[after]))


@pytest.mark.parametrize("phase", [Phase.CODING, Phase.WAITING_CI])
def test_a_run_that_begins_takes_the_card_with_it_whoever_moved_it(phase):
    assert follow(Card(Column.BACKLOG, "ann"), None, phase) == Card(Column.IN_PROGRESS)
