"""The verbs: what each takes, who may say it, and the signals it becomes. Help is made from this table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.lifecycle import signals
from app.lifecycle.run import Mode, Work


@dataclass(frozen=True, slots=True)
class Verb:
    """One row of the help."""

    usage: str
    does: str
    needs_write: bool = True


VERBS: dict[str, Verb] = {
    "help": Verb("help", "shows this table", needs_write=False),
    "take": Verb("take [interactive|semi_auto|full_auto]", "takes this pull request in hand"),
    "do": Verb("do TEXT", "gives one more instruction"),
    "fix": Verb("fix [ci|review|conflicts]", "fixes that now, whatever the mode"),
    "review": Verb("review", "reviews the head"),
    "approve": Verb("approve", "approves the commit that was the head when this was written"),
    "merge": Verb("merge", "the same, and merges it once every gate holds"),
    "mode": Verb("mode interactive|semi_auto|full_auto", "chooses how much happens unasked"),
    "pause": Verb("pause", "stops working and keeps everything"),
    "resume": Verb("resume", "goes on after a pause"),
    "cancel": Verb("cancel", "gives this pull request up"),
    "retry": Verb("retry", "tries again, with fresh allowances"),
    "status": Verb("status", "says where it stands", needs_write=False),
    "why": Verb("why", "says what it waits for", needs_write=False),
}

_ABOUT_COMMIT = frozenset({"approve", "merge"})
_SHA = re.compile(r"[0-9a-f]{7,64}")
_ABOUT_DURSOR = frozenset({"help", "status", "why", "mode", "pause", "resume", "cancel"})
_PUNCTUATION = ".,;:!? \t"
OFF_LABEL = "dursor:off"
"""While a pull request has this label, dursor keeps away: to put it on says `pause`, to take it off `resume`."""

_LETS_WORK = frozenset({"resume", "retry", "fix", "review", "do"})

_WORKS = {"": Work.CI, "ci": Work.CI, "review": Work.REVIEW, "conflicts": Work.CONFLICT, "conflict": Work.CONFLICT}


def signals_of(verb: str, rest: str, author: str, sha: str) -> tuple[signals.Signal, ...]:
    """The signals a command becomes; `sha` is the head as it was known when the command was written."""
    word = _first_word(rest)
    match verb:
        case "approve" | "merge":
            return (signals.Approved(sha=sha, by=author),)
        case "fix":
            return (signals.FixAsked(work=_WORKS.get(word, Work.CI), by=author),)
        case "do":
            return (signals.FixAsked(work=Work.PEOPLE, by=author),)
        case "review":
            return (signals.ReviewAsked(by=author),)
        case "mode":
            return (signals.ModeChosen(mode=Mode(word), by=author),)
        case "pause":
            return (signals.Paused(by=author),)
        case "resume":
            return (signals.Resumed(by=author),)
        case "cancel":
            return (signals.Canceled(by=author),)
        case "retry":
            return (signals.RetryAsked(by=author),)
        case _:
            return ()


def is_about_commit(verb: str, *, fork: bool) -> bool:
    """Whether a verb speaks of the commit that was the head when it was written.

    On a fork that is each verb that lets dursor work: a stranger may have pushed since.
    """
    return verb in _ABOUT_COMMIT or (fork and verb in _LETS_WORK)


def is_about_dursor(verb: str) -> bool:
    """Whether a verb only tells dursor how to go on, whatever GitHub says of the pull request at this moment."""
    return verb in _ABOUT_DURSOR


def is_a_persons(verb: str) -> bool:
    """Whether a verb is a person's word for the code, that no bot can give."""
    return verb in _ABOUT_COMMIT


def commit_named(verb: str, rest: str) -> str | None:
    """The commit that an approval names (`/dursor merge 1f2e3d4`), at least seven digits of it; None where none is."""
    word = _first_word(rest.strip(_PUNCTUATION))
    return word if verb in _ABOUT_COMMIT and _SHA.fullmatch(word) else None


def _first_word(rest: str) -> str:
    return rest.split(maxsplit=1)[0].lower() if rest.split() else ""


def wrong_argument(verb: str, rest: str) -> str | None:
    """A sentence about an argument that the verb does not take, or None."""
    word = _first_word(rest)
    if verb == "mode" and mode_of(rest) is None:
        return f"`mode` takes one of {', '.join(Mode)}."
    if verb == "take" and word and mode_of(rest) is None:
        return f"`take` takes one of {', '.join(Mode)}, or nothing."
    if verb == "fix" and word not in _WORKS:
        return "`fix` takes `ci`, `review` or `conflicts`, or nothing."
    if verb in _ABOUT_COMMIT and rest.strip(_PUNCTUATION) and commit_named(verb, rest) is None:
        return f"`{verb}` takes nothing, or the commit it is about: at least seven digits of it."
    if verb == "do" and not rest:
        return "`do` needs the instruction behind it."
    return None


def mode_of(rest: str) -> Mode | None:
    """The mode that an argument names."""
    word = _first_word(rest)
    return Mode(word) if word in set(Mode) else None


def help_text() -> str:
    """The table, as Markdown."""
    rows = [f"| `/dursor {verb.usage.replace('|', chr(92) + '|')}` | {verb.does} |" for verb in VERBS.values()]
    return "\n".join(["| write | and dursor |", "| --- | --- |", *rows])
