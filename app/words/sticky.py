"""The status comment: where it stands, who acts next, what was done, and boxes for what can be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.commands.offers import offers
from app.harmless import code, line, quote
from app.lifecycle.merge_gate import Finding, Gate
from app.lifecycle.policy import Policy
from app.lifecycle.run import Phase, Run
from app.lifecycle.standing import GateLine, next_actor, when_told
from app.words.gates import checklist, link, moment, unmet_of
from app.words.merging import left_to_github
from app.words.standing import PHASES, WAITS

STATUS_MARKER = "<!-- dursor:status -->"
_SHOWN = 10
_LISTED = 30


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time an executor worked: what for, which, how it ended, and what it said."""

    work: str
    executor: str
    status: str
    said: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that is shown of a run. Times are those of its last change, so that nothing else changes them.

    `since` is when it came to where it is (ISO 8601, UTC); `worked` and `waited` are seconds until then. `awaiting`
    says what its work waits for that comes by itself. `findings` are open, the gravest first; `asked` is who asked
    for what that is not done; `looked_at` when all gates of the head were looked at last.
    """

    run: Run
    policy: Policy
    gates: Sequence[GateLine]
    since: str
    worked: float = 0.0
    waited: float = 0.0
    cost_is_estimate: bool = False
    money: str | None = None
    awaiting: str | None = None
    ci: str | None = None
    failures: Sequence[tuple[str, str | None]] = ()
    review: str | None = None
    score: float | None = None
    findings: Sequence[Finding] = ()
    asked: Sequence[tuple[str, str]] = ()
    looked_at: str | None = None
    attempts: Sequence[Attempt] = ()
    config_error: str | None = None
    config_cuts: Sequence[str] = ()


def status_comment(seen: Seen) -> str:
    """The sticky comment, without its marker."""
    run = seen.run
    blocks = [f"**dursor** is {_where(run)} · {code((run.head_sha or '')[:10])} · {run.mode}"]
    blocks += [_why(seen), "\n".join(_way(seen))]
    if boxes := offers(run, when_told(seen.gates)):
        told = "\n".join(f"- [ ] {offer.label} <!-- /dursor {offer.command} -->" for offer in boxes)
        blocks.append(f"Tick what dursor should do now:\n\n{told}")
    if not run.is_terminal:
        found = [_finding(one) for one in seen.findings]
        asked = [f"- {line(who)}: {line(what)}" for who, what in seen.asked]
        blocks.append(_details("Merge gates", checklist(seen.gates)))
        blocks.append(_details(f"Open findings: {len(found)}", _list(found)))
        blocks.append(_details(f"Asked for and not done: {len(asked)}", _list(asked)))
    if seen.failures:
        blocks.append(_details("What failed last", [_failure(*found) for found in seen.failures[:_SHOWN]]))
    if seen.attempts:
        blocks.append(_details("What was done", [_attempt(one) for one in seen.attempts[-_SHOWN:]]))
    if seen.config_error:
        blocks.append(f"⚠️ The configuration is wrong, the last good one is in force:\n{quote(seen.config_error)}")
    if seen.config_cuts:
        blocks.append(f"The server's operator allows less than the configuration asks for: {_few(seen.config_cuts)}.")
    blocks.append(f"<sub>{' · '.join([*_spent(seen), '`/dursor help` shows what you can say'])}</sub>")
    return "\n\n".join(block for block in blocks if block)


def _where(run: Run) -> str:
    return PHASES[run.phase] + (", paused" if run.paused else "")


def _why(seen: Seen) -> str:
    run, parts = seen.run, []
    if run.paused:
        parts.append("It works on when somebody trusted says `/dursor resume`.")
    if seen.awaiting:
        parts.append(seen.awaiting)
    if left := left_to_github(run):
        parts.append(left)
    if run.wait is not None:
        why, what = WAITS[run.wait]
        parts.append(f"{why} **Next:** {what}.")
    actor = next_actor(run, seen.gates)
    parts.append(f"{'Acts next: **' + line(actor) + '**, s' if actor else 'S'}ince {moment(seen.since)}.")
    return " ".join(parts) + (f"\n\n{quote(run.note)}" if run.note else "")


def _way(seen: Seen) -> list[str]:
    """The way from taken to merged, one line for each station."""
    run, lines = seen.run, ["- ✅ Taken"]
    lines.append(f"- {_ci_sign(seen)} CI: {_ci(seen)}")
    if seen.policy.reviews:
        lines.append(f"- {_review_sign(seen)} Review: {_review(seen)}")
    unmet = unmet_of(seen.gates)
    if run.phase is Phase.COMPLETED:
        return [*lines, "- ✅ Merge gates", "- ✅ Merged"]
    if run.is_terminal:
        return [*lines, f"- 🚫 {PHASES[run.phase].capitalize()}"]
    told = f": {len(unmet)} not met" if unmet else (": all hold" if run.phase is Phase.MERGING else "")
    sign = "✅" if run.phase is Phase.MERGING and not unmet else "⬜"
    return [*lines, f"- {sign} Merge gates{told}", f"- {'⏳' if run.phase is Phase.MERGING else '⬜'} Merged"]


def _ci_sign(seen: Seen) -> str:
    if seen.run.phase is Phase.FIXING_CI:
        return "🔧"
    known = {"green": "✅", "red": "❌", "conflict": "❌", None: "⬜", "pending": "⏳"}
    return known.get(seen.ci, "⚠️")


def _ci(seen: Seen) -> str:
    said = (seen.ci or "not read yet").replace("_", " ")
    names = ", ".join(code(name) for name, _ in seen.failures[:3])
    more = f" and {len(seen.failures) - 3} more" if len(seen.failures) > 3 else ""
    return said + (f" ({names}{more})" if names else "")


def _review_sign(seen: Seen) -> str:
    if seen.run.phase is Phase.REVIEWING:
        return "⏳"
    if seen.run.phase is Phase.FIXING_REVIEW:
        return "🔧"
    if seen.score is None:
        return "⬜"
    return "❌" if any(gate.gate is Gate.REVIEW and gate.met is False for gate in seen.gates) else "✅"


def _review(seen: Seen) -> str:
    if seen.score is None:
        return "not yet"
    return line(seen.review) if seen.review else f"{seen.score:.2f} of {seen.policy.min_review_score:.2f}"


def _failure(name: str, step: str | None) -> str:
    return f"- {code(name)}" + (f" in the step {code(step)}" if step else "")


def _finding(one: Finding) -> str:
    return f"- {link(one.name, one.url)} {one.severity}, {code(one.place)}: {line(one.title)}"


def _list(lines: Sequence[str]) -> list[str]:
    more = [f"- and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return [*lines[:_LISTED], *more]


def _attempt(one: Attempt) -> str:
    return f"- {one.work} with {code(one.executor)}: {one.status}" + (f". {line(one.said)}" if one.said else "")


def _spent(seen: Seen) -> list[str]:
    run, policy, parts = seen.run, seen.policy, []
    if run.iteration:
        told = f"{run.iteration} of {policy.max_iterations} fixes"
        told += f" (CI {run.ci_iterations} of {policy.max_ci_fixes}"
        told += f", review {run.review_iterations} of {policy.max_review_fixes})"
        parts.append(told)
    if seen.worked >= 1 or seen.waited >= 1:
        parts.append(f"worked {duration(seen.worked)}, waited for people {duration(seen.waited)}")
    if seen.money is not None:
        parts.append(seen.money.rstrip(".") + (" (an estimate)" if seen.cost_is_estimate else ""))
    return parts


def duration(seconds: float) -> str:
    """A time in the two largest units that say something."""
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = int(seconds / 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _few(texts: Sequence[str]) -> str:
    return ", ".join(code(text) for text in texts[:_SHOWN])


def _details(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]) if lines else ""
