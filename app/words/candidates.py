"""Several candidates for one task: their comparison, their pull requests, and what cannot be done with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app import redact
from app.harmless import code, harmless, line, spelled
from app.lifecycle.run import Phase, Run, Wait
from app.words.standing import PHASES, WAITS
from app.words.sticky import duration

MAX_CANDIDATE_DIFF, _DIFFS = 12_000, 40_000
"""Characters of one diff, and of all in one comment."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate as it is compared; what is not known of it is None. `added` and `removed` are lines."""

    number: int
    executor: str
    run: Run
    ci: str | None = None
    score: float | None = None
    blocking: int = 0
    files: int | None = None
    added: int = 0
    removed: int = 0
    cost_usd: float | None = None
    cost_is_estimate: bool = False
    seconds: float = 0.0
    diff: str = ""
    is_taken: bool = False


def candidates_marker(task_id: str) -> str:
    """What the comparison of a task's candidates is found again by."""
    return f"<!-- dursor:candidates:{task_id} -->"


def comparison(found: Sequence[Candidate], leader: Run, *, is_over: bool, chooses: bool) -> str:
    """The one comment that compares candidates, without its marker.

    `is_over`: none of them works any more. `chooses`: dursor takes one by itself, then.
    """
    head = "| | by | stands | CI | review | changed | cost | time |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
    rows = [_row(one) for one in found]
    each = min(MAX_CANDIDATE_DIFF, _DIFFS // max(1, len(found)))
    diffs = [_details(one, each) for one in found if one.diff]
    told = _next(found, leader, is_over=is_over, chooses=chooses)
    return "\n\n".join([f"**{len(found)} candidates.** {told}", "\n".join([head, *rows]), *diffs])


def candidate_title(title: str, number: int, executor: str) -> str:
    """The title of a candidate's pull request."""
    return f"{title} (candidate {number}, {executor})"


def candidate_body(body: str, number: int, executor: str, place: int | None) -> str:
    """The description of a candidate's pull request: what it is, and then the usual one."""
    where = f" for #{place}" if place is not None else ""
    told = f"Candidate {number}{where}, by {code(executor)}. `/dursor pick {number}` takes it there."
    return f"{told}\n\n{body}"


def candidate_closed(why: str) -> str:
    """The last word on the pull request of a candidate that nobody needs any more."""
    return f"dursor closes this: {harmless(why)}"


def _next(found: Sequence[Candidate], leader: Run, *, is_over: bool, chooses: bool) -> str:
    taken = next((one for one in found if one.is_taken), None)
    if taken is not None:
        shown = f" #{taken.run.pr_number} goes on." if leader.pr_number is None else ""
        return f"Candidate {taken.number} was taken.{shown}"
    if leader.is_terminal:
        return "None was taken."
    if not is_over:
        return "They work, each on a branch of its own. **Acts next:** dursor."
    if chooses:
        return "They are done. **Acts next:** dursor, which takes the best one that CI is green for."
    return "They are done. **Acts next:** a maintainer, who compares them and says `/dursor pick N` here."


def _row(one: Candidate) -> str:
    number = f"#{one.run.pr_number}" if one.run.pr_number is not None else ""
    review = "" if one.score is None else f"{one.score:.2f}, {one.blocking} blocking"
    changed = "" if one.files is None else f"{_plural(one.files, 'file')}, +{one.added} −{one.removed}"  # noqa: RUF001
    cost = "" if one.cost_usd is None else f"{'about ' if one.cost_is_estimate else ''}${one.cost_usd:.2f}"
    cells = [
        f"**{one.number}** {number}", code(one.executor), _stands(one), line((one.ci or "").replace("_", " ")), review,
        changed, cost, duration(one.seconds),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _stands(one: Candidate) -> str:
    if one.is_taken:
        return "**taken**"
    if one.run.wait is Wait.CANDIDATE:
        return "done"
    if one.run.wait is not None:
        return line(WAITS[one.run.wait][0])
    return "closed" if one.run.phase is Phase.CANCELED else PHASES[one.run.phase]


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _details(one: Candidate, limit: int) -> str:
    text = spelled(redact.text(one.diff).replace("\r", ""))
    if len(text) > limit:
        text = f"{text[: text.rfind(chr(10), 0, limit) + 1]}[cut here: its pull request shows all of it]"
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    title = f"Candidate {one.number}, {harmless(one.executor, 60)}: what it changes"
    return f"<details><summary>{title}</summary>\n\n{fence}diff\n{text.rstrip()}\n{fence}\n\n</details>"
