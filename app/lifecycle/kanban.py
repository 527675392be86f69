"""Where a task's card lies on the board: one table, and one rule for the cards that people moved."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.lifecycle.run import Phase


class Column(StrEnum):
    """The columns of the board, from left to right."""

    BACKLOG = "backlog"
    TODO = "todo"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    DONE = "done"
    ARCHIVED = "archived"


OF_PHASE = {
    Phase.CODING: Column.IN_PROGRESS,
    Phase.WAITING_CI: Column.IN_PROGRESS,
    Phase.FIXING_CI: Column.IN_PROGRESS,
    Phase.REVIEWING: Column.IN_REVIEW,
    Phase.FIXING_REVIEW: Column.IN_PROGRESS,
    Phase.AWAITING_HUMAN: Column.IN_REVIEW,
    Phase.MERGING: Column.IN_REVIEW,
    Phase.COMPLETED: Column.DONE,
    Phase.FAILED: Column.TODO,
    Phase.CANCELED: Column.ARCHIVED,
}
"""Where the card lies while the task's run is in a phase; without a run it lies where it was put."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where a card lies, and who put it there; None: the table did."""

    column: Column
    moved_by: str | None = None


def follow(card: Card, before: Phase | None, after: Phase) -> Card:
    """The card after a run went from one phase to another; `before` is None for a run that begins.

    A card that nobody moved lies where the table says. One that a person moved stays there while the run stays in its
    column, and follows again from the first event that takes the run into another.
    """
    if card.moved_by is not None and before is not None and OF_PHASE[before] is OF_PHASE[after]:
        return card
    return Card(OF_PHASE[after])
