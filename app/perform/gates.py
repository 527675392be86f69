"""Gathers the facts of the merge gate from GitHub and from our rows, freshly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app import agent_settings, redact
from app.errors import Transient
from app.github import picture, pulls, reviews
from app.github import repository as repositories
from app.lifecycle import ci_verdict, merge_gate, score
from app.lifecycle.checks import BranchRules
from app.lifecycle.run import Mode
from app.perform import approvers, reading_ci, rules, trust
from app.perform.world import Scope, World
from app.repo_config import Trust
from app.store import findings
from app.store import reviews as stored_reviews
from app.store.connection import Connection
from app.workspace import policy


@dataclass(frozen=True, slots=True)
class Look:
    """One look at GitHub before a merge: the pull request, what is reported and said, what the branch demands."""

    pull: pulls.Pull
    seen: picture.Picture
    rules: BranchRules


async def look(world: World, scope: Scope, pull: pulls.Pull) -> Look:
    """Look freshly. Raises Transient while GitHub has not worked out a conflict, or is between two heads."""
    if pull.mergeable is None and not pull.draft:
        raise Transient("GitHub is still working out whether it can be merged", after=2)
    seen = await picture.of(scope.github, pull.number)
    if seen.head_sha != pull.head_sha:
        raise Transient("the head moved between two readings", after=2)
    return Look(pull, seen, await rules.of_branch(world, scope, pull.base_ref, fresh=True))


async def unmet(world: World, scope: Scope, at: Look) -> tuple[merge_gate.Unmet, ...]:
    """Every gate that does not hold now."""
    return merge_gate.unmet(await facts(world, scope, at))


async def facts(world: World, scope: Scope, at: Look) -> merge_gate.Facts:
    """What the gate judges; whatever cannot be read raises, so that nothing merges on a guess."""
    pull, demanded = at.pull, at.rules
    verdict = ci_verdict.verdict(reading_ci.question(world, scope, at.seen, demanded))
    opinions = await trusted_opinions(scope.github, at.seen.reviews)
    files = [_file(file) for file in await pulls.files(scope.github, pull.number)]
    found = await world.database.read(lambda db: _review(db, scope.run.id, pull.head_sha))
    config = scope.config
    protected = policy.matcher((*config.protect, *agent_settings.PATTERNS))
    alone = scope.run.mode is Mode.FULL_AUTO and config.merge.auto
    return merge_gate.Facts(
        ci=verdict.answer,
        ci_why=verdict.why,
        none_is_green=config.ci.none_is_green,
        needs_approval=not alone,
        human_approved=scope.run.head_sha == pull.head_sha and await _is_approved(scope),
        review_wanted=config.reviewer != "none",
        review_score=found[0] if found else None,
        min_score=config.review.min_score,
        blocking_findings=score.blocking(found[1], config.review.blocking) if found else 0,
        changes_requested_by=[login for login, review in opinions.items() if review.state == "CHANGES_REQUESTED"],
        approvals=sum(r.state == "APPROVED" and r.commit_id == pull.head_sha for r in opinions.values()),
        approvals_needed=demanded.approvals,
        is_draft=pull.draft,
        has_conflict=pull.mergeable is False or pull.mergeable_state == "dirty",
        is_behind=pull.mergeable_state == "behind",
        must_be_current=demanded.strict,
        is_fork=pull.is_fork,
        is_stacked=pull.stack,
        needs_queue=demanded.merge_queue,
        files=files,
        max_files=config.limits.files,
        max_lines=config.limits.lines,
        protected=[file.path for file in files if any(map(protected.match_file, _names(file)))],
        secrets_in=[file.path for file in files if adds_secret(file.patch or "")],
    )


async def trusted_opinions(
    github: repositories.Repository, given: Sequence[reviews.Review]
) -> dict[str, reviews.Review]:
    """The latest opinion of each person who may write; a comment does not replace an opinion.

    GitHub, "About pull request reviews": approvals count from people with write access only.
    """
    latest: dict[str, reviews.Review] = {}
    for review in sorted(given, key=lambda review: (review.submitted_at or "", review.id)):
        if review.author_login is None or review.author_is_bot:
            continue
        if review.state in {"APPROVED", "CHANGES_REQUESTED"}:
            latest[review.author_login] = review
        elif review.state == "DISMISSED":
            latest.pop(review.author_login, None)
    writers = Trust(permission="write")
    return {
        login: review
        for login, review in latest.items()
        if await trust.may_now(github, trust.Who(login, review.author_id), writers)
    }


async def _is_approved(scope: Scope) -> bool:
    """Whether somebody approved who may still say so now; an approval that nobody is known to have given is none."""
    approver = approvers.read(scope.row["approved_by"])
    if not scope.run.human_approved or approver is None:
        return False
    return await trust.may_now(scope.github, trust.Who(approver.login, approver.id), scope.config.trust)


def adds_secret(patch: str) -> bool:
    """Whether a diff adds something that looks like a credential."""
    return any(redact.holds_secret(line[1:]) for line in patch.splitlines() if line[:1] == "+")


def _review(db: Connection, run_id: str, sha: str) -> tuple[float, list[str]] | None:
    review = stored_reviews.latest(db, run_id)
    if review is None or review["sha"] != sha or review["overall_score"] is None:
        return None
    return review["overall_score"], [row["severity"] for row in findings.counted(db, review["id"])]


def _file(file: pulls.ChangedFile) -> merge_gate.ChangedFile:
    return merge_gate.ChangedFile(
        file.path, file.status, file.additions, file.deletions, file.patch, file.previous_path
    )


def _names(file: merge_gate.ChangedFile) -> list[str]:
    return [file.path, file.old_path] if file.old_path else [file.path]
