"""Checks and reviews as GraphQL spells them, read into what REST's become too."""

from __future__ import annotations

from typing import Any

from app.github import reviews, shape
from app.lifecycle.checks import CheckRun, Checks, CheckSuite, CommitStatus, WorkflowRun


class NotWhole(Exception):
    """Something is missing that REST will tell."""


def checks(commit: dict[str, Any]) -> Checks:
    status = shape.part_or_none(commit, "status")
    suites = whole(commit, "checkSuites")
    return Checks(
        runs=tuple(_run(run, suite) for suite in suites for run in whole(suite, "checkRuns")),
        suites=tuple(map(_suite, suites)),
        statuses=tuple(map(_status, shape.parts(status, "contexts"))) if status else (),
        workflow_runs=tuple(_workflow_run(suite) for suite in suites if suite.get("workflowRun") is not None),
    )


def _run(data: dict[str, Any], suite: dict[str, Any]) -> CheckRun:
    address = shape.text_or_none(data, "permalink")
    return CheckRun(
        id=_number(data),
        name=shape.text(data, "name"),
        status=shape.text(data, "status").lower(),
        conclusion=_lower(data, "conclusion"),
        app_id=_app(suite),
        suite_id=_number(suite),
        started_at=shape.text_or_none(data, "startedAt"),
        completed_at=shape.text_or_none(data, "completedAt"),
        html_url=address,
        details_url=shape.text_or_none(data, "detailsUrl") or address,
        title=shape.text_or_none(data, "title"),
        summary=shape.text_or_none(data, "summary"),
        external_id=shape.text_or_none(data, "externalId"),
        app_name=shape.text_or_none(shape.part_or_none(suite, "app") or {}, "name"),
    )


def _suite(data: dict[str, Any]) -> CheckSuite:
    count = shape.number(shape.part(data, "checkRuns"), "totalCount")
    return CheckSuite(_number(data), _app(data), _lower(data, "status"), _lower(data, "conclusion"), count)


def _status(data: dict[str, Any]) -> CommitStatus:
    return CommitStatus(
        context=shape.text(data, "context"),
        state=shape.text(data, "state").lower(),
        description=shape.text_or_none(data, "description"),
        target_url=shape.text_or_none(data, "targetUrl"),
        updated_at=shape.text_or_none(data, "createdAt"),
    )


def _workflow_run(suite: dict[str, Any]) -> WorkflowRun:
    """Of Actions each suite is one run of a workflow; which attempt it is, only its jobs tell."""
    data = shape.part(suite, "workflowRun")
    file = shape.part_or_none(data, "file")
    return WorkflowRun(
        id=_number(data),
        name=shape.text_or_none(shape.part(data, "workflow"), "name"),
        event=shape.text(data, "event"),
        status=_lower(suite, "status"),
        conclusion=_lower(suite, "conclusion"),
        attempt=None,
        path=shape.text(file, "path") if file else None,
        html_url=shape.text_or_none(data, "url"),
    )


def review(data: dict[str, Any]) -> reviews.Review:
    author = shape.part_or_none(data, "author") or {}
    commit = shape.part_or_none(data, "commit")
    is_bot, login = author.get("__typename") == "Bot", shape.text_or_none(author, "login")
    number = data.get("fullDatabaseId")  # 64 bits, so GitHub sends it as text
    if not str(number).isdigit():
        raise NotWhole
    return reviews.Review(
        id=int(str(number)),
        author_login=f"{login}[bot]" if is_bot and login else login,  # as REST spells it
        author_id=shape.number_or_none(author, "databaseId"),
        author_is_bot=is_bot,
        state=shape.text(data, "state"),
        commit_id=shape.text(commit, "oid") if commit else None,
        submitted_at=shape.text_or_none(data, "submittedAt"),
        body=shape.text_or_none(data, "body") or "",
        html_url=shape.text_or_none(data, "url"),
    )


def whole(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """All entries of a connection that fits one page."""
    connection = shape.part(data, key)
    if shape.flag(shape.part(connection, "pageInfo"), "hasNextPage"):
        raise NotWhole
    return shape.parts(connection, "nodes")


def _number(data: dict[str, Any]) -> int:
    number = shape.number_or_none(data, "databaseId")
    if number is None:
        raise NotWhole
    return number


def _app(suite: dict[str, Any]) -> int | None:
    app = shape.part_or_none(suite, "app")
    return _number(app) if app else None


def _lower(data: dict[str, Any], key: str) -> str | None:
    value = shape.text_or_none(data, key)
    return value.lower() if value is not None else None
