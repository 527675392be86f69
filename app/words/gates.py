"""The merge gates in words, and our check run, which shows them at the commit."""

from __future__ import annotations

from collections.abc import Sequence

from app.commands.offers import Offer, offers
from app.harmless import line, quote
from app.lifecycle.merge_gate import Gate
from app.lifecycle.run import Phase, Run
from app.lifecycle.standing import GateLine, next_actor
from app.words.standing import PHASES, WAITS

CHECK_NAME = "dursor"

GATES: dict[Gate, str] = {
    Gate.CI: "CI is green at this commit",
    Gate.REVIEW: "The review of this commit is good enough",
    Gate.CHANGES_REQUESTED: "Nobody wants changes",
    Gate.APPROVALS: "The branch has the approvals it demands",
    Gate.APPROVAL: "A person approved this commit",
    Gate.DRAFT: "It is no draft",
    Gate.CONFLICT: "It has no conflict",
    Gate.BEHIND: "It holds the newest base",
    Gate.PROTECTED: "It touches no protected path, or a person approved that",
    Gate.GAMING: "It weakens no check, or a person approved that",
    Gate.SECRET: "It adds no secret",
    Gate.SIZE: "It is within the limits of size",
    Gate.FORK: "A maintainer approved what comes from a fork",
    Gate.STACK: "It is in no stack",
    Gate.QUEUE: "The branch has no merge queue",
}


def checklist(gates: Sequence[GateLine]) -> list[str]:
    """Each gate as met, unmet with its reason and who can change that, or not looked at yet."""
    return [_gate(one) for one in gates]


def unmet_of(gates: Sequence[GateLine]) -> list[GateLine]:
    """The gates that are known not to hold."""
    return [one for one in gates if one.met is False]


def check_run(run: Run, gates: Sequence[GateLine], awaiting: str | None = None) -> tuple[str, str, str | None]:
    """Title, summary and conclusion of our check run; no conclusion while dursor or CI works, or awaits something.

    What waits for a person is neutral: `action_required` would make the pull request look broken and, where our
    check is required, take the merge away from the very person who is asked.
    """
    conclusion = {
        Phase.COMPLETED: "success",
        Phase.FAILED: "failure",
        Phase.CANCELED: "cancelled",
        Phase.AWAITING_HUMAN: "neutral",
    }.get(run.phase, "neutral" if run.paused else None)
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
    if run.note:
        parts.append(quote(run.note))
    if actor := next_actor(run, gates):
        parts.append(f"Acts next: **{line(actor)}**.")
    if not run.is_terminal and gates:
        parts.append("\n".join(["### Merge gates", "", *checklist(gates)]))
    return title, "\n\n".join(parts), conclusion


def buttons(run: Run) -> tuple[Offer, ...]:
    """The three likeliest commands: more buttons GitHub does not take."""
    return offers(run)[:3]


def every_gate_holds() -> tuple[str, str, str]:
    """Title, summary and conclusion of our check run right before a merge."""
    return "Every gate holds", "dursor merges this commit now.", "success"


def _gate(one: GateLine) -> str:
    if one.met is None:
        return f"- ⬜ {GATES[one.gate]}: not looked at yet"
    if one.met:
        return f"- ✅ {GATES[one.gate]}"
    who = f" ({line(one.actor)})" if one.actor else ""
    return f"- ❌ {GATES[one.gate]}: {line(one.why, 500)}{who}"
