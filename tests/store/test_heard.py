"""What was heard is forgotten after a while, but for what no time makes right."""

from __future__ import annotations

from app.store import heard


def test_what_was_heard_is_forgotten_and_a_refused_label_stays_refused(db, clock):
    heard.note(db, "issue:1", repository=7, number=3, author="alice", body=None)
    heard.note(db, "label:72d3162e-cc78-11e3-81ab-4c9367dc0958", repository=7, number=3, author="alice", body=None)
    heard.refuse_labels(db, 7, 3, ["dursor", "area: web"])
    clock.advance(1)

    assert heard.forget(db, clock()) == 2

    assert heard.find(db, "issue:1") is None
    assert heard.refused_labels(db, 7, 3) == {"dursor", "area: web"}
