"""What cannot be done is kept, shown, said, and put right by a person; it holds nobody else up."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes

NEVER = {"status": 422, "body": {"message": "Validation Failed"}}


async def status(server):
    """GET /status as the administrator."""
    headers = {"Authorization": "Bearer an-admin-token-for-tests"}
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/status", headers=headers) as answer:
        assert answer.status == 200
        return await answer.json()


async def dursor(server, *words):
    """The command line, as its user runs it, on the server's data."""
    env = {"DURSOR_DATA_DIR": str(server.world.root), "PATH": "/usr/bin:/bin"}
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", *words, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await program.communicate()
    return program.returncode, out.decode()


async def test_an_effect_that_fails_for_ever_waits_for_a_person_and_a_retry_puts_it_right(hub, server):
    pull = await scenes.working_on(hub, server)
    scenes.fault(hub, "POST", "/graphql$", times=1000, status=502)
    scenes.fault(hub, "GET", r"/commits/[0-9a-f]+/check-suites", times=1000, **NEVER)
    await hub.finish_check(pull, "test", "success")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.BROKEN)
    await server.rest()
    assert "ReadCi did not succeed" in (run.note or "")
    assert "Something broke" in scenes.sticky(hub, pull)
    newest, *older = (await status(server))["dead_jobs"]
    assert {(dead["kind"], dead["status"]) for dead in (newest, *older)} == {("ReadCi", "failed")}

    hub.faults.waiting.clear()
    code, said = await dursor(server, "job", "retry", newest["id"])
    assert code == 0, said
    hub.comment(pull, "What now?", author="alice")

    await server.until(pull, wait=Wait.APPROVAL)
    assert [dead["id"] for dead in (await status(server))["dead_jobs"]] == [dead["id"] for dead in older]


async def test_a_job_that_is_not_there_is_an_error_in_words(hub, server):
    code, said = await dursor(server, "job", "retry", "no-such-job")

    assert code == 1
    assert "There is no job no-such-job" in said
    assert "Traceback" not in said


POISON = {
    "a number that is none": {"number": "one"},
    "a number beyond bounds": {"number": 2**60},
    "no number": {},
}


@pytest.mark.parametrize("issue", POISON.values(), ids=POISON.keys())
async def test_a_poisoned_delivery_is_kept_shown_and_holds_nobody_up(hub, server, issue):
    pull = await scenes.working_on(hub, server)
    home = {"id": pull.repository.id, "full_name": pull.repository.full_name}
    poisoned = {"action": "created", "issue": issue, "comment": {"id": 1, "body": "/dursor help"}, "repository": home}

    answered, _ = await scenes.post(server, hub, "issue_comment", poisoned, guid="poison")
    await hub.finish_check(pull, "test", "success")

    assert answered == 202
    await server.until(pull, wait=Wait.APPROVAL)
    await server.rest()
    (kept,) = (await status(server))["failed_deliveries"]
    assert kept["guid"] == "poison"
    assert kept["error"]


async def test_a_failed_delivery_is_handled_again_when_a_person_says_so(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.comment(pull, "/dursor pause", author="alice")
    await server.until(pull, paused=True)
    hub.comment(pull, "/dursor resume", author="alice")
    await server.until(pull, paused=False)
    await server.rest()
    (row,) = await scenes.rows(
        server,
        """SELECT guid FROM webhook_deliveries WHERE event = 'issue_comment' AND status = 'done'
           ORDER BY sequence LIMIT 1""",
    )

    await server.world.database.write(lambda db: _fail(db, row["guid"]))

    code, said = await dursor(server, "delivery", "replay", row["guid"])

    assert code == 0, said
    assert row["guid"] in said
    hub.comment(pull, "Did it work?", author="alice")
    await server.until(pull, paused=True)


def _fail(db, guid):
    """As if its handling had broken: nothing of it is left but the delivery."""
    db.execute("DELETE FROM heard")
    db.execute("UPDATE webhook_deliveries SET status = 'failed' WHERE guid = ?", (guid,))
