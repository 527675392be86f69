"""What is offered can be said: every offer parses, fits GitHub's buttons, and every state of a run has its own."""

from __future__ import annotations

import itertools

import pytest

from app.commands import grammar, table
from app.commands.offers import ALL, Offer, offers
from app.lifecycle.gate import Gate
from app.lifecycle.run import TERMINAL, Mode, Phase, Run, Wait


def every_run() -> list[Run]:
    states: list[tuple[Phase, Wait | None]] = [(phase, None) for phase in Phase if phase is not Phase.AWAITING_HUMAN]
    states += [(Phase.AWAITING_HUMAN, wait) for wait in Wait]
    return [
        Run("r", mode, phase, wait=wait, paused=paused, head_sha="a" * 40, pr_number=1)
        for (phase, wait), mode, paused in itertools.product(states, Mode, (False, True))
    ]


@pytest.mark.parametrize("offer", ALL, ids=lambda offer: offer.command)
def test_every_offer_is_a_command_that_is_understood_and_fits_a_button(offer: Offer):
    (command,) = grammar.commands(f"/dursor {offer.command}")

    assert command.verb in table.VERBS
    assert table.wrong_argument(command.verb, command.rest) is None
    assert len(table.signals_of(command.verb, command.rest, "alice", "a" * 40)) == 1
    assert 0 < len(offer.command) <= 20
    assert 0 < len(offer.label) <= 20
    assert 0 < len(offer.description) <= 40


@pytest.mark.parametrize("run", every_run(), ids=lambda run: f"{run.phase}-{run.wait}-{run.mode}-{run.paused}")
def test_every_run_is_offered_something_until_it_is_merged(run: Run):
    offered = offers(run)

    assert bool(offered) is (run.phase is not Phase.COMPLETED)
    assert len(set(offered)) == len(offered)
    assert set(offered) <= set(ALL)


WAITING = {
    Wait.APPROVAL: "approve",
    Wait.CI_RED: "fix ci",
    Wait.FINDINGS: "fix review",
    Wait.CONFLICT: "fix conflicts",
    Wait.BROKEN: "retry",
}


@pytest.mark.parametrize(("wait", "first"), WAITING.items())
def test_what_would_help_comes_first(wait: Wait, first: str):
    assert offers(Run("r", Mode.INTERACTIVE, Phase.AWAITING_HUMAN, wait=wait))[0].command == first


@pytest.mark.parametrize(
    ("gates", "wait", "offered"),
    [
        ((), Wait.GATE, ["approve", "retry", "cancel"]),
        ((Gate.REVIEW,), Wait.GATE, ["approve", "fix review", "retry", "cancel"]),
        ((Gate.CONFLICT, Gate.BEHIND), Wait.GATE, ["approve", "fix conflicts", "retry", "cancel"]),
        ((Gate.CONFLICT,), Wait.APPROVAL, ["approve", "fix conflicts", "cancel"]),
    ],
)
def test_what_opens_a_gate_is_offered_where_that_gate_does_not_hold(gates, wait: Wait, offered: list[str]):
    run = Run("r", Mode.INTERACTIVE, Phase.AWAITING_HUMAN, wait=wait)

    assert [offer.command for offer in offers(run, gates)] == offered


def test_a_pause_can_be_ended_and_work_can_be_paused():
    assert offers(Run("r", Mode.SEMI_AUTO, Phase.FIXING_CI))[0].command == "pause"
    assert offers(Run("r", Mode.SEMI_AUTO, Phase.FIXING_CI, paused=True))[0].command == "resume"


@pytest.mark.parametrize("phase", sorted(TERMINAL - {Phase.COMPLETED}))
def test_what_ended_can_be_tried_again(phase: Phase):
    assert [offer.command for offer in offers(Run("r", Mode.SEMI_AUTO, phase))] == ["retry"]
