"""Between the look at the gates and the merge something changes: nothing merges by what is no longer so."""

from __future__ import annotations

import pytest

from app import advance
from app.lifecycle import signals
from app.lifecycle.run import Mode, Phase, Wait
from app.store import agentic_runs, findings, repos
from app.store.connection import Connection
from tests.stories import eventually, scenes

HELD = r"/pulls/\d+/files"
"""The last thing that is read before the intent is recorded."""


async def merging(hub, server):
    """A run that has looked at GitHub and waits for the last answer."""
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.set_permission(pull.repository, "bob", "write")
    await server.rest()
    scenes.fault(hub, "GET", HELD, delay=1.5)
    await hub.finish_check(pull, "test", "success")
    run = await server.until(pull, phase=Phase.MERGING)
    await eventually.until(lambda: not hub.faults.waiting)
    return pull, run


async def intended(server) -> int:
    return len(await scenes.rows(server, "SELECT id FROM agentic_audit_log WHERE action = 'MergeIntended'"))


def looked(hub) -> int:
    return len([one for one in hub.requests if one.path.endswith("/files")])


def reconfigured(db: Connection, run_id: str) -> None:
    (repo,) = db.execute("SELECT * FROM repos").fetchall()
    repos.note_config(db, repo["id"], sha="e" * 40, config="{}", error=None)


def found_again(db: Connection, run_id: str) -> None:
    (pull,) = db.execute("SELECT * FROM prs").fetchall()
    findings.open_(db, pull["id"], "a finding")


def approved_by_another(db: Connection, run_id: str) -> None:
    agentic_runs.note(db, run_id, approved_by="comment:carol#3")


@pytest.mark.parametrize(
    ("change", "name"), [(reconfigured, "config"), (found_again, "findings"), (approved_by_another, "approved_by")]
)
async def test_what_the_gates_were_judged_by_changed_so_they_are_looked_at_again(hub, server, change, name):
    pull, run = await merging(hub, server)
    looks = looked(hub)

    await server.world.database.write(lambda db: change(db, run.id))
    await server.until(pull, phase=Phase.COMPLETED)

    assert looked(hub) == looks + 2  # the one that was under way, and the one after the change
    assert await intended(server) == 1
    assert len(hub.merges) == 1


STOPS = {
    "a pause": (signals.Paused(by="bob"), Phase.MERGING),
    "another mode": (signals.ModeChosen(mode=Mode.SEMI_AUTO, by="bob"), Phase.AWAITING_HUMAN),
    "a cancel": (signals.Canceled(by="bob"), Phase.CANCELED),
}


@pytest.mark.parametrize(("signal", "phase"), STOPS.values(), ids=STOPS)
async def test_a_run_that_was_stopped_or_changed_meanwhile_is_not_merged(hub, server, signal, phase):
    pull, run = await merging(hub, server)

    await server.world.database.write(lambda db: advance.signal(db, run.id, signal))
    await server.rest()

    assert (await intended(server), hub.merges) == (0, [])
    assert (await server.run(pull)).phase in {phase, Phase.WAITING_CI, Phase.AWAITING_HUMAN}


async def test_a_head_that_was_another_for_a_moment_is_judged_from_the_beginning(hub, server):
    """dursor believes in another head, and learns that it is not."""
    pull, run = await merging(hub, server)

    await server.world.database.write(lambda db: advance.signal(db, run.id, signals.HeadMoved(sha="f" * 40)))
    await server.until(pull, phase=Phase.COMPLETED)

    told = [line.partition(" ")[0] for line in await server.history(pull)]
    assert told.index("MergeIntended") > [at for at, what in enumerate(told) if what == "HeadMoved"][1]
    assert await intended(server) == 1


async def test_a_base_that_changes_after_the_look_is_not_merged_into(hub, server):
    """Whoever opened a pull request may choose another base at any time, and a merge does not say into which."""
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.push_branch(pull.repository, "next", {"n.py": "N = 1\n"}, "carol", base="main")
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    scenes.fault(hub, "GET", HELD, delay=1.5)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.MERGING)
    await eventually.until(lambda: not hub.faults.waiting)

    await hub.edit(pull, base="next")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()
    assert not hub.merges


async def test_an_approver_who_lost_the_permission_meanwhile_vouches_for_nothing(hub, server):
    """The permission is asked of GitHub for this very merge."""
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    scenes.fault(hub, "GET", r"/pulls/1$", delay=1.0, times=2)
    hub.comment(pull, "/dursor approve", author="bob")
    await server.until(pull, phase=Phase.MERGING)

    hub.set_permission(pull.repository, "bob", "read")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.GATE)
    assert (await intended(server), hub.merges) == (0, [])
