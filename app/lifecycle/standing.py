"""How a run stands for people who look: what is known of each merge gate, and who acts next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.lifecycle.ci_verdict import Answer
from app.lifecycle.merge_gate import Gate, Unmet
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run, Wait


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored about the head. `gates` is the last look at all gates of this very commit, None before one."""

    ci: str | None = None
    ci_why: str = ""
    review_score: float | None = None
    blocking: int = 0
    is_draft: bool = False
    gates: Sequence[Unmet] | None = None


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate as it is shown: `met` is None while nobody has looked."""

    gate: Gate
    met: bool | None
    why: str = ""
    actor: str = ""


_WHERE_IT_APPLIES = frozenset({Gate.APPROVALS, Gate.BEHIND, Gate.FORK, Gate.STACK, Gate.QUEUE})
"""Gates that most pull requests do not have: shown only while they are unmet."""


def gate_lines(run: Run, policy: Policy, known: Known) -> tuple[GateLine, ...]:
    """Every gate that concerns this run. What is stored about the head now speaks before the last look."""
    unmet = None if known.gates is None else {found.gate: found for found in known.gates}
    now = {line.gate: line for line in _known_now(run, policy, known)}
    lines: list[GateLine] = []
    for gate in Gate:
        if gate in now:
            lines.append(now[gate])
        elif unmet is not None and gate in unmet:
            lines.append(GateLine(gate, False, unmet[gate].why, unmet[gate].actor))
        elif gate not in _WHERE_IT_APPLIES | {Gate.APPROVAL, Gate.REVIEW}:
            lines.append(GateLine(gate, None if unmet is None else True))
    return tuple(lines)


def _known_now(run: Run, policy: Policy, known: Known) -> list[GateLine]:
    lines = [_ci(policy, known)]
    if policy.reviews:
        lines.append(_review(policy, known))
    alone = run.mode is Mode.FULL_AUTO and policy.may_merge_alone
    if run.human_approved:
        lines.append(GateLine(Gate.APPROVAL, True))
    elif not alone:
        lines.append(GateLine(Gate.APPROVAL, False, "nobody with write permission approved this commit", _MAINTAINER))
    if known.is_draft:
        lines.append(GateLine(Gate.DRAFT, False, "it is a draft", "the author"))
    return lines


def _ci(policy: Policy, known: Known) -> GateLine:
    if known.ci is None:
        return GateLine(Gate.CI, None)
    if known.ci == Answer.GREEN or (known.ci == Answer.NONE and policy.none_is_green):
        return GateLine(Gate.CI, True)
    why = f"CI is {known.ci.replace('_', ' ')}" + (f": {known.ci_why}" if known.ci_why else "")
    return GateLine(Gate.CI, False, why, "CI" if known.ci == Answer.PENDING else "whoever mends it")


def _review(policy: Policy, known: Known) -> GateLine:
    if known.review_score is None:
        return GateLine(Gate.REVIEW, None)
    if known.blocking:
        return GateLine(Gate.REVIEW, False, f"the review has {known.blocking} findings that block", "dursor")
    if known.review_score < policy.min_review_score:
        why = f"the review scored {known.review_score:.2f} of {policy.min_review_score:.2f}"
        return GateLine(Gate.REVIEW, False, why, "dursor")
    return GateLine(Gate.REVIEW, True)


_MAINTAINER = "a maintainer"
_NEXT = {
    Wait.CI_NEEDS_PERSON: _MAINTAINER,
    Wait.CI_MISSING: _MAINTAINER,
    Wait.NO_CI: _MAINTAINER,
    Wait.APPROVAL: _MAINTAINER,
    Wait.REFUSED: _MAINTAINER,
    Wait.BROKEN: _MAINTAINER,
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
        return _NEXT.get(run.wait, "the author or a maintainer")
    return "CI" if run.phase is Phase.WAITING_CI else "dursor"
