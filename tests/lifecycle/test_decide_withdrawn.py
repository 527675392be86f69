"""The life of a run, row by row: what people asked for is asked for no more, as their reviews were dismissed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.lifecycle import signals
from app.lifecycle.run import Phase, Wait, Work
from tests.lifecycle.making import INTERACTIVE, a_run, check, row, waits

WITHDRAWN = signals.RequestsWithdrawn()
CHANGES = waits(Wait.CHANGES_ASKED, INTERACTIVE, came_from=Phase.REVIEWING)
FIXING_CI, FIXING_REVIEW, WAITING = Phase.FIXING_CI, Phase.FIXING_REVIEW, Phase.WAITING_CI

ROWS = [
    row("what waited for the change goes on without it", CHANGES, WITHDRAWN, WAITING, "ReadCi"),
    row("in a pause it goes on at its end", replace(CHANGES, paused=True), WITHDRAWN, WAITING, ""),
    row("so does what had nothing to change", waits(Wait.NO_CHANGE, work=Work.PEOPLE), WITHDRAWN, WAITING, "ReadCi"),
    row("and what had no money for it", waits(Wait.BUDGET, work=Work.PEOPLE, came_from=FIXING_REVIEW), WITHDRAWN,
        WAITING, "ReadCi"),
    row("where CI's fix changed nothing it waits on", waits(Wait.NO_CHANGE, work=Work.CI), WITHDRAWN, Wait.NO_CHANGE,
        ""),
    row("nothing follows a fix any more", a_run(FIXING_CI, asked=True), WITHDRAWN, FIXING_CI, "", asked=False),
    row("nor CI's answer", a_run(WAITING, asked=True, work=Work.PEOPLE), WITHDRAWN, WAITING, "", asked=False),
    row("what is at it is let finish", a_run(FIXING_REVIEW, work=Work.PEOPLE), WITHDRAWN, FIXING_REVIEW, ""),
    row("another fix that was asked for in a pause is kept", a_run(WAITING, paused=True, asked=True, work=Work.CI),
        WITHDRAWN, WAITING, "", asked=True),
    row("an approval is asked for still", waits(Wait.APPROVAL), WITHDRAWN, Wait.APPROVAL, ""),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=lambda one: one.says)
def test_rows(one):
    check(one)
