"""The body of a check run request, held against GitHub's rules before anything is changed."""

from __future__ import annotations

import datetime
from typing import Any

from app.localhub.actions import checks
from app.localhub.rest import routing
from app.localhub.state import checks as records

STATUSES = ("queued", "in_progress", "completed", "waiting", "requested", "pending")
LEVELS = ("notice", "warning", "failure")
LONGEST = 65535
MOST_ANNOTATIONS = 50
MOST_ACTIONS = 3
ACTION_LENGTHS = {"label": 20, "description": 40, "identifier": 20}


def check_run(body: dict[str, Any]) -> checks.Change:
    """The change a create or update asks for. Raises GitHub's 422."""
    status, conclusion = body.get("status"), body.get("conclusion")
    if status not in (None, *STATUSES):
        raise routing.invalid("CheckRun", "status")
    if conclusion not in (None, *records.CONCLUSIONS):
        raise routing.invalid("CheckRun", "conclusion")
    if status == "completed" and conclusion is None:
        raise routing.invalid("CheckRun", "conclusion", "missing_field")
    change = checks.Change(status=status, conclusion=conclusion)
    for field in ("name", "external_id", "details_url"):
        setattr(change, field, _text(body, field))
    for field in ("started_at", "completed_at"):
        setattr(change, field, _time(body, field))
    output = body.get("output")
    if output is not None:
        _output(change, output)
    if "actions" in body:
        change.actions = _actions(body["actions"])
    return change


def _output(change: checks.Change, output: Any) -> None:
    if not isinstance(output, dict):
        raise routing.invalid("CheckRun", "output")
    if not isinstance(output.get("summary"), str):
        raise routing.invalid("CheckRun", "summary", "missing_field")
    for field in ("title", "summary", "text"):
        value = _text(output, field)
        if field != "title" and value is not None and len(value) > LONGEST:
            raise routing.invalid("CheckRun", field, "custom", f"{field} exceeds a maximum of {LONGEST}")
        setattr(change, field, value)
    annotations = output.get("annotations") or []
    if not isinstance(annotations, list) or len(annotations) > MOST_ANNOTATIONS:
        raise routing.invalid("CheckRun", "annotations")
    change.annotations = [_annotation(one) for one in annotations]


def _annotation(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise routing.invalid("CheckRun", "annotations")
    for field, kind in (("path", str), ("message", str), ("start_line", int), ("end_line", int)):
        if not isinstance(given.get(field), kind):
            raise routing.invalid("CheckRun", field, "missing_field")
    if given.get("annotation_level") not in LEVELS:
        raise routing.invalid("CheckRun", "annotation_level")
    if given.get("start_column") is not None and given["start_line"] != given["end_line"]:
        raise routing.invalid("CheckRun", "start_column")
    return dict(given)


def _actions(given: Any) -> list[dict[str, str]]:
    if not isinstance(given, list) or len(given) > MOST_ACTIONS:
        raise routing.invalid("CheckRun", "actions")
    for action in given:
        for field, longest in ACTION_LENGTHS.items():
            value = action.get(field) if isinstance(action, dict) else None
            if not isinstance(value, str) or len(value) > longest:
                raise routing.invalid("CheckRun", f"actions.{field}")
    return given


def _text(body: dict[str, Any], field: str) -> str | None:
    value = body.get(field)
    if value is not None and not isinstance(value, str):
        raise routing.invalid("CheckRun", field)
    return value


def _time(body: dict[str, Any], field: str) -> str | None:
    value = _text(body, field)
    if value is None:
        return None
    try:
        datetime.datetime.fromisoformat(value)
    except ValueError:
        raise routing.invalid("CheckRun", field) from None
    return value
