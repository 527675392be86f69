"""What dursor answers in threads: to people's remarks, and in those of its own findings. One short line each."""

from __future__ import annotations

from app.harmless import line

_MOST = 700


def done(sha: str, said: str | None, *, was_done: bool | None) -> str:
    """An answer where a commit was pushed, with what the executor says of this remark; None where it does not say."""
    if said is None:
        return f"Worked on in {sha[:10]}. What was done about this remark, the executor did not say."
    if was_done is None:
        return f"Worked on in {sha[:10]}: {line(said, _MOST)}"
    if not was_done:
        return f"Not done: {line(said, _MOST)}" if said else "Not done; the executor did not say why."
    return f"Done in {sha[:10]}: {line(said, _MOST)}" if said else f"Done in {sha[:10]}."


def unchanged(said: str | None) -> str:
    """An answer where the executor left every file as it was."""
    return f"Nothing was changed: {line(said, _MOST)}" if said else "Nothing was changed."


def not_done(why: str) -> str:
    """An answer where the work came to nothing."""
    return f"Not done: {line(why, _MOST)}" if why else "Not done."


def fixed(sha: str) -> str:
    """An answer in the thread of a finding that is found no more."""
    return f"Fixed in {sha[:10]}."


def declined(number: int, by: str, why: str) -> str:
    """An answer in the thread of a finding that somebody declined."""
    return f"F{number} is declined by {line(by, 60)} ({line(why, 300)}): it does not count and is not raised again."


def no_such_finding(named: int | None, open_: list[int]) -> str:
    """A refusal of a command that names no finding, or one that is not there."""
    there = ", ".join(f"F{number}" for number in open_[:20]) or "none"
    what = f"There is no finding F{named} here." if named is not None else "Say which finding."
    return (
        f"{what} Findings that can be declined: {there}. Such as: `/dursor decline F{open_[0] if open_ else 3} REASON`."
    )


def reason_needed(number: int, *, named: bool) -> str:
    """A refusal of a command without a reason."""
    name = f"F{number} " if named else ""
    return f"`decline` needs a reason: `/dursor decline {name}REASON`. It is kept with F{number}."


def declined_already(number: int, by: str) -> str:
    """An answer to somebody who was not the first."""
    return f"F{number} is declined already, by {line(by, 60)}."
