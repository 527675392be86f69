"""ReadCi, RerunCi: everything GitHub reports about a commit, folded into one verdict, with its evidence."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from app import advance, outbox
from app.github import checks, picture
from app.lifecycle import ci_facts, ci_verdict, effects, signals
from app.lifecycle.checks import BranchRules
from app.lifecycle.ci_verdict import Answer, Question, Verdict
from app.lifecycle.gate import Gate
from app.lifecycle.run import Phase, Wait
from app.perform import missing, red, rules, seeing
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, ci_checks
from app.store.connection import Connection, parse

EXPECTED_SECONDS = 600.0
"""How long a required check may take to begin before a person is told that it did not."""

_STORED = {Answer.GREEN: "success", Answer.RED: "failure", Answer.PENDING: "pending", Answer.EXPECTED: "pending"}
_LISTENING = {Phase.WAITING_CI, Phase.AWAITING_HUMAN}


async def read_ci(effect: effects.ReadCi, world: World) -> Outcome:
    """Read the checks of the head; an older commit's say nothing any more."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None or scope.run.head_sha != effect.sha or scope.run.phase not in _LISTENING:
        return nothing
    pull_id = scope.pull["id"]
    seen = await picture.of(scope.github, scope.pull["number"])
    if seen.head_sha != effect.sha or seen.state != "open":
        return lambda db: outbox.enqueue(db, effects.ReadPull(effect.run_id), delay=1)
    asked = question(world, scope, seen, BranchRules())
    if not ci_facts.gather(asked).pending:  # while anything is under way, what is demanded changes nothing
        asked = replace(asked, rules=await rules.of_branch(world, scope, seen.base_ref))
    verdict = _patient(ci_verdict.verdict(asked), asked.age)
    is_red = verdict.answer is Answer.RED
    found = await red.read(world, scope, seen, asked, verdict) if is_red else None
    if verdict.answer is Answer.EXPECTED:
        verdict = replace(verdict, why=await missing.told(scope.github, seen, asked.rules, verdict.names))

    def outcome(db: Connection) -> None:
        _store(db, scope, pull_id, effect.sha, verdict, found, asked)
        if scope.run.wait is Wait.GATE:
            outbox.enqueue(db, effects.ReadPull(effect.run_id))
        if verdict.look_again_in is not None:
            outbox.enqueue(db, effect, delay=max(0.2, verdict.look_again_in))
        for signal in _signals(effect.sha, verdict, found):
            advance.signal(db, effect.run_id, signal)

    return outcome


def question(world: World, scope: Scope, seen: picture.Picture, demanded: BranchRules) -> Question:
    """The facts about the head of a pull request that the verdict is made from."""
    since = scope.pull["head_seen_at"] if scope.pull else None
    return Question(
        checks=seen.checks,
        rules=demanded,
        our_app_id=world.us.app_id,
        age=(world.now() - parse(since)).total_seconds() if since else 0.0,
        settle=scope.config.ci.settle_seconds,
        has_conflict=seen.has_conflict,
        ignore=tuple(scope.config.ci.ignore),
        required=tuple(scope.config.ci.required),
    )


async def rerun(effect: effects.RerunCi, world: World) -> Outcome:
    """Run the failed jobs of the head once more: a flaky test is not worth a fix."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.run.head_sha != effect.sha or scope.run.phase is not Phase.WAITING_CI:
        return nothing
    if scope.pull is None:
        return nothing
    seen = await picture.of(scope.github, scope.pull["number"])
    for run in seen.checks.workflow_runs:
        if run.conclusion in red.MAY_RUN_AGAIN and seen.head_sha == effect.sha:
            await checks.rerun_failed(scope.github, run.id)
    return lambda db: outbox.enqueue(db, effects.ReadCi(effect.run_id, effect.sha), delay=5)


def _patient(verdict: Verdict, age: float) -> Verdict:
    """A required check may begin late: until its time is up it is only pending."""
    if verdict.answer is not Answer.EXPECTED or age >= EXPECTED_SECONDS:
        return verdict
    return Verdict(Answer.PENDING, verdict.why, verdict.names, verdict.results, (), min(60.0, EXPECTED_SECONDS - age))


def _signals(sha: str, verdict: Verdict, found: red.Red | None) -> tuple[signals.Signal, ...]:
    match verdict.answer:
        case Answer.GREEN:
            return (signals.CiPassed(sha=sha),)
        case Answer.RED:
            return (found.signal,) if found else ()
        case Answer.CONFLICT:
            return (signals.CiConflicted(sha=sha),)
        case Answer.NEEDS_PERSON:
            return (signals.CiStuck(sha=sha, cause="needs_person", why=verdict.why),)
        case Answer.INCONCLUSIVE:
            return (signals.CiStuck(sha=sha, cause="cancelled", why=verdict.why),)
        case Answer.EXPECTED:
            return (signals.CiStuck(sha=sha, cause="missing", why=verdict.why),)
        case Answer.NONE:
            return (signals.CiStuck(sha=sha, cause="none", why=verdict.why),)
        case Answer.PENDING:
            return ()


def _store(  # one reading, as it goes into its row
    db: Connection,
    scope: Scope,
    pull_id: str,
    sha: str,
    verdict: Verdict,
    found: red.Red | None,
    asked: Question,
) -> None:
    signature = found.signal.signature if found else None
    workflow = next((run.id for run in asked.checks.workflow_runs), None)
    reading = ci_checks.Reading(
        _STORED.get(verdict.answer, "error"), verdict.answer, dict(verdict.results),
        [asdict(check) for check in found.failed] if found else [], signature, workflow,
        [run.id for run in asked.checks.runs if run.status != "completed" and run.app_id != asked.our_app_id],
    )  # fmt: skip
    ci_checks.save(db, task_id=scope.task["id"], pr_id=pull_id, sha=sha, reading=reading)
    shown = {"sha": sha, "answer": verdict.answer, "why": verdict.why, "signature": signature}
    agentic_runs.note(db, scope.run.id, last_ci_result=json.dumps(shown))
    if verdict.answer is Answer.GREEN:
        seeing.note_met(db, scope.run.id, Gate.CI)
