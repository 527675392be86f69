"""How a run stands for people who look: what is known of each merge gate, and who acts next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.lifecycle import moves
from app.lifecycle.gate import Evidence, Gate, Unmet
from app.lifecycle.merge_gate import DRAFT, NOT_APPROVED, NOT_REVIEWED, Finding, ci_gate, review_gate
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run, Wait


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored about the head. `gates` is the last look at all gates of this very commit, None before one.

    `since` is when each gate was first seen not to hold, at whichever commit, where it did not hold ever since;
    `head_since` when the head was first seen.
    """

    ci: str | None = None
    ci_why: str = ""
    ci_since: str | None = None
    ci_evidence: Sequence[Evidence] = ()
    review_score: float | None = None
    review_since: str | None = None
    blocking: Sequence[Finding] = ()
    others: Sequence[Finding] = ()
    is_draft: bool = False
    gates: Sequence[Unmet] | None = None
    since: Mapping[Gate, str] = field(default_factory=dict)
    head_since: str | None = None


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate as it is shown: `met` is None while nobody has looked."""

    gate: Gate
    met: bool | None
    why: str = ""
    actor: str = ""
    evidence: Sequence[Evidence] = ()
    since: str | None = None


_WHERE_IT_APPLIES = frozenset(
    {
        Gate.APPROVALS, Gate.CODE_OWNERS, Gate.LAST_PUSH, Gate.REVIEW_DECISION, Gate.CONVERSATIONS, Gate.BEHIND,
        Gate.FORK, Gate.STACK,
    }
)  # fmt: skip
"""Gates that most pull requests do not have: shown only while they are unmet."""


def gate_lines(run: Run, policy: Policy, known: Known) -> tuple[GateLine, ...]:
    """Every gate that concerns this run. What is stored about the head now speaks before the last look."""
    unmet = None if known.gates is None else {found.gate: found for found in known.gates}
    now = {line.gate: line for line in _known_now(run, policy, known)}
    lines: list[GateLine] = []
    for gate in Gate:
        looked = (unmet or {}).get(gate)
        if gate in now:
            same = looked is not None and now[gate].met is False and now[gate].why == looked.why
            lines.append(_line(looked) if looked is not None and same else now[gate])
        elif looked is not None:
            lines.append(_line(looked))
        elif gate not in _WHERE_IT_APPLIES | {Gate.APPROVAL, Gate.REVIEW}:
            lines.append(GateLine(gate, None if unmet is None else True))
    return tuple(_left_to_people(run, policy, line) for line in lines)


def when_told(gates: Sequence[GateLine]) -> tuple[Gate, ...]:
    """The gates that dursor would open, and does not before somebody says so."""
    return tuple(line.gate for line in gates if line.met is False and line.actor == _WHEN_TOLD)


def _left_to_people(run: Run, policy: Policy, line: GateLine) -> GateLine:
    """Once it waits for a person, dursor mends a conflict only at its gates and where its mode says so, else nothing.

    What was not reviewed is reviewed in every mode.
    """
    if line.actor != _US or line.why == NOT_REVIEWED or run.phase is not Phase.AWAITING_HUMAN:
        return line
    unasked = line.gate is not Gate.REVIEW and run.wait is Wait.GATE and moves.works_unasked(run, policy)
    return line if unasked else replace(line, actor=_WHEN_TOLD)


def _line(found: Unmet) -> GateLine:
    return GateLine(found.gate, False, found.why, found.actor, found.evidence, found.since)


def _known_now(run: Run, policy: Policy, known: Known) -> list[GateLine]:
    lines = [_ci(policy, known)]
    if policy.reviews:
        lines.append(_review(policy, known))
    alone = run.mode is Mode.FULL_AUTO and policy.may_merge_alone
    if run.human_approved:
        lines.append(GateLine(Gate.APPROVAL, True))
    elif not alone:
        lines.append(_since(GateLine(Gate.APPROVAL, False, NOT_APPROVED, _MAINTAINER), known, known.head_since))
    if known.is_draft:
        lines.append(_since(_line(DRAFT), known, None))
    return lines


def _ci(policy: Policy, known: Known) -> GateLine:
    if known.ci is None:
        return GateLine(Gate.CI, None)
    found = ci_gate(known.ci, known.ci_why, known.ci_evidence, none_is_green=policy.none_is_green)
    return GateLine(Gate.CI, True) if found is None else _since(_line(found), known, known.ci_since)


def _review(policy: Policy, known: Known) -> GateLine:
    if known.review_score is None:
        return GateLine(Gate.REVIEW, None)
    found = review_gate(known.review_score, policy.min_review_score, known.blocking, known.others)
    return GateLine(Gate.REVIEW, True) if found is None else _since(_line(found), known, known.review_since)


def _since(line: GateLine, known: Known, else_: str | None) -> GateLine:
    return replace(line, since=known.since.get(line.gate, else_))


_US = "dursor"
_MAINTAINER = "a maintainer"
_WHEN_TOLD = "the author or a maintainer"
_NEXT = {
    Wait.CI_NEEDS_PERSON: _MAINTAINER,
    Wait.CI_MISSING: _MAINTAINER,
    Wait.NO_CI: _MAINTAINER,
    Wait.APPROVAL: _MAINTAINER,
    Wait.CANDIDATE: _MAINTAINER,
    Wait.CANDIDATES: _MAINTAINER,
    Wait.REFUSED: _MAINTAINER,
    Wait.OPENING: _MAINTAINER,
    Wait.BROKEN: _MAINTAINER,
    Wait.BUDGET: _MAINTAINER,
    Wait.BASE_RED: "whoever mends the base branch",
}


def next_actor(run: Run, gates: Sequence[GateLine]) -> str | None:
    """Who can move it on; None when nobody has to."""
    if run.is_terminal:
        return None
    if run.paused:
        return _MAINTAINER
    if run.wait is Wait.GATE:
        actors = dict.fromkeys(line.actor for line in gates if line.met is False and line.actor)
        return ", ".join(actors) or _MAINTAINER
    if run.wait is not None:
        return _NEXT.get(run.wait, _WHEN_TOLD)
    return "CI" if run.phase is Phase.WAITING_CI else _US
