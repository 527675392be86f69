"""Why candidates cannot be begun or taken, and what is said to who chose an executor or a candidate."""

from __future__ import annotations

from collections.abc import Sequence

from app.harmless import code, harmless
from app.lifecycle.run import Run
from app.words.standing import PHASES


def only_known_executors(name: str, why: str) -> str:
    """A refusal to use an executor that cannot work here."""
    return f"{code(name)} cannot be used here: {harmless(why)}"


def too_many_candidates(most: int) -> str:
    """A refusal of more candidates than anybody would compare."""
    return f"At most {most} executors can be compared at once."


def same_executor_twice(name: str) -> str:
    """A refusal to have the same done twice."""
    return f"{code(name)} is named twice; each executor makes one candidate."


def candidates_at_work() -> str:
    """A refusal to begin others while some are there to be taken."""
    return "There are candidates for this already: take one with `/dursor pick N`, or end them with `/dursor cancel`."


def worked_on_elsewhere(number: int | None) -> str:
    """A refusal to begin candidates where somebody works alone."""
    if number is None:
        return "An executor works on this already. `/dursor cancel` ends that; then say it again."
    return f"#{number} is the pull request for this; say it there."


def is_a_candidate(number: int | None) -> str:
    """A refusal of what is to be said where the candidates were asked for."""
    return "This is a candidate itself" + (f"; say it on #{number}." if number is not None else ".")


def no_candidates_on_forks() -> str:
    """A refusal: what a candidate changes could not be brought into a fork."""
    return "This branch is in a fork, where the App may not push, so a candidate for it could not be taken."


def paused_first() -> str:
    """A refusal while everything is held."""
    return "It is paused. `/dursor resume` goes on; then say it again."


def no_such_candidate(numbers: Sequence[int]) -> str:
    """A refusal of a number that no candidate has."""
    if not numbers:
        return "There are no candidates here. `/dursor use EXECUTOR,EXECUTOR` makes some."
    return f"There is no such candidate; there are {', '.join(map(str, numbers))}."


def taken_already(number: int) -> str:
    """An answer to the second word about the same candidate."""
    return f"Candidate {number} was taken already."


def other_was_taken(number: int) -> str:
    """A refusal to take a second one."""
    return f"Candidate {number} was taken; only one can be."


def cannot_be_taken(number: int, run: Run | None) -> str:
    """A refusal to take what is not there, or not any more."""
    if run is not None and run.is_terminal:
        why = f": {harmless(run.note)}" if run.note else "."
        return f"Candidate {number} is {PHASES[run.phase]} and cannot be taken{why}"
    return f"Candidate {number} has no pull request yet. Wait until it has, and say it again."


def head_has_moved(number: int) -> str:
    """A refusal to bring a candidate onto a branch that is not where it began any more."""
    return (
        f"Candidate {number} was made from another commit than the head of this branch, so it cannot be taken. "
        "`/dursor use` makes new ones from the head as it is."
    )


def not_taken_after_all(number: int, why: str) -> str:
    """What people are told when a candidate that was taken could not be brought in."""
    return f"Candidate {number} could not be taken: {harmless(why)}"


def all_are_done(green: int, total: int) -> str:
    """Why the run that waits for candidates waits for a person now."""
    return f"All are done; CI is green for {green} of {total}."


def mend_the_pull() -> str:
    """What is asked of candidates for a pull request by somebody without words of their own."""
    return "Mend what CI found in this pull request."


def used(executor: str) -> str:
    """An answer to somebody who chose who works."""
    return f"{code(executor)} works on this from now on."
