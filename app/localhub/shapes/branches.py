"""Branches and their rules, in the light forms an app may read."""

from __future__ import annotations

import urllib.parse
from typing import Any

from app.localhub import git_compare
from app.localhub.shapes import commits, repositories
from app.localhub.state import repository, world

QUEUE = {
    "check_response_timeout_minutes": 60,
    "grouping_strategy": "ALLGREEN",
    "max_entries_to_build": 5,
    "max_entries_to_merge": 5,
    "merge_method": "MERGE",
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 5,
}


def branch(hub: world.World, home: repository.Repository, name: str, tip: git_compare.Commit) -> dict[str, Any]:
    """`branch-with-protection`: of classic protection it tells the required contexts and nothing else."""
    quoted = urllib.parse.quote(name, safe="")
    url = f"{repositories.address(hub, home)}/branches/{quoted}"
    rules = home.protections.get(name)
    classic = rules if rules and rules.source != "ruleset" else None
    contexts = [one.context for one in classic.required] if classic else []
    checks = [{"context": one.context, "app_id": one.app_id} for one in classic.required] if classic else []
    return {
        "name": name,
        "commit": commits.commit(hub, home, tip),
        "_links": {"self": url, "html": f"{repositories.page(hub, home)}/tree/{quoted}"},
        "protected": rules is not None,
        "protection": {
            "enabled": classic is not None,
            "required_status_checks": {
                "enforcement_level": "non_admins" if contexts else "off",
                "contexts": contexts,
                "checks": checks,
            },
        },
        "protection_url": f"{url}/protection",
    }


def rules(home: repository.Repository, name: str) -> list[dict[str, Any]]:
    """`repository-rule-detailed`: the rules of rulesets that are in force on the branch."""
    found = home.protections.get(name)
    if found is None or found.source == "classic":
        return []
    told = [_rule("required_status_checks", _checks(found))] if found.required else []
    if found.approvals or found.code_owners or found.last_push or found.threads or len(found.methods) < 3:
        told.append(_rule("pull_request", _pull_request(found)))
    if found.deployments:
        told.append(_rule("required_deployments", {"required_deployment_environments": list(found.deployments)}))
    if found.merge_queue:
        told.append(_rule("merge_queue", QUEUE))
    for kind, demanded in (
        ("required_signatures", found.signatures),
        ("required_linear_history", found.linear),
        ("non_fast_forward", found.no_force),
    ):
        told += [{"type": kind}] if demanded else []
    if found.paths:
        told.append(_rule("file_path_restriction", {"restricted_file_paths": list(found.paths)}))
    if found.max_megabytes:
        told.append(_rule("max_file_size", {"max_file_size": found.max_megabytes}))
    source = {"ruleset_source_type": "Repository", "ruleset_source": home.full_name, "ruleset_id": home.id}
    return [rule | source for rule in told]


def _rule(kind: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "parameters": parameters}


def _checks(found: repository.Protection) -> dict[str, Any]:
    checks = [
        {"context": one.context} | ({"integration_id": one.app_id} if one.app_id else {}) for one in found.required
    ]
    return {
        "strict_required_status_checks_policy": found.strict,
        "do_not_enforce_on_create": False,
        "required_status_checks": checks,
    }


def _pull_request(found: repository.Protection) -> dict[str, Any]:
    return {
        "required_approving_review_count": found.approvals,
        "dismiss_stale_reviews_on_push": found.dismiss_stale,
        "require_code_owner_review": found.code_owners,
        "require_last_push_approval": found.last_push,
        "required_review_thread_resolution": found.threads,
        "allowed_merge_methods": list(found.methods),
    }
