"""Gathers the facts of the merge gate from GitHub and from our rows, freshly."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import Transient
from app.github import picture, pulls
from app.lifecycle import ci_verdict, merge_gate
from app.lifecycle.checks import BranchRules
from app.lifecycle.gate import Evidence
from app.lifecycle.run import Mode
from app.perform import approvers, guarding, open_findings, opinions, reading_ci, rules, trust
from app.perform.world import Scope, World

_WRONG = frozenset({"failure", "timed_out", "startup_failure", "cancelled", "action_required", "stale"})


@dataclass(frozen=True, slots=True)
class Look:
    """One look at GitHub before a merge: the pull request, what is reported and said, what the branch demands."""

    pull: pulls.Pull
    seen: picture.Picture
    rules: BranchRules


async def look(world: World, scope: Scope, pull: pulls.Pull) -> Look:
    """Look freshly. Raises Transient while GitHub has not worked out a conflict, or is between two heads or bases."""
    if pull.mergeable is None and not pull.draft:
        raise Transient("GitHub is still working out whether it can be merged", after=2)
    seen = await picture.of(scope.github, pull.number)
    if (seen.head_sha, seen.base_ref) != (pull.head_sha, pull.base_ref):
        raise Transient("the head moved, or the base changed, between two readings", after=2)
    return Look(pull, seen, await rules.of_branch(world, scope, pull.base_ref, fresh=True))


async def unmet(world: World, scope: Scope, at: Look) -> tuple[merge_gate.Unmet, ...]:
    """Every gate that does not hold now."""
    return merge_gate.unmet(await facts(world, scope, at))


async def facts(world: World, scope: Scope, at: Look) -> merge_gate.Facts:
    """What the gate judges; whatever cannot be read raises, so that nothing merges on a guess."""
    pull, demanded, config = at.pull, at.rules, scope.config
    verdict = ci_verdict.verdict(reading_ci.question(world, scope, at.seen, demanded))
    said = await opinions.of(scope.github, at.seen.reviews)
    found = await world.database.read(
        lambda db: open_findings.latest(db, scope.run.id, scope.pull, config.review.blocking)
    )
    reviewed = found if found and found.sha == pull.head_sha else None
    return merge_gate.Facts(
        ci=verdict.answer,
        ci_why=verdict.why,
        ci_evidence=_pages(verdict, at.seen),
        none_is_green=config.ci.none_is_green,
        needs_approval=not (scope.run.mode is Mode.FULL_AUTO and config.merge.auto),
        human_approved=scope.run.head_sha == pull.head_sha and await is_approved(scope, said),
        people=opinions.people(said, at.seen, demanded),
        review_wanted=config.reviewer != "none",
        review_score=reviewed.score if reviewed else None,
        min_score=config.review.min_score,
        blocking=reviewed.blocking if reviewed else (),
        others=reviewed.others if reviewed else (),
        is_draft=pull.draft,
        has_conflict=pull.mergeable is False or pull.mergeable_state == "dirty",
        is_behind=pull.mergeable_state == "behind",
        must_be_current=demanded.strict and not demanded.merge_queue,
        is_fork=pull.is_fork,
        is_stacked=pull.stack,
        guarded=await guarding.look(scope, pull),
        base=pull.base_ref,
    )


async def is_approved(scope: Scope, said: opinions.Opinions) -> bool:
    """Whether somebody approved this commit who may still say so now, by a review that stands where it was by one.

    An approval by nobody known is none. `said` is what the reviews come down to now.
    """
    approver = approvers.read(scope.row["approved_by"])
    if not scope.run.human_approved or approver is None or approver.sha not in {None, scope.run.head_sha}:
        return False
    if approver.way == "review":
        review = said.counted.get(approver.login)
        if review is None or (review.state, review.commit_id) != ("APPROVED", scope.run.head_sha):
            return False
        if scope.config.trust.permission == "write":  # which was asked for every opinion that counts
            return True
    return await trust.may_now(scope.github, trust.Who(approver.login, approver.id), scope.config.trust)


def _pages(verdict: ci_verdict.Verdict, seen: picture.Picture) -> list[Evidence]:
    """The checks that an answer other than green rests on, each with its page."""
    pages = {status.context: status.target_url for status in seen.checks.statuses}
    pages |= {run.name or "": run.html_url for run in seen.checks.workflow_runs}
    pages |= {run.name: run.html_url for run in seen.checks.runs}
    pages |= {run.name: run.html_url for run in seen.checks.runs if run.conclusion in _WRONG}
    return [Evidence(name, pages.get(name)) for name in verdict.names]
