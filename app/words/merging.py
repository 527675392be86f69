"""A merge that is left to GitHub, in words: what it waits for there, and why it came to nothing."""

from __future__ import annotations

from app.lifecycle.merge_ways import Removal
from app.lifecycle.run import MergeWay, Run

WAYS = {
    MergeWay.QUEUE: "GitHub's merge queue has it, and merges it once the checks there are green.",
    MergeWay.AUTO: "Every gate of dursor's holds. GitHub merges it by itself once what it still waits for is done.",
}
_CALLED_OFF = "GitHub was asked to merge it, and dursor takes that back."

LEFT_QUEUE: dict[Removal, str] = {
    Removal.MERGED: "GitHub's merge queue says that it is merged.",
    Removal.CONFLICT: "In GitHub's merge queue it conflicts with the base branch or with what is merged before it",
    Removal.CI_FAILURE: "A check failed in GitHub's merge queue, on the commit that would have been merged.",
    Removal.CI_TIMEOUT: "The checks in GitHub's merge queue did not come to an end in time.",
    Removal.MANUAL: "Somebody took it out of GitHub's merge queue.",
    Removal.CLEARED: "Somebody emptied GitHub's merge queue.",
    Removal.ROLLED_BACK: "GitHub's merge queue was rolled back.",
    Removal.PROTECTED: "A rule of the branch does not let GitHub's merge queue merge it.",
    Removal.BAD_TREE: "GitHub's merge queue could not make a valid tree of it.",
    Removal.BAD_COMMIT: "GitHub's merge queue could not make a valid merge commit of it.",
    Removal.UNKNOWN: "It is not in GitHub's merge queue any more, and GitHub does not say why.",
}
AUTO_MERGE_OFF = "GitHub's auto-merge was switched off before the merge."


def left_to_github(run: Run) -> str | None:
    """What GitHub was asked to do with the run's commit and has not done yet; None where it was asked nothing."""
    if run.merge_way is None:
        return None
    return WAYS[run.merge_way] if run.is_merging else _CALLED_OFF
