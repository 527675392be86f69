"""What stands between a pull request and its base branch: the branch's rules, and how far they are met."""

from __future__ import annotations

from app.localhub.state import checks, issues, repository

NOT_MERGEABLE = "Pull Request is not mergeable"


def protection(pull: issues.Pull) -> repository.Protection:
    """The rules of the base branch; none where nobody set any."""
    return pull.repository.protections.get(pull.base_ref, repository.Protection())


def results(home: repository.Repository, sha: str, required: repository.RequiredCheck) -> list[str]:
    """What was reported for one required check at `sha`: pass, fail or pending, one per reporter."""
    found = []
    for suite in home.suites:
        if suite.head_sha != sha or required.app_id not in (None, suite.app.id):
            continue
        runs = [run for run in suite.runs if run.name == required.context and not run.superseded]
        found += [_run(run) for run in runs[-1:]]
    status = latest_statuses(home, sha).get(required.context.lower())
    if status is not None and required.app_id is None:
        found.append({"success": "pass", "pending": "pending"}.get(status.state, "fail"))
    return found


def latest_statuses(home: repository.Repository, sha: str) -> dict[str, checks.Status]:
    """The newest status of each context, which are compared without case."""
    return {status.context.lower(): status for status in home.statuses if status.sha == sha}


def opinions(pull: issues.Pull) -> dict[str, issues.Review]:
    """Each reviewer's latest review that approves, asks for changes, or was dismissed."""
    told = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
    return {review.user.login: review for review in pull.reviews if review.state in told}


def approvals(pull: issues.Pull) -> int:
    """How many people with write permission approve; apps do not count."""
    return len(approvers(pull))


def approvers(pull: issues.Pull) -> list[str]:
    """The people with write permission who approve, in lower case."""
    barred = pull.last_pusher if protection(pull).last_push else None
    return [
        login.lower()
        for login, review in opinions(pull).items()
        if review.state == "APPROVED"
        and review.user.type == "User"
        and not review.user.gone
        and review.user is not barred
        and pull.repository.may_write(login)
    ]


def owners_asked(pull: issues.Pull) -> list[str]:
    """The code owners whose review is demanded while none of them approves."""
    rules = protection(pull)
    named = [login for login in rules.owners if login.lower() != pull.user.login.lower()]
    return named if rules.code_owners and not _owner_approves(pull) else []


def _owner_approves(pull: issues.Pull) -> bool:
    found, owners = approvers(pull), {login.lower() for login in protection(pull).owners}
    return bool(owners.intersection(found) if owners else found)


def changes_requested(pull: issues.Pull) -> bool:
    return any(
        review.state == "CHANGES_REQUESTED" and not review.user.gone and pull.repository.may_write(login)
        for login, review in opinions(pull).items()
    )


def decision(pull: issues.Pull) -> str | None:
    """GraphQL's `reviewDecision`: None where the branch demands no review."""
    if changes_requested(pull):
        return "CHANGES_REQUESTED"
    rules = protection(pull)
    if not (rules.approvals or rules.code_owners or rules.last_push):
        return None
    wanted = max(rules.approvals, int(rules.last_push))
    owned = not rules.code_owners or _owner_approves(pull)
    return "APPROVED" if owned and approvals(pull) >= wanted else "REVIEW_REQUIRED"


def unmet(pull: issues.Pull) -> list[str]:
    """Every rule of the base branch that does not hold, in the words of a refused merge."""
    rules, found = protection(pull), []
    for required in rules.required:
        told = results(pull.repository, pull.head_sha, required)
        state = "expected" if not told else "failing" if "fail" in told else "pending"
        if not told or set(told) != {"pass"}:
            found.append(f'Required status check "{required.context}" is {state}.')
    missing = [name for name in rules.deployments if (pull.head_sha, name) not in pull.repository.deployed]
    found += [f'Required deployment to "{name}" is expected.' for name in missing]
    if rules.approvals and approvals(pull) < rules.approvals:
        plural = "s are" if rules.approvals > 1 else " is"
        found.append(f"At least {rules.approvals} approving review{plural} required by reviewers with write access.")
    elif rules.approvals and changes_requested(pull):
        found.append("Changes were requested by a reviewer with write access.")
    if rules.code_owners and not _owner_approves(pull):
        found.append("Waiting on code owner review.")
    if rules.last_push and not approvals(pull):
        found.append("New changes require approval from someone other than the last pusher.")
    if rules.threads and any(thread.resolved_by is None for thread in pull.threads):
        found.append("A conversation must be resolved before this pull request can be merged.")
    return found


def unstable(pull: issues.Pull) -> bool:
    """Whether anything at the head fails or is not done; no rule is asked."""
    home = pull.repository
    for suite in home.suites:
        latest = {run.name: run for run in suite.runs if not run.superseded}
        if suite.head_sha == pull.head_sha and any(_run(run) != "pass" for run in latest.values()):
            return True
    return any(status.state != "success" for status in latest_statuses(home, pull.head_sha).values())


def _run(run: checks.CheckRun) -> str:
    if run.status != "completed":
        return "pending"
    return "pass" if run.conclusion in checks.PASSING else "fail"
