"""The lifecycle as a picture, drawn from `decide` itself: every run that can come about hears what can happen to it.

Pauses, drafts and candidates are left out. Edges that leave most phases for the same one would cover the picture; they
are lines of its note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from app.lifecycle import signals
from app.lifecycle.decide import begin, decide
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run, Work

Edge = tuple[Phase, str, Phase]

_HEAD, _NEWER = "head", "newer"
_MANY = 4
"""An edge with as many beginnings is told in the note."""

_POLICIES = (
    Policy(max_ci_fixes=1, max_review_fixes=1, executor_tries=1, reviews=True),
    Policy(max_ci_fixes=1, max_review_fixes=1, executor_tries=1, reviews=False, none_is_green=True),
)

_SIGNALS: tuple[tuple[str, signals.Signal], ...] = (
    ("nothing to push", signals.WorkFinished(attempt=1, commit=None)),
    ("nothing to push", signals.WorkFinished(attempt=1, commit=_NEWER, tree="tried")),
    ("executor failed", signals.WorkFailed(attempt=1, error="")),
    ("nothing to push", signals.WorkRefused(attempt=1, why="")),
    ("pushed", signals.Pushed(attempt=1, sha=_NEWER)),
    ("no money left", signals.BudgetSpent(attempt=1, why="")),
    ("conflict", signals.UpdateConflicted(attempt=1, files="")),
    ("review good", signals.ReviewFinished(attempt=1, sha=_HEAD, score=1, blocking=0)),
    ("review finds something", signals.ReviewFinished(attempt=1, sha=_HEAD, score=0, blocking=1)),
    ("review finds the same", signals.ReviewFinished(attempt=1, sha=_HEAD, score=0, blocking=1, stuck="F1")),
    ("findings declined", signals.FindingsDeclined(sha=_HEAD, score=1, blocking=0)),
    ("review failed", signals.ReviewFailed(attempt=1, error="")),
    ("CI green", signals.CiPassed(sha=_HEAD)),
    ("CI red", signals.CiFailed(sha=_HEAD, signature="same", summary="")),
    ("base red too", signals.CiFailed(sha=_HEAD, signature="same", summary="", red_on_base="main")),
    ("conflict", signals.CiConflicted(sha=_HEAD)),
    ("CI has no answer", signals.CiStuck(sha=_HEAD, cause="cancelled", why="")),
    ("no CI", signals.CiStuck(sha=_HEAD, cause="none", why="")),
    ("CI has no answer", signals.TimeRanOut(of="ci", minutes=1)),
    ("out of time", signals.TimeRanOut(of="total", minutes=1)),
    ("merge conflict", signals.MergeRefused(sha=_HEAD, cause="conflict", why="")),
    ("gate unmet", signals.MergeRefused(sha=_HEAD, cause="gate", why="")),
    ("merge refused", signals.MergeRefused(sha=_HEAD, cause="refused", why="")),
    ("gates met", signals.GatesMet(sha=_HEAD)),
    ("approved", signals.Approved(sha=_HEAD, by="")),
    ("approval withdrawn", signals.ApprovalWithdrawn(sha=_HEAD)),
    ("changes requested", signals.ChangesRequested(by="")),
    ("request withdrawn", signals.RequestsWithdrawn()),
    ("a person pushes", signals.HeadMoved(sha=_NEWER)),
    ("programs fight", signals.ProgramsFought(sha=_HEAD, why="")),
    ("/fix ci", signals.FixAsked(work=Work.CI, by="")),
    ("/fix conflicts", signals.FixAsked(work=Work.CONFLICT, by="")),
    ("/fix review", signals.FixAsked(work=Work.REVIEW, by="")),
    ("/review", signals.ReviewAsked(by="")),
    ("/mode", signals.ModeChosen(mode=Mode.INTERACTIVE, by="")),
    ("/mode", signals.ModeChosen(mode=Mode.SEMI_AUTO, by="")),
    ("/mode", signals.ModeChosen(mode=Mode.FULL_AUTO, by="")),
    ("/budget", signals.BudgetRaised(by="")),
    ("/update", signals.UpdateAsked(by="")),
    ("/undo", signals.UndoAsked(by="")),
    ("/retry", signals.RetryAsked(by="")),
    ("merged", signals.PullMerged()),
    ("closed", signals.PullClosed(why="")),
    ("/cancel", signals.Canceled(by="")),
    *(
        ("an effect given up", signals.EffectFailed(effect=effect, error=""))
        for effect in ("StartWork", "ReadCi", "StartReview", "Merge")
    ),
)


def draw() -> str:
    """The picture as a Mermaid stateDiagram-v2; the same program draws the same one."""
    drawn, told = _arranged(_edges())
    lines = ["stateDiagram-v2", "    [*] --> coding: a task", "    [*] --> waiting_ci: a pull request is taken"]
    lines += [f"    {before} --> {after}: {', '.join(words)}" for (before, after), words in drawn.items()]
    lines += [f"    {phase} --> [*]" for phase in (Phase.COMPLETED, Phase.FAILED, Phase.CANCELED)]
    lines += ["    note right of awaiting_human", "        From most phases:"]
    lines += [f"        {', '.join(dict.fromkeys(words))} → {after}" for after, words in told.items()]
    return "\n".join([*lines, "    end note", ""])


def _edges() -> set[Edge]:
    found: set[Edge] = set()
    for policy in _POLICIES:
        waiting, known = list(_beginnings(policy)), set[Run]()
        while waiting:
            run = waiting.pop()
            for words, signal in _SIGNALS:
                after = _plain(decide(run, signal, policy).run)
                if after.phase is not run.phase:
                    found.add((run.phase, _words(words, after.phase), after.phase))
                if after not in known:
                    known.add(after)
                    waiting.append(after)
    return found


def _words(words: str, after: Phase) -> str:
    at_once = {"executor failed", "out of time"}
    return f"{words} too often" if after is Phase.FAILED and words not in at_once else words


def _beginnings(policy: Policy) -> Iterator[Run]:
    for mode in Mode:
        yield _plain(begin(Run("run", mode, Phase.CODING, pr_number=1), policy).run)
        yield _plain(begin(Run("run", mode, Phase.WAITING_CI, pr_number=1), policy).run)


def _plain(run: Run) -> Run:
    """The run without what only tells one moment from another, so that there are few different ones."""
    if run.is_terminal:
        return Run(run.id, run.mode, run.phase, pr_number=1)
    fields: dict[str, Any] = {"head_sha": _HEAD, "attempt": 1, "iteration": 0, "note": None, "asked": False}
    if run.is_working:
        fields["came_from"] = None  # whatever comes next is told where this run is now
    elif run.phase is not Phase.AWAITING_HUMAN:
        fields["work"] = None  # only a wait goes back to it
    return replace(run, **fields, trees=("tried", "newest"))


def _arranged(edges: Iterable[Edge]) -> tuple[dict[tuple[Phase, Phase], list[str]], dict[str, list[str]]]:
    """Edges to draw, by their ends, and those to tell, by where they lead; both in the order of the phases."""
    befores, afters = defaultdict[tuple[str, Phase], set[Phase]](set), defaultdict[tuple[Phase, str], set[Phase]](set)
    drawn, told = defaultdict[tuple[Phase, Phase], list[str]](list), defaultdict[str, list[str]](list)
    ordered = sorted(edges, key=lambda edge: (_ORDER[edge[0]], _ORDER[edge[2]], edge[1]))
    for before, words, after in ordered:
        befores[words, after].add(before)
        afters[before, words].add(after)
    for before, words, after in ordered:
        if len(afters[before, words]) >= _MANY:
            told["the phase it came from"].append(words)
        elif len(befores[words, after]) >= _MANY:
            told[after].append(words)
        else:
            drawn[before, after].append(words)
    return drawn, told


_ORDER = {phase: place for place, phase in enumerate(Phase)}
