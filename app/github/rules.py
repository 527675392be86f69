"""What a branch demands, folded from the rules of all rulesets and the light form of classic protection.

The light form (`GET /branches/B`) needs no administration permission; it names the required contexts
and keeps the rest (strictness, approvals) to itself. A strict merge then shows as `behind`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.github import shape
from app.lifecycle.checks import BranchRules, Required

_METHODS = ("merge", "squash", "rebase")


@dataclass(slots=True)
class _Demands:
    """What has been found so far; demands only grow."""

    required: dict[tuple[str, int | None], Required] = field(default_factory=dict)
    methods: set[str] = field(default_factory=lambda: set(_METHODS))
    approvals: int = 0
    flags: set[str] = field(default_factory=set)

    def require(self, context: str, app_id: int | None) -> None:
        app_id = app_id if app_id is not None and app_id > 0 else None  # -1 is any app
        self.required[context, app_id] = Required(context, app_id)


def combine(active: list[dict[str, Any]], branch: dict[str, Any]) -> BranchRules:
    """`active` as `GET /rules/branches/B` lists them, `branch` as `GET /branches/B` tells it."""
    demands = _Demands()
    for rule in active:
        _rule(demands, shape.text(rule, "type"), shape.part_or_none(rule, "parameters") or {})
    _classic(demands, shape.part_or_none(branch, "protection") or {})
    return BranchRules(
        required=tuple(demands.required.values()),
        strict="strict" in demands.flags,
        approvals=demands.approvals,
        code_owners="code_owners" in demands.flags,
        signatures="signatures" in demands.flags,
        merge_queue="merge_queue" in demands.flags,
        allowed_methods=tuple(method for method in _METHODS if method in demands.methods),
        last_push_approval="last_push_approval" in demands.flags,
        conversation_resolution="conversation_resolution" in demands.flags,
    )


def _rule(demands: _Demands, kind: str, parameters: dict[str, Any]) -> None:
    match kind:
        case "required_status_checks":
            for check in shape.parts(parameters, "required_status_checks"):
                demands.require(shape.text(check, "context"), shape.number_or_none(check, "integration_id"))
            if shape.flag(parameters, "strict_required_status_checks_policy"):
                demands.flags.add("strict")
        case "pull_request":
            _pull_request(demands, parameters)
        case "required_linear_history":
            demands.methods.discard("merge")
        case "required_signatures":
            demands.flags.add("signatures")
            demands.methods.discard("rebase")  # GitHub signs what it merges and squashes, and not what it rebases
        case "merge_queue":
            demands.flags.add("merge_queue")


def _pull_request(demands: _Demands, parameters: dict[str, Any]) -> None:
    wanted = shape.number_or_none(parameters, "required_approving_review_count") or 0
    demands.approvals = max(demands.approvals, wanted)
    for key, flag in (
        ("require_code_owner_review", "code_owners"),
        ("require_last_push_approval", "last_push_approval"),
        ("required_review_thread_resolution", "conversation_resolution"),
    ):
        if shape.flag(parameters, key):
            demands.flags.add(flag)
    methods = parameters.get("allowed_merge_methods")
    if isinstance(methods, list) and methods:
        demands.methods &= {str(method) for method in methods}


def _classic(demands: _Demands, protection: dict[str, Any]) -> None:
    checks = shape.part_or_none(protection, "required_status_checks") or {}
    if checks.get("enforcement_level") == "off":
        return
    named = set()
    for check in shape.parts(checks, "checks"):
        named.add(shape.text(check, "context"))
        demands.require(shape.text(check, "context"), shape.number_or_none(check, "app_id"))
    contexts = checks.get("contexts")
    for context in contexts if isinstance(contexts, list) else []:
        if isinstance(context, str) and context not in named:
            demands.require(context, None)
