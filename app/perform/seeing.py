"""What is stored about a run, gathered for those who look at it on GitHub."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from app import words
from app.executors import providers
from app.lifecycle import score
from app.lifecycle.merge_gate import Gate, Unmet
from app.lifecycle.standing import Known, gate_lines
from app.perform.world import Scope
from app.store import agentic_runs, ci_checks, findings, overview, reviews, runs
from app.store.connection import Connection, Row, parse
from app.store.rows import from_json


def note_gates(db: Connection, run_id: str, sha: str, unmet: Sequence[Unmet]) -> None:
    """Keep a look at all gates of a commit, for those who want to know why it is not merged."""
    looked = {"sha": sha, "unmet": [asdict(gate) for gate in unmet]}
    agentic_runs.note(db, run_id, last_gates=json.dumps(looked))


def of(db: Connection, scope: Scope) -> words.Seen:
    """A run as it is shown, from our rows alone. It changes only when one of them does."""
    run, row, policy = scope.run, scope.row, scope.config.policy()
    check = ci_checks.at(db, scope.pull["id"], run.head_sha) if scope.pull and run.head_sha else None
    review = reviews.latest(db, run.id)
    worked = float(row["active_seconds"] or 0)
    since = str(row["phase_since"] or row["last_activity"])
    done = runs.of_task(db, scope.task["id"])
    costs = overview.costs(db, run.id)
    waited = overview.awaited(db, run.id)
    return words.Seen(
        run=run,
        policy=policy,
        gates=gate_lines(run, policy, _known(db, scope, check, review)),
        since=since,
        worked=max(0.0, worked),
        waited=max(0.0, (parse(since) - parse(row["started_at"])).total_seconds() - worked),
        cost_usd=costs["usd"],
        cost_is_estimate=bool(costs["is_estimate"]),
        awaiting=words.awaiting_provider(providers.title(waited["provider"]), waited["until"]) if waited else None,
        ci=check["verdict"] if check else None,
        failures=[
            (str(failed["name"]), failed.get("step"))
            for failed in from_json(check["failed_jobs"] if check else None, [])
        ],
        review=review["overall_summary"] if review else None,
        score=review["overall_score"] if review else None,
        attempts=[
            words.Attempt(
                one["work"] or "task", one["executor"] or "", one["status"], one["error"] or one["summary"] or ""
            )
            for one in done
        ],
        config_error=scope.repo["config_error"],
        config_cuts=from_json(scope.repo["config_cuts"], []),
    )


def _known(db: Connection, scope: Scope, check: Row | None, review: Row | None) -> Known:
    run = scope.run
    is_fresh = review is not None and review["sha"] == run.head_sha and review["overall_score"] is not None
    found = findings.counted(db, review["id"]) if review is not None and is_fresh else []
    said = from_json(scope.row["last_ci_result"], {})
    looked = from_json(scope.row["last_gates"], {})
    gates = None
    if run.head_sha is not None and looked.get("sha") == run.head_sha:
        gates = [Unmet(Gate(one["gate"]), one["why"], one["actor"]) for one in looked["unmet"]]
    return Known(
        ci=check["verdict"] if check else None,
        ci_why=str(said.get("why") or "") if said.get("sha") == run.head_sha else "",
        review_score=review["overall_score"] if review is not None and is_fresh else None,
        blocking=score.blocking([one["severity"] for one in found], scope.config.review.blocking),
        is_draft=bool(scope.pull and scope.pull["is_draft"]),
        gates=gates,
    )
