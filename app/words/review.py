"""One review as GitHub shows it: its body, and a remark for each finding that stands on a line of the diff.

Everything a reviewer wrote is a quotation, and does nothing. A suggestion is shown as it is where a button applies it,
since what is shown must be what is applied.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app import redact
from app.harmless import code, harmless, line, quote, spelled, visible

MAX_REMARKS = 30
"""Remarks on lines that one review makes at most, the gravest first."""

_BODY = 60_000  # UTF-16 units: room below GitHub's 65,536 characters for the marker and the end
_TITLE, _DESCRIPTION, _LISTED, _SUGGESTION, _NOTES = 300, 4_000, 1_200, 4_000, 10
_SEVERITIES = ("critical", "error", "warning", "info")
_COMMAND = re.compile(r"(?m)^[^\S\n]*/[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the ledger, as the review of a commit has it; lines are of the base where it is `old`."""

    id: str
    number: int
    severity: str
    category: str
    title: str
    description: str
    suggestion: str | None
    path: str
    start: int | None
    end: int | None
    old: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """A review that is to be shown: `findings` are those that were not shown before, the gravest first.

    `total` counts all that are open at `sha`. `notes` say what the reviewer left out.
    """

    id: str
    sha: str
    executor: str
    score: float
    min_score: float
    blocking: Sequence[str]
    total: int
    findings: Sequence[Finding]
    notes: Sequence[str] = ()


def review_marker(review_id: str) -> str:
    """What our review, or the comment in its place, begins with."""
    return f"<!-- dursor:review:{review_id} -->"


def finding_marker(finding_id: str) -> str:
    """What stands before a finding wherever it is shown."""
    return f"<!-- dursor:finding:{finding_id} -->"


def may_be_applied(suggestion: str) -> bool:
    """Whether a suggestion can be shown as it is: it hides nothing, and no line of it is a command to a program."""
    return (
        len(suggestion) <= _SUGGESTION
        and visible(suggestion) == suggestion == redact.text(suggestion)
        and suggestion.encode("utf-8", "replace").decode() == suggestion
        and not _COMMAND.search(suggestion)
    )


def remark(finding: Finding, *, one_click: bool) -> str:
    """The remark on a finding's lines. `one_click`: GitHub puts the suggestion in their place at a button."""
    how = f"Not a problem? Reply `/dursor decline REASON`. This is F{finding.number}."
    parts = [_head(finding), _described(finding, _DESCRIPTION), _suggested(finding, one_click=one_click)]
    return f"{finding_marker(finding.id)}\n" + "\n\n".join(filter(None, [*parts, f"<sub>{how}</sub>"]))


def review_body(review: Review, on_lines: Collection[str]) -> str:
    """The review itself, which holds every finding whose id is not in `on_lines`, as far as there is room."""
    listed = [finding for finding in review.findings if finding.id not in on_lines]
    parts = [review_marker(review.id), _summary(review), *_where(review, on_lines)]
    end = _end(review, some_listed=bool(listed))
    room = _BODY - _units("\n\n".join([*parts, *end]))
    for done, finding in enumerate(listed):
        entry = _entry(finding)
        room -= _units(entry) + 2
        if room < 0:
            parts.append(_left_out(listed[done:]))
            break
        parts.append(entry)
    return "\n\n".join([*parts, *end])


def _summary(review: Review) -> str:
    new = len(review.findings)
    known = review.total - new
    found = f"**{new:,} new finding{'s' * (new != 1)}** at `{review.sha[:10]}`" + (
        f", beside {known:,} that were shown before" if known > 0 else ""
    )
    enough = f"{review.min_score:.2f} is enough"
    blocks = f"; {' and '.join(review.blocking)} findings block a merge" if review.blocking else ""
    return f"{found}. Reviewed by {code(review.executor)}: score **{review.score:.2f}**, where {enough}{blocks}."


def _where(review: Review, on_lines: Collection[str]) -> list[str]:
    """How many there are of each severity, and where they are shown."""
    rows = []
    for severity in _SEVERITIES:
        these = [finding for finding in review.findings if finding.severity == severity]
        if these:
            counts = Counter(finding.category for finding in these)
            kinds = ", ".join(f"{count:,} {category}" for category, count in sorted(counts.items()))
            there = sum(finding.id in on_lines for finding in these)
            rows.append(f"| {severity} | {len(these):,} | {kinds} | {there:,} |")
    head = ["| severity | findings | of these | on lines of the diff |", "| --- | ---: | --- | ---: |"]
    return ["\n".join([*head, *rows])] if rows else []


def _end(review: Review, *, some_listed: bool) -> list[str]:
    notes = [f"- {line(note, 300)}" for note in review.notes[:_NOTES]]
    if len(review.notes) > _NOTES:
        notes.append(f"- and {len(review.notes) - _NOTES:,} more notes")
    how = "Not a problem? Say `/dursor decline F1 REASON`, with the number of the finding." if some_listed else ""
    return [*(["\n".join(["Left out:", "", *notes])] if notes else []), *([f"<sub>{how}</sub>"] if how else [])]


def _left_out(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    told = ", ".join(f"{counts[severity]:,} {severity}" for severity in _SEVERITIES if counts[severity])
    return f"**{len(findings):,} more** do not fit ({told}); they follow with the next review."


def _entry(finding: Finding) -> str:
    parts = [f"{_head(finding)}\n{_place(finding)}", _described(finding, _LISTED), _suggested(finding, one_click=False)]
    return f"{finding_marker(finding.id)}\n" + "\n\n".join(filter(None, parts))


def _head(finding: Finding) -> str:
    return f"**F{finding.number} · {finding.severity} · {finding.category}:** {line(finding.title, _TITLE)}"


def _place(finding: Finding) -> str:
    if not finding.path:
        return "(about no file)"
    if finding.start is None:
        return code(finding.path, 300)
    last = finding.end if finding.end is not None and finding.end > finding.start else None
    lines = f"line {finding.start}" if last is None else f"lines {finding.start} to {last}"
    return f"{code(finding.path, 300)}, {lines}" + (" before the change" if finding.old else "")


def _described(finding: Finding, limit: int) -> str:
    """What it says beyond its title, with which many tools begin."""
    said = finding.description.strip()
    first, _, rest = said.partition("\n")
    said = rest.strip() if first.strip() == finding.title.strip() else said
    return quote(said, limit) + ("\n> …" if len(said) > limit else "") if said else ""


def _suggested(finding: Finding, *, one_click: bool) -> str:
    if finding.suggestion is None:
        return ""
    if one_click:
        return _fenced(finding.suggestion.removesuffix("\n"), "suggestion", is_empty=not finding.suggestion)
    shown = harmless(spelled(finding.suggestion.replace("\r\n", "\n")), _SUGGESTION)
    return f"Suggested instead:\n\n{_fenced(shown, '')}" if shown.strip() else "Suggested: take these lines out."


def _fenced(text: str, info: str, *, is_empty: bool = False) -> str:
    """`text` in a fence that nothing in it can end."""
    marks = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{marks}{info}\n{marks}" if is_empty else f"{marks}{info}\n{text}\n{marks}"


def _units(text: str) -> int:
    """How long it is to GitHub, which counts some characters twice."""
    return len(text.encode("utf-16-le", "replace")) // 2
