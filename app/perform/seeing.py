"""What is stored about a run, gathered for those who look at it on GitHub."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app import repo_config, words
from app.executors import providers
from app.lifecycle.gate import Evidence, Gate, Unmet
from app.lifecycle.run import Run
from app.lifecycle.standing import GateLine, Known, gate_lines
from app.perform import money, open_findings
from app.perform.world import Scope
from app.store import agentic_runs, ci_checks, overview, prs, repos, reviews, runs, tasks
from app.store.connection import Connection, Row, parse
from app.store.rows import from_json


@dataclass(frozen=True, slots=True)
class Looked:
    """The last look at all gates: of which commit, when (ISO 8601, UTC), and what did not hold then."""

    sha: str | None
    at: str | None
    unmet: tuple[Unmet, ...]


def looked(row: Row) -> Looked:
    """The last look at a run's gates, from the row of the run."""
    kept = from_json(row["last_gates"], {})
    found = [_read(one) for one in kept.get("unmet", []) if one["gate"] in set(Gate)]
    return Looked(kept.get("sha"), kept.get("at"), tuple(found))


def note_gates(db: Connection, run_id: str, sha: str, unmet: Sequence[Unmet]) -> None:
    """Keep a look at all gates of a commit. What did not hold at the last look either keeps its time."""
    row = agentic_runs.row_of(db, run_id)
    since = _since(looked(row)) if row is not None else {}
    now = [asdict(replace(one, since=since.get(one.gate, db.now))) for one in unmet]
    agentic_runs.note(db, run_id, last_gates=json.dumps({"sha": sha, "at": db.now, "unmet": now}))


def note_met(db: Connection, run_id: str, gate: Gate) -> bool:
    """A gate holds now, seen between two looks: should it not hold later, that is new. False where that is known."""
    kept = _kept(db, run_id)
    left = [one for one in kept.get("unmet", []) if one["gate"] != gate]
    if len(left) == len(kept.get("unmet", [])):
        return False
    agentic_runs.note(db, run_id, last_gates=json.dumps(kept | {"unmet": left}))
    return True


def note_unmet(db: Connection, run_id: str, found: Unmet) -> bool:
    """A gate does not hold now, seen between two looks. False where that is known, or nobody has looked yet."""
    kept = _kept(db, run_id)
    if not kept:
        return False
    before = next((_read(one) for one in kept["unmet"] if one["gate"] == found.gate), None)
    now = replace(found, since=before.since if before else db.now)
    if now == before:
        return False
    left = [one for one in kept["unmet"] if one["gate"] != found.gate]
    agentic_runs.note(db, run_id, last_gates=json.dumps(kept | {"unmet": [*left, asdict(now)]}))
    return True


def _kept(db: Connection, run_id: str) -> dict[str, Any]:
    row = agentic_runs.row_of(db, run_id)
    return dict(from_json(row["last_gates"], {})) if row is not None else {}


def _read(kept: dict[str, Any]) -> Unmet:
    shown = tuple(Evidence(one["text"], one["url"]) for one in kept.get("evidence", []))
    return Unmet(Gate(kept["gate"]), kept["why"], kept["actor"], shown, kept.get("since"))


def _since(last: Looked) -> dict[Gate, str]:
    return {one.gate: one.since for one in last.unmet if one.since is not None}


def of(db: Connection, scope: Scope) -> words.Seen:
    """A run as it is shown, from our rows alone. It changes only when one of them does."""
    run, row, policy = scope.run, scope.row, scope.config.policy()
    check = ci_checks.at(db, scope.pull["id"], run.head_sha) if scope.pull and run.head_sha else None
    review = reviews.latest(db, run.id)
    found = open_findings.latest(db, run.id, scope.pull, scope.config.review.blocking)
    worked = float(row["active_seconds"] or 0)
    since = str(row["phase_since"] or row["last_activity"])
    done = runs.of_task(db, scope.task["id"])
    waited = overview.awaited(db, run.id)
    return words.Seen(
        run=run,
        policy=policy,
        gates=gate_lines(run, policy, _known(run, row, scope.pull, check, found)),
        looked_at=last.at if (last := looked(row)).sha == run.head_sha else None,
        since=since,
        worked=max(0.0, worked),
        waited=max(0.0, (parse(since) - parse(row["started_at"])).total_seconds() - worked),
        cost_is_estimate=bool(overview.costs(db, run.id)["is_estimate"]),
        money=words.money.spent(money.of(db, scope.task["id"], scope.repo["id"], scope.config)),
        awaiting=words.awaiting_provider(providers.title(waited["provider"]), waited["until"]) if waited else None,
        ci=check["verdict"] if check else None,
        failures=[
            (str(failed["name"]), failed.get("step"))
            for failed in from_json(check["failed_jobs"] if check else None, [])
        ],
        review=review["overall_summary"] if review else None,
        score=found.score if found else None,
        findings=(*found.blocking, *found.others) if found else (),
        asked=[(str(one["author"]), one["content"]) for one in overview.asked(db, scope.task["id"])],
        attempts=[
            words.Attempt(
                one["work"] or "task", one["executor"] or "", one["status"], one["error"] or one["summary"] or ""
            )
            for one in done
        ],
        config_error=scope.repo["config_error"],
        config_cuts=from_json(scope.repo["config_cuts"], []),
    )


def gates_of(db: Connection, run_id: str) -> tuple[GateLine, ...]:
    """Every gate of a live run as its status comment shows it; none of a run that is over or not known."""
    run, row = agentic_runs.find(db, run_id), agentic_runs.row_of(db, run_id)
    task = tasks.find(db, row["task_id"]) if row else None
    repo = repos.by_id(db, task["repo_id"]) if task else None
    if run is None or row is None or task is None or repo is None or run.is_terminal:
        return ()
    config, pull = repo_config.from_json(repo["config"]), prs.of_task(db, task["id"])
    check = ci_checks.at(db, pull["id"], run.head_sha) if pull and run.head_sha else None
    found = open_findings.latest(db, run.id, pull, config.review.blocking)
    return gate_lines(run, config.policy(), _known(run, row, pull, check, found))


def _known(run: Run, row: Row, pull: Row | None, check: Row | None, found: open_findings.Reviewed | None) -> Known:
    last = looked(row)
    reviewed = found if found is not None and found.sha == run.head_sha else None
    said = from_json(row["last_ci_result"], {})
    failed = from_json(check["failed_jobs"] if check else None, [])
    return Known(
        ci=check["verdict"] if check else None,
        ci_why=str(said.get("why") or "") if said.get("sha") == run.head_sha else "",
        ci_since=check["created_at"] if check else None,
        ci_evidence=[Evidence(str(one["name"]), one.get("url")) for one in failed],
        review_score=reviewed.score if reviewed else None,
        review_since=reviewed.since if reviewed else None,
        blocking=reviewed.blocking if reviewed else (),
        others=reviewed.others if reviewed else (),
        is_draft=bool(pull and pull["is_draft"]),
        gates=last.unmet if run.head_sha is not None and last.sha == run.head_sha else None,
        since=_since(last),
        head_since=pull["head_seen_at"] if pull else None,
    )
