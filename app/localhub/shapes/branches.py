"""Branches and their rules, in the light form an app may read."""

from __future__ import annotations

import urllib.parse
from typing import Any

from app.localhub import git_compare
from app.localhub.shapes import commits, repositories
from app.localhub.state import repository, world


def branch(hub: world.World, home: repository.Repository, name: str, tip: git_compare.Commit) -> dict[str, Any]:
    """`branch-with-protection`."""
    quoted = urllib.parse.quote(name, safe="")
    url = f"{repositories.address(hub, home)}/branches/{quoted}"
    rules = home.protections.get(name)
    contexts = [one.context for one in rules.required] if rules else []
    checks = [{"context": one.context, "app_id": one.app_id} for one in rules.required] if rules else []
    return {
        "name": name,
        "commit": commits.commit(hub, home, tip),
        "_links": {"self": url, "html": f"{repositories.page(hub, home)}/tree/{quoted}"},
        "protected": rules is not None,
        "protection": {
            "enabled": rules is not None,
            "required_status_checks": {
                "enforcement_level": "non_admins" if contexts else "off",
                "contexts": contexts,
                "checks": checks,
            },
        },
        "protection_url": f"{url}/protection",
    }


def rules(home: repository.Repository, name: str) -> list[dict[str, Any]]:
    """`repository-rule-detailed`: the rules in force on the branch."""
    found, told = home.protections.get(name), list[dict[str, Any]]()
    if found is None:
        return told
    source = {
        "ruleset_source_type": "Repository",
        "ruleset_source": home.full_name,
        "ruleset_id": home.id,
    }
    if found.required:
        checks = [
            {"context": one.context} | ({"integration_id": one.app_id} if one.app_id else {}) for one in found.required
        ]
        parameters: dict[str, Any] = {
            "strict_required_status_checks_policy": found.strict,
            "do_not_enforce_on_create": False,
            "required_status_checks": checks,
        }
        told.append({"type": "required_status_checks", "parameters": parameters, **source})
    if found.approvals:
        parameters = {
            "required_approving_review_count": found.approvals,
            "dismiss_stale_reviews_on_push": found.dismiss_stale,
            "require_code_owner_review": False,
            "require_last_push_approval": False,
            "required_review_thread_resolution": False,
            "allowed_merge_methods": ["merge", "squash", "rebase"],
        }
        told.append({"type": "pull_request", "parameters": parameters, **source})
    return told
