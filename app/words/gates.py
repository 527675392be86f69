"""The merge gates in words, the same words everywhere, and our check run, which shows them at the commit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.commands.offers import Offer, offers
from app.harmless import line, quote
from app.lifecycle.gate import Evidence, Gate
from app.lifecycle.run import MergeWay, Phase, Run
from app.lifecycle.standing import GateLine, next_actor, when_told
from app.words.merging import WAYS, left_to_github
from app.words.standing import PHASES, WAITS

CHECK_NAME = "dursor"

GATES: dict[Gate, str] = {
    Gate.CI: "CI is green at this commit",
    Gate.REVIEW: "The review of this commit is good enough",
    Gate.CHANGES_REQUESTED: "Nobody wants changes",
    Gate.APPROVAL: "A person approved this commit",
    Gate.APPROVALS: "The branch has the approvals it demands",
    Gate.CODE_OWNERS: "The code owners approved",
    Gate.LAST_PUSH: "Somebody else approved the last push",
    Gate.REVIEW_DECISION: "GitHub demands no further review",
    Gate.CONVERSATIONS: "All conversations are resolved",
    Gate.DRAFT: "It is no draft",
    Gate.CONFLICT: "It has no conflict",
    Gate.BEHIND: "It holds the newest base",
    Gate.PROTECTED: "It touches no protected path, or a person approved that",
    Gate.GAMING: "It weakens no check, or a person approved that",
    Gate.SECRET: "It adds no secret",
    Gate.SIZE: "It is within the limits of size, or a person approved that",
    Gate.UNREADABLE: "All of it can be looked into, or a person approved that",
    Gate.FORK: "A maintainer approved what comes from a fork",
    Gate.STACK: "It is in no stack",
}


_SHOWN = 5
_PAGE = re.compile(r"https?://[\w.:-]+(?:/[\w./%~=?&;#+,-]*)?")


def checklist(gates: Sequence[GateLine]) -> list[str]:
    """Each gate as met, unmet with reason, evidence, who acts next and since when, or not looked at yet."""
    return [f"- {gate_text(one)}" for one in gates]


def gate_text(one: GateLine) -> str:
    """One gate on one line of Markdown: these words and no others, wherever it is shown."""
    title = GATES[one.gate]
    if one.met is None:
        return f"⬜ {title}: not looked at yet"
    if one.met:
        return f"✅ {title}"
    parts = [f"❌ {title}: {line(one.why, 500)}."]
    if shown := [told for found in one.evidence if (told := _evidence(found, one.why))]:
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        parts.append(f"Evidence: {', '.join(shown[:_SHOWN])}{more}.")
    if one.actor:
        parts.append(f"Next: {line(one.actor)}.")
    if one.since:
        parts.append(f"Since {moment(one.since)}.")
    return " ".join(parts)


def gates_json(gates: Sequence[GateLine]) -> list[dict[str, Any]]:
    """The same for programs: each gate with its parts, and `text` as people read it."""
    return [
        {
            "gate": one.gate.value,
            "met": one.met,
            "why": one.why or None,
            "evidence": [{"text": found.text, "url": found.url} for found in one.evidence],
            "next": one.actor or None,
            "since": one.since,
            "text": gate_text(one),
        }
        for one in gates
    ]


def moment(iso: str) -> str:
    """A time to the minute."""
    return f"{iso[:10]} {iso[11:16]} UTC"


def link(text: str, url: str | None) -> str:
    """Text on one line, as a link where the address is nothing but one."""
    shown = line(text)
    return f"[{shown}]({url})" if url and len(url) <= 500 and _PAGE.fullmatch(url) else shown


def _evidence(found: Evidence, why: str) -> str:
    """What the reason says already is not said again, unless it has a page."""
    shown = link(found.text, found.url)
    return "" if shown == line(found.text) and found.text in why else shown


def unmet_of(gates: Sequence[GateLine]) -> list[GateLine]:
    """The gates that are known not to hold."""
    return [one for one in gates if one.met is False]


def check_run(run: Run, gates: Sequence[GateLine], awaiting: str | None = None) -> tuple[str, str, str | None]:
    """Title, summary and conclusion of our check run; no conclusion while dursor or CI works, or awaits something.

    What waits for a person is neutral: `action_required` would make the pull request look broken and, where our
    check is required, take the merge away from the very person who is asked.
    """
    if run.is_merging and run.merge_way is not None:
        return every_gate_holds(run.merge_way)
    conclusion = {
        Phase.COMPLETED: "success",
        Phase.FAILED: "failure",
        Phase.CANCELED: "cancelled",
        Phase.AWAITING_HUMAN: "neutral",
    }.get(run.phase, "neutral" if run.paused else None)
    if run.merge_way is not None and conclusion == "neutral":
        conclusion = None  # GitHub takes neutral for a pass, and may merge until it is told not to
    title = PHASES[run.phase].capitalize() + (", paused" if run.paused else "")
    parts = []
    if run.paused:
        parts.append("**Next:** `/dursor resume`.")
    if run.wait is not None:
        why, what = WAITS[run.wait]
        parts.append(f"{why} **Next:** {what}.")
    elif not run.paused:
        parts.append(f"dursor is {PHASES[run.phase]}.")
    if awaiting:
        parts.append(awaiting)
    if left := left_to_github(run):
        parts.append(left)
    if run.note:
        parts.append(quote(run.note))
    if actor := next_actor(run, gates):
        parts.append(f"Acts next: **{line(actor)}**.")
    if not run.is_terminal and gates:
        parts.append("\n".join(["### Merge gates", "", *checklist(gates)]))
    return title, "\n\n".join(parts), conclusion


def buttons(run: Run, gates: Sequence[GateLine]) -> tuple[Offer, ...]:
    """The three likeliest commands: more buttons GitHub does not take."""
    return offers(run, when_told(gates))[:3]


def every_gate_holds(way: MergeWay | None) -> tuple[str, str, str]:
    """Title, summary and conclusion of our check run right before a merge, and while GitHub has it in hand."""
    return "Every gate holds", "dursor merges this commit now." if way is None else WAYS[way], "success"
