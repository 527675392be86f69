"""How the API acts on a run: through the one door, as commands in comments do."""

from __future__ import annotations

from app import advance, outbox
from app.lifecycle import effects, signals
from app.store.connection import Connection

BY = "The administrator"
"""Who acts, as runs and messages name them."""


def tell(db: Connection, run_id: str, what: signals.Signal) -> bool:
    """Tell a run what was asked; returns whether that changed anything."""
    changes = advance.would_change(db, run_id, what)
    advance.signal(db, run_id, what)
    outbox.enqueue(db, effects.ShowStatus(run_id))
    return changes
