"""What a run asks of the world, as data: imperatives that `app.perform` carries out, one function each.

Effects carry keys, not contents: what to write or to ask is read from the stored rows when the effect
is performed, so that a late one still says what is true. Each can be performed twice without harm.
"""

from __future__ import annotations

from app.lifecycle.effects.hearing import ConsiderIssue, ConsiderPull, HearComments, Kind, ObeyComment
from app.lifecycle.effects.looking import (
    CheckBranch,
    CheckConfig,
    FindPlaces,
    ReadCi,
    ReadConfig,
    ReadPull,
    ReadReviews,
    RerunCi,
)
from app.lifecycle.effects.merging import CallOffMerge, CloseIssue, DeleteBranch, Merge, Release, Vouch
from app.lifecycle.effects.telling import AnswerThreads, PostReview, Say, ShowBacklog, ShowStatus
from app.lifecycle.effects.working import (
    BreakDown,
    CompareCandidates,
    DescribePull,
    DropCandidate,
    ImportWork,
    OpenPull,
    Push,
    SetAside,
    StartReview,
    StartWork,
    StopWork,
    TakeCandidate,
    TryModel,
)

__all__ = [
    "AnswerThreads",
    "BreakDown",
    "CallOffMerge",
    "CheckBranch",
    "CheckConfig",
    "CloseIssue",
    "CompareCandidates",
    "ConsiderIssue",
    "ConsiderPull",
    "DeleteBranch",
    "DescribePull",
    "DropCandidate",
    "Effect",
    "FindPlaces",
    "HearComments",
    "ImportWork",
    "Kind",
    "Merge",
    "ObeyComment",
    "OpenPull",
    "PostReview",
    "Push",
    "ReadCi",
    "ReadConfig",
    "ReadPull",
    "ReadReviews",
    "Release",
    "RerunCi",
    "Say",
    "SetAside",
    "ShowBacklog",
    "ShowStatus",
    "StartReview",
    "StartWork",
    "StopWork",
    "TakeCandidate",
    "TryModel",
    "Vouch",
]

Effect = (
    ReadPull
    | ReadCi
    | ReadReviews
    | StartWork
    | StopWork
    | ImportWork
    | Push
    | SetAside
    | OpenPull
    | DescribePull
    | RerunCi
    | StartReview
    | PostReview
    | Merge
    | CallOffMerge
    | Vouch
    | DeleteBranch
    | CloseIssue
    | ShowStatus
    | CompareCandidates
    | TakeCandidate
    | DropCandidate
    | Say
    | AnswerThreads
    | Release
    | ReadConfig
    | CheckBranch
    | CheckConfig
    | ConsiderPull
    | ConsiderIssue
    | ObeyComment
    | HearComments
    | BreakDown
    | ShowBacklog
    | TryModel
    | FindPlaces
)
