"""What a check run says, within GitHub's bounds ("Create a check run", docs.github.com/rest)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.github import outgoing

_ANNOTATIONS = 50
_ACTIONS = 3
_TEXT = 65_000
_MESSAGE = 16_000
_TITLE = 255


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark on lines of a file; `level` is "notice", "warning" or "failure"."""

    path: str
    start_line: int
    end_line: int
    level: str
    message: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button under the check run: label 20, description 40, identifier 20 characters at most."""

    label: str
    description: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a check run says; a `conclusion` makes its status "completed". The first fifty annotations
    and the first three buttons are taken; buttons show once it is completed.
    """

    title: str
    summary: str
    status: str = "in_progress"
    conclusion: str | None = None
    text: str | None = None
    annotations: Sequence[Annotation] = ()
    buttons: Sequence[Button] = ()
    details_url: str | None = None


def body(report: Report) -> dict[str, Any]:
    """The fields of a request that creates or updates a check run."""
    output: dict[str, Any] = {
        "title": outgoing.line(report.title, _TITLE),
        "summary": outgoing.body(report.summary, _TEXT),
    }
    if report.text is not None:
        output["text"] = outgoing.body(report.text, _TEXT)
    if report.annotations:
        output["annotations"] = [_annotation(one) for one in report.annotations[:_ANNOTATIONS]]
    made: dict[str, Any] = {"output": output, "actions": [_action(one) for one in report.buttons[:_ACTIONS]]}
    made["status"] = "completed" if report.conclusion is not None else report.status
    if report.conclusion is not None:
        made["conclusion"] = report.conclusion
    if report.details_url is not None:
        made["details_url"] = report.details_url
    return made


def _action(button: Button) -> dict[str, str]:
    return {
        "label": outgoing.line(button.label, 20),
        "description": outgoing.line(button.description, 40),
        "identifier": outgoing.line(button.identifier, 20),
    }


def _annotation(one: Annotation) -> dict[str, Any]:
    start = max(one.start_line, 1)
    made: dict[str, Any] = {
        "path": one.path,
        "start_line": start,
        "end_line": max(one.end_line, start),
        "annotation_level": one.level,
        "message": outgoing.body(one.message, _MESSAGE),
    }
    if one.title is not None:
        made["title"] = outgoing.line(one.title, _TITLE)
    return made
