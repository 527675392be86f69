"""Everything dursor writes comes back to it as an event, and wakes nothing.

The deliveries are those of whole lives on the hub. Two kinds count all the same, and lead to readings alone: a push
or merge of ours to the pull request, which proves a lost answer, and the default branch that moved by our merge. What
CI does because of our push is nobody's echo.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import handlers
from app.handlers.event import Event, Us
from app.lifecycle.run import TERMINAL, Phase, Wait
from app.store.connection import Connection, connect
from tests.stories import eventually, scenes
from tests.stories.server import configuration, running

OF_CHECKS = {"check_run", "check_suite", "workflow_run"}
NEWEST = "SELECT max(id) FROM agentic_runs"
READINGS = {"ReadPull", "ReadCi", "ReadConfig"}
STATES = st.sampled_from(
    [
        *((phase, None) for phase in Phase if phase not in TERMINAL and phase is not Phase.AWAITING_HUMAN),
        *((Phase.AWAITING_HUMAN, wait) for wait in Wait),
    ]
)


async def lives(hub, folder) -> tuple[list[tuple[str, dict[str, Any]]], Us]:
    """Lead pull requests through fixes, a pause, an approval and merges; returns what our own writes sent, and us."""
    async with running(hub, folder) as server:
        more = "merge: {delete_branch: true}"
        repo = await hub.create_repository(
            "octo/widgets", configuration("full_auto", reviewer="command:lint", more=more)
        )
        fixed = await hub.open_pull_request(repo, files=scenes.LINT_ERROR, branch="fixed")
        await server.until(fixed)
        await hub.finish_check(fixed, "lint", "failure")
        await server.until(fixed, ci_iterations=1, is_working=False)
        await server.rest()
        await hub.finish_check(fixed, "lint", "success")
        await server.until(fixed, phase=Phase.COMPLETED)
        talked = await hub.open_pull_request(repo, files={"b.py": "import os\n"}, branch="talked")
        await server.until(talked)
        for command in ("/dursor mode interactive", "/dursor pause", "/dursor nonsense", "/dursor resume"):
            hub.comment(talked, command, author="alice")
            await server.rest()
        await hub.finish_check(talked, "lint", "failure")
        await server.until(talked, wait=Wait.CI_RED)
        hub.comment(talked, "/dursor review", author="alice")
        await eventually.until(lambda: talked.reviews)
        await server.rest()
        us = server.world.us
    found = [hub.deliveries.get(item["id"]) for item in hub.deliveries.list(1000)[0]]
    sent = [(one["event"], one["request"]["payload"]) for one in found]
    return [(event, payload) for event, payload in sent if _is_ours(event, payload, us)], us


def _is_ours(event: str, payload: dict[str, Any], us: Us) -> bool:
    if event in OF_CHECKS:
        app = payload[event].get("app") or {}
        return bool(app.get("id") == us.app_id)
    return bool((payload.get("sender") or {}).get("id") == us.bot_id)


def _counts(event: str, payload: dict[str, Any]) -> bool:
    moved = event == "push" and payload["ref"] == f"refs/heads/{payload['repository']['default_branch']}"
    return moved or (event == "pull_request" and payload["action"] in {"closed", "synchronize"})


def _everything(db: Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = [row["name"] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: [tuple(row) for row in db.execute(f"SELECT * FROM {table}")] for table in tables}


async def test_what_dursor_writes_wakes_nothing_when_it_comes_back(hub, tmp_path):
    echoes, us = await lives(hub, tmp_path / "data")
    kinds = {(event, payload.get("action")) for event, payload in echoes}
    assert {("issue_comment", "created"), ("push", None), ("pull_request", "closed"), ("check_run", "created")} <= kinds
    assert {("pull_request_review", "submitted"), ("pull_request_review_comment", "created")} <= kinds
    db = connect(tmp_path / "data" / "dursor.db")

    @settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
    @given(order=st.permutations(range(len(echoes))), state=STATES)
    def fed_back(order, state):
        db.execute("BEGIN")
        try:
            db.execute("DELETE FROM jobs")
            db.execute(f"UPDATE agentic_runs SET phase = ?, wait = ? WHERE id = ({NEWEST})", state)
            for number in order:
                event, payload = echoes[number]
                before = _everything(db)
                home = payload["installation"]["id"]
                ignored = handlers.dispatch(Event(f"{number}", event, payload.get("action"), home, payload, us), db)
                if _counts(event, payload):
                    assert {row["kind"] for row in db.execute("SELECT kind FROM jobs")} <= READINGS
                    db.execute("DELETE FROM jobs")
                else:
                    assert ignored, (event, payload.get("action"))
                    assert _everything(db) == before, (event, payload.get("action"), ignored)
        finally:
            db.execute("ROLLBACK")

    fed_back()
    db.close()
