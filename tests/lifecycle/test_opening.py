"""A pull request that a person is to open is waited for, taken when it is there, and described anew after more work."""

from __future__ import annotations

import pytest

from app.lifecycle import signals
from app.lifecycle.run import Phase, Wait, Work
from tests.lifecycle.making import GREEN, HEAD, NEWER, Row, a_run, check, row

ALONE = a_run(Phase.WAITING_CI, pr_number=None)
LEFT = a_run(Phase.AWAITING_HUMAN, pr_number=None, wait=Wait.OPENING, came_from=Phase.WAITING_CI)
OPENED = signals.PullOpened(number=9)
ASKED = signals.FixAsked(work=Work.PEOPLE, by="ann")

# fmt: off
TABLE = [
    row("a branch whose pull request a person opens waits for that", ALONE, signals.PullLeft(), Wait.OPENING, "Say"),
    row("told twice, it waits once", LEFT, signals.PullLeft(), Wait.OPENING, ""),
    row("a pull request that was there first is not waited for", a_run(Phase.WAITING_CI), signals.PullLeft(),
        Phase.WAITING_CI, ""),
    row("the pull request that was waited for goes on with CI", LEFT, OPENED, Phase.WAITING_CI, "ReadCi ReadPull",
        pr_number=9, wait=None),
    row("one that comes while work goes on is noted", a_run(Phase.FIXING_REVIEW, pr_number=None), OPENED,
        Phase.FIXING_REVIEW, "ReadPull", pr_number=9),
    row("the second is not the one", a_run(Phase.WAITING_CI), OPENED, Phase.WAITING_CI, "", pr_number=7),
    row("more is worked on before it is there", LEFT, ASKED, Phase.FIXING_REVIEW, "StartWork", iteration=1),
    row("CI says nothing to who waits for it to be opened", LEFT, GREEN, Wait.OPENING, ""),
    row("a retry asks for it again", LEFT, signals.RetryAsked(by="ann"), Phase.WAITING_CI, "OpenPull ReadCi"),
    row("what people asked for and was pushed is told anew", a_run(Phase.FIXING_REVIEW, work=Work.PEOPLE),
        signals.Pushed(attempt=3, sha=NEWER), Phase.WAITING_CI, "DescribePull ReadCi", head_sha=NEWER),
    row("a fix of CI is not told anew", a_run(Phase.FIXING_CI, work=Work.CI), signals.Pushed(attempt=3, sha=NEWER),
        Phase.WAITING_CI, "ReadCi", head_sha=NEWER),
]
# fmt: on


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.says)
def test_a_run_without_a_pull_request_goes_where_the_table_says(case: Row):
    check(case)


def test_a_pause_does_not_lose_the_pull_request_that_was_opened_meanwhile():
    paused = a_run(Phase.AWAITING_HUMAN, pr_number=None, wait=Wait.OPENING, paused=True)
    case = row("paused", paused, OPENED, Phase.WAITING_CI, "ReadCi ReadPull", pr_number=9, paused=True, head_sha=HEAD)
    check(case)
