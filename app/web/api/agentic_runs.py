"""/agentic-runs: pull requests on their way, every decision about them, and what a person may tell them to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from app.lifecycle import signals
from app.lifecycle.run import Mode
from app.perform import seeing
from app.store import listing
from app.store.connection import Connection
from app.web.api.acting import BY, tell
from app.web.api.operation import Call, Handler, Operation
from app.web.api.paging import found, lists
from app.web.api.shapes import Id, Moment, Object, Page, Paged, Sent, Shown
from app.web.api.tasks import ModeName, expect_allowed
from app.words import gates_json

PhaseName = Literal[
    "coding", "waiting_ci", "fixing_ci", "reviewing", "fixing_review", "awaiting_human", "merging", "completed",
    "failed", "canceled",
]  # fmt: skip
Switched = Annotated[bool, BeforeValidator(bool)]


class AgenticRun(Shown):
    """A run: one pull request on its way."""

    id: str
    task_id: str
    mode: ModeName
    phase: PhaseName
    phase_since: Moment | None
    paused: Switched
    wait: str | None = Field(description="why it waits for a person, in one word")
    note: str | None = Field(description="the same for people")
    pr_number: int | None
    current_sha: str | None
    iteration: int
    ci_iterations: int
    review_iterations: int
    attempt: int | None
    human_approved: bool
    approved_by: str | None
    last_ci_result: Object
    last_review_score: float | None
    active_seconds: float | None
    more_usd: float | None = Field(description="dollars that people added to its budget")
    error: str | None
    started_at: Moment
    last_activity: Moment


class ShownEvidence(Shown):
    """What shows that a gate does not hold."""

    text: str
    url: str | None


class ShownGate(Shown):
    """One condition of a merge, as the status comment has it."""

    gate: str
    met: bool | None = Field(description="null: nobody has looked yet")
    why: str | None
    evidence: list[ShownEvidence]
    next: str | None = Field(description="who can change it")
    since: str | None
    text: str = Field(description="all of it, as people read it")


class AgenticRunWithGates(AgenticRun):
    """A run with its merge gates; one that is over has none."""

    gates: list[ShownGate]


class AgenticRunQuery(Paged):
    """Filters of the list."""

    repo_id: Id | None = None
    task_id: Id | None = None
    phase: PhaseName | None = None
    mode: ModeName | None = None


class Decision(Shown):
    """One decision about a run."""

    id: str
    task_id: str
    agentic_run_id: str
    timestamp: Moment
    phase: str = Field(description="the phase it led to")
    action: str = Field(description="what had happened")
    agent: str | None
    input_summary: str | None
    output_summary: str | None = Field(description="what was asked for because of it")
    duration_ms: int | None
    success: bool | None
    error: str | None


class ModeChoice(Sent):
    """The mode that a run is to have."""

    mode: ModeName


class Acted(Shown):
    """The run after something was asked of it."""

    changed: bool = Field(description="false: it was so already, or does not apply where the run stands")
    run: AgenticRun


def show(db: Connection, call: Call[None, None]) -> AgenticRunWithGates:
    """The run, with its gates in the words that people see everywhere."""
    run_id = call.ids["agentic_run_id"]
    row = found(db, listing.AGENTIC_RUNS, run_id, "run")
    return AgenticRunWithGates.model_validate(dict(row) | {"gates": gates_json(seeing.gates_of(db, run_id))})


def acts(make: Callable[[], signals.Signal]) -> Handler:
    """A handler that tells the run something."""

    def handler(db: Connection, call: Call[None, None]) -> Acted:
        return _acted(db, call.ids["agentic_run_id"], make())

    return handler


def choose_mode(db: Connection, call: Call[None, ModeChoice]) -> Acted:
    """The run with the mode that was chosen, within what the operator allows."""
    mode = Mode(call.body.mode)
    expect_allowed(call, mode)
    return _acted(db, call.ids["agentic_run_id"], signals.ModeChosen(mode=mode, by=BY))


def _acted(db: Connection, run_id: str, what: signals.Signal) -> Acted:
    found(db, listing.AGENTIC_RUNS, run_id, "run")
    changed = tell(db, run_id, what)
    return Acted(changed=changed, run=AgenticRun.model_validate(dict(found(db, listing.AGENTIC_RUNS, run_id, "run"))))


_RUN = "/agentic-runs/{agentic_run_id}"
_WORDS = {
    "pause": ("Stop working and keep everything", acts(lambda: signals.Paused(by=BY))),
    "resume": ("Go on after a pause", acts(lambda: signals.Resumed(by=BY))),
    "cancel": ("Give the pull request up", acts(lambda: signals.Canceled(by=BY))),
    "retry": ("Try again, with fresh allowances", acts(lambda: signals.RetryAsked(by=BY))),
}

OPERATIONS = (
    Operation("GET", "/agentic-runs", "listAgenticRuns", "List runs, the newest first",
              lists(listing.AGENTIC_RUNS, AgenticRun), Page[AgenticRun], query=AgenticRunQuery),
    Operation("GET", _RUN, "getAgenticRun", "Show a run with its gates",
              show, AgenticRunWithGates),
    Operation("GET", f"{_RUN}/audit-log", "listDecisions", "List the decisions about a run, the oldest first",
              lists(listing.AUDIT_LOG, Decision, within=(listing.AGENTIC_RUNS, "run"),
                    agentic_run_id="agentic_run_id"), Page[Decision], query=Paged),
    *(Operation("POST", f"{_RUN}/{word}", f"{word}AgenticRun", summary, handler, Acted)
      for word, (summary, handler) in _WORDS.items()),
    Operation("POST", f"{_RUN}/mode", "chooseMode", "Choose how much happens unasked", choose_mode, Acted,
              body=ModeChoice, conflicts=True),
)  # fmt: skip
