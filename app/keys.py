"""An effect as a job: the key by which two of them are one, and the lane in which they go one after another."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from app.lifecycle import effects


def key_of(effect: effects.Effect) -> str:
    """What two jobs have in common that are one: the kind, and whom it is for."""
    values = [str(value) for name, value in asdict(effect).items() if name not in _NOT_IN_KEY]
    key = ":".join([type(effect).__name__, *values])
    return key if len(key) <= _LONGEST else f"{key[:_LONGEST]}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


_LONGEST = 300


_NOT_IN_KEY = {
    "rest", "author", "author_id", "author_is_bot", "by_id", "by_is_bot", "on_pull_request", "head_sha", "verb",
    "reviewer", "thread", "title", "written_at",
}  # fmt: skip


def lane_of(effect: effects.Effect) -> str | None:
    """The lane in which it waits for those before it: that of its run, or None for one that waits for nobody."""
    match effect:
        case effects.StopWork() | effects.FindPlaces():
            return None
        case effects.ConsiderPull(repository_id=repository, number=number):
            return f"{repository}#{number}"
        case effects.ShowBacklog(repository_id=repository, number=number):
            return f"{repository}#{number}"
        case effects.TryModel(model_id=model):
            return f"model:{model}"
        case effects.ConsiderIssue(repository_id=repository, number=number):
            return f"{repository}#{number}"
        case effects.Vouch(repository_id=repository, number=number):
            return f"{repository}#{number}"
        case effects.ObeyComment(repository_id=repository, number=number):
            return f"{repository}#{number}"
        case effects.HearComments(repository_id=repository):
            return f"{repository}#comments"
        case (
            effects.ReadConfig(repository_id=repository)
            | effects.CheckConfig(repository_id=repository)
            | effects.CheckBranch(repository_id=repository)
        ):
            return f"{repository}#config"
        case _:
            return effect.run_id
