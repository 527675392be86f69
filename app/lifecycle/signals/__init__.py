"""What happened to a run, in the past tense. GitHub, our own outcomes and the passing of time speak here.

A signal `AboutCommit` counts only while its `sha` is the run's head; one `AboutAttempt` only while its
`attempt` is the run's. Texts are for people and already bounded and redacted.
"""

from __future__ import annotations

from app.lifecycle.signals.about import AboutAttempt, AboutCommit
from app.lifecycle.signals.asked import (
    BudgetRaised,
    Canceled,
    CandidatesAsked,
    CandidateTaken,
    Dropped,
    FixAsked,
    ModeChosen,
    Paused,
    Picked,
    Resumed,
    RetryAsked,
    ReviewAsked,
    TimeRanOut,
    UndoAsked,
    UpdateAsked,
)
from app.lifecycle.signals.ci import CiConflicted, CiFailed, CiPassed, CiStuck
from app.lifecycle.signals.outcomes import (
    BudgetSpent,
    EffectFailed,
    FindingsDeclined,
    GatesMet,
    MergeLeft,
    MergeRefused,
    PullLeft,
    PullOpened,
    Pushed,
    ReviewFailed,
    ReviewFinished,
    Started,
    UpdateConflicted,
    WorkFailed,
    WorkFinished,
    WorkRefused,
)
from app.lifecycle.signals.pull import (
    ApprovalWithdrawn,
    Approved,
    BaseChanged,
    ChangesRequested,
    DraftChanged,
    HeadMoved,
    ProgramsFought,
    PullClosed,
    PullMerged,
    RequestsWithdrawn,
)

__all__ = [
    "AboutAttempt",
    "AboutCommit",
    "ApprovalWithdrawn",
    "Approved",
    "BaseChanged",
    "BudgetRaised",
    "BudgetSpent",
    "Canceled",
    "CandidateTaken",
    "CandidatesAsked",
    "ChangesRequested",
    "CiConflicted",
    "CiFailed",
    "CiPassed",
    "CiStuck",
    "DraftChanged",
    "Dropped",
    "EffectFailed",
    "FindingsDeclined",
    "FixAsked",
    "GatesMet",
    "HeadMoved",
    "MergeLeft",
    "MergeRefused",
    "ModeChosen",
    "Paused",
    "Picked",
    "ProgramsFought",
    "PullClosed",
    "PullLeft",
    "PullMerged",
    "PullOpened",
    "Pushed",
    "RequestsWithdrawn",
    "Resumed",
    "RetryAsked",
    "ReviewAsked",
    "ReviewFailed",
    "ReviewFinished",
    "Signal",
    "Started",
    "TimeRanOut",
    "UndoAsked",
    "UpdateAsked",
    "UpdateConflicted",
    "WorkFailed",
    "WorkFinished",
    "WorkRefused",
]

Signal = (
    Started
    | WorkFinished
    | WorkFailed
    | WorkRefused
    | BudgetSpent
    | UpdateConflicted
    | Pushed
    | PullOpened
    | PullLeft
    | ReviewFinished
    | FindingsDeclined
    | ReviewFailed
    | MergeLeft
    | MergeRefused
    | GatesMet
    | EffectFailed
    | CiPassed
    | CiFailed
    | CiConflicted
    | CiStuck
    | HeadMoved
    | PullMerged
    | PullClosed
    | Approved
    | ApprovalWithdrawn
    | ChangesRequested
    | RequestsWithdrawn
    | ProgramsFought
    | FixAsked
    | ReviewAsked
    | ModeChosen
    | Paused
    | Resumed
    | BaseChanged
    | DraftChanged
    | Canceled
    | CandidatesAsked
    | CandidateTaken
    | Picked
    | Dropped
    | RetryAsked
    | BudgetRaised
    | UpdateAsked
    | UndoAsked
    | TimeRanOut
)
