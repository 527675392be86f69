"""What git does when a person asks, in words: the base brought in, a commit taken back, and why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from app.harmless import code, harmless
from app.lifecycle.run import Work

_NAMED = 10


def what(work: Work) -> str:
    """What was asked for."""
    return "Bring the base branch in." if work is Work.UPDATE else "Take the last commit of dursor's back."


def files(paths: Sequence[str]) -> str:
    """Some paths, and how many more there are."""
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return ", ".join(code(path) for path in paths[:_NAMED]) + more


def paused(work: Work) -> str:
    """A refusal while nothing is to happen."""
    return f"dursor is paused here. Say `/dursor resume`, and then `{_verb(work)}` again."


def executor_works(work: Work) -> str:
    """A refusal because an executor has the branch."""
    return f"An executor works on the branch now. Say `{_verb(work)}` again when it is done, or `/dursor pause` first."


def no_branch(work: Work) -> str:
    """A refusal where there is no pull request yet."""
    return f"There is no pull request yet, so there is nothing for `{_verb(work)}` to change."


def in_a_fork() -> str:
    """A refusal where the App may not push."""
    return "The branch is in a fork, where the App may not push. Its owner can do this there."


def up_to_date(base: str) -> str:
    """That the base needs not be brought in."""
    return f"The branch holds everything of {code(base)} already; nothing was changed."


def nothing_to_undo() -> str:
    """A refusal where no commit of ours is left."""
    return "No commit of dursor's on this branch could be taken back. People's commits are theirs to revert."


def is_merge(sha: str) -> str:
    """A refusal to take a merge back, which would keep the base out for good."""
    return (
        f"dursor's last commit {code(sha[:10])} brought the base branch in. Git takes its revert for a wish to keep "
        "the base's changes out for good, so dursor makes none. Whoever wants it gone can reset the branch."
    )


def not_undone(sha: str, paths: Sequence[str]) -> str:
    """A refusal because later commits build on it."""
    return f"{code(sha[:10])} cannot be taken back by itself: later commits changed the same lines in {files(paths)}."


def adds_secret() -> str:
    """Why the work of an executor is not pushed: it would publish what looks like a credential."""
    return (
        "The change adds what looks like a secret. Where that is a sample, `fake_secrets` in `.github/dursor.yml` may "
        "name its file."
    )


def undo_adds_secret(sha: str) -> str:
    """A refusal because what comes back looks like a secret."""
    return f"{code(sha[:10])} cannot be taken back: what would come back looks like a secret."


def undone(sha: str, summary: str) -> str:
    """What a commit that takes one back says of itself."""
    told = " ".join(summary.split())
    return f"Takes back {sha}" + (f": {harmless(told, 200)}" if told else ".")


def _verb(work: Work) -> str:
    return "update" if work is Work.UPDATE else "undo"
