"""The verbs: what each takes, who may say it, and the signals it becomes. Help is made from this table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.commands import choosing
from app.lifecycle import signals
from app.lifecycle.run import Mode, Work

Place = Literal["pull request", "issue", "both"]


@dataclass(frozen=True, slots=True)
class Verb:
    """One row of the help; `on` is where it may be said."""

    usage: str
    does: str
    needs_write: bool = True
    on: Place = "pull request"


VERBS: dict[str, Verb] = {
    "help": Verb("help", "shows what you can say here", needs_write=False, on="both"),
    "take": Verb("take [interactive|semi_auto|full_auto]", "takes this pull request in hand"),
    "do": Verb("do TEXT", "on an issue: makes a pull request for it; then: gives one more instruction", on="both"),
    "breakdown": Verb("breakdown [TEXT]", "splits the issue into parts, as a checklist", on="issue"),
    "promote": Verb(
        "promote N [TEXT]", "makes a pull request for part N; then: gives one more instruction", on="issue"
    ),
    "use": Verb(
        "use EXECUTOR[,EXECUTOR…] [TEXT]",
        "lets that executor work on it; with several, each makes a candidate, and one comment compares them",
        on="both",
    ),
    "pick": Verb("pick N", "takes candidate N", on="both"),
    "decline": Verb("decline [F3] REASON", "declines a finding of the review; in its thread the number is needless"),
    "fix": Verb("fix [ci|review|conflicts]", "fixes that now, whatever the mode"),
    "review": Verb("review [EXECUTOR]", "reviews the head, with that executor instead of the configured reviewer"),
    "approve": Verb("approve", "approves the commit that was the head when this was written"),
    "merge": Verb("merge", "the same, and merges it once every gate holds"),
    "mode": Verb("mode interactive|semi_auto|full_auto", "chooses how much happens unasked", on="both"),
    "pause": Verb("pause", "stops working and keeps everything", on="both"),
    "resume": Verb("resume", "goes on after a pause", on="both"),
    "cancel": Verb("cancel", "gives it up", on="both"),
    "retry": Verb("retry", "tries again, with fresh allowances", on="both"),
    "update": Verb("update", "brings the base branch in"),
    "undo": Verb("undo", "takes dursor's last commit back"),
    "budget": Verb("budget +N", "lets it cost N dollars more", on="both"),
    "status": Verb("status", "says where it stands", needs_write=False, on="both"),
    "why": Verb("why", "says what it waits for", needs_write=False, on="both"),
}

_ABOUT_COMMIT = frozenset({"approve", "merge"})
_NUMBER = re.compile(r"#?([1-9][0-9]{0,4})")
_SHA = re.compile(r"[0-9a-f]{7,64}")
_ABOUT_DURSOR = frozenset({"help", "status", "why", "mode", "pause", "resume", "cancel", "budget"})
_PUNCTUATION = ".,;:!? \t"
MOST_DOLLARS = 1000
"""The most that one `budget` adds."""

_DOLLARS = re.compile(r"\+ ?\$?([0-9]{1,4}(?:\.[0-9]{1,2})?)")
OFF_LABEL = "dursor:off"
"""While a pull request has this label, dursor keeps away: to put it on says `pause`, to take it off `resume`."""

_LETS_WORK = frozenset({"resume", "retry", "fix", "review", "do", "use"})

_WORKS = {"": Work.CI, "ci": Work.CI, "review": Work.REVIEW, "conflicts": Work.CONFLICT, "conflict": Work.CONFLICT}


_SIMPLE: dict[str, Callable[[str], signals.Signal]] = {
    "do": lambda by: signals.FixAsked(work=Work.PEOPLE, by=by),
    "pause": lambda by: signals.Paused(by=by),
    "resume": lambda by: signals.Resumed(by=by),
    "cancel": lambda by: signals.Canceled(by=by),
    "retry": lambda by: signals.RetryAsked(by=by),
    "update": lambda by: signals.UpdateAsked(by=by),
    "undo": lambda by: signals.UndoAsked(by=by),
    "budget": lambda by: signals.BudgetRaised(by=by),
}
"""The signal of a verb, whatever stands behind it, by who said it."""


def signals_of(verb: str, rest: str, author: str, sha: str) -> tuple[signals.Signal, ...]:
    """The signals a command becomes; `sha` is the head as it was known when the command was written."""
    word = _first_word(rest)
    match verb:
        case "approve" | "merge":
            return (signals.Approved(sha=sha, by=author),)
        case "fix":
            return (signals.FixAsked(work=_WORKS.get(word, Work.CI), by=author),)
        case "review":
            return (signals.ReviewAsked(by=author, reviewer=rest or None),)
        case "mode":
            return (signals.ModeChosen(mode=Mode(word), by=author),)
        case _:
            return (_SIMPLE[verb](author),) if verb in _SIMPLE else ()


def is_about_commit(verb: str, *, fork: bool) -> bool:
    """Whether a verb speaks of the commit that was the head when it was written.

    On a fork that is each verb that lets dursor work: a stranger may have pushed since.
    """
    return verb in _ABOUT_COMMIT or (fork and verb in _LETS_WORK)


def is_about_dursor(verb: str) -> bool:
    """Whether a verb only tells dursor how to go on, whatever GitHub says of the pull request at this moment."""
    return verb in _ABOUT_DURSOR


def is_a_persons(verb: str) -> bool:
    """Whether a verb is a person's word, for the code or for fresh allowances, that no bot can give."""
    return verb in _ABOUT_COMMIT | {"retry", "budget"}


def commit_named(verb: str, rest: str) -> str | None:
    """The commit that an approval names (`/dursor merge 1f2e3d4`), at least seven digits of it; None where none is."""
    word = _first_word(rest.strip(_PUNCTUATION))
    return word if verb in _ABOUT_COMMIT and _SHA.fullmatch(word) else None


def _first_word(rest: str) -> str:
    return rest.split(maxsplit=1)[0].lower() if rest.split() else ""


def wrong_argument(verb: str, rest: str, *, on_pull_request: bool = True) -> str | None:
    """A sentence about an argument that the verb does not take, or None. On an issue `do` alone means what it says."""
    word = _first_word(rest)
    if verb == "mode" and mode_of(rest) is None:
        return f"`mode` takes one of {', '.join(Mode)}."
    if verb == "take" and word and mode_of(rest) is None:
        return f"`take` takes one of {', '.join(Mode)}, or nothing."
    if verb == "fix" and word not in _WORKS:
        return "`fix` takes `ci`, `review` or `conflicts`, or nothing."
    if verb in _ABOUT_COMMIT and rest.strip(_PUNCTUATION) and commit_named(verb, rest) is None:
        return f"`{verb}` takes nothing, or the commit it is about: at least seven digits of it."
    if verb == "use" and not choosing.executors(rest, ())[0]:
        return "`use` needs an executor behind it, or several with commas between them."
    if verb == "pick" and number_of(rest) is None:
        return "`pick` takes the number of a candidate."
    if verb == "promote" and number_of(rest) is None:
        return "`promote` takes the number of a part, as the checklist has it."
    if verb == "budget" and dollars_of(rest) is None:
        return f"`budget` takes the dollars to add, such as `+5` or `+2.50`, {MOST_DOLLARS} at most."
    if verb == "do" and not rest and on_pull_request:
        return "`do` needs the instruction behind it."
    return None


def number_of(rest: str) -> int | None:
    """The number of a candidate, or of a part, that stands first; None for anything else."""
    found = _NUMBER.fullmatch(_first_word(rest).rstrip(_PUNCTUATION))
    return int(found[1]) if found else None


def dollars_of(rest: str) -> float | None:
    """The dollars that `budget` adds: to the cent, more than none, bounded; None for anything else."""
    found = _DOLLARS.fullmatch(rest.strip().rstrip(_PUNCTUATION))
    dollars = float(found[1]) if found else 0.0
    return dollars if 0 < dollars <= MOST_DOLLARS else None


def mode_of(rest: str) -> Mode | None:
    """The mode that an argument names."""
    word = _first_word(rest)
    return Mode(word) if word in set(Mode) else None


def may_be_said(verb: Verb, *, on_pull_request: bool) -> bool:
    """Whether a verb means something here."""
    return verb.on in {"both", "pull request" if on_pull_request else "issue"}


def help_text() -> str:
    """Every verb and where it may be said, as a table in Markdown."""
    rows = [f"| `/dursor {_usage(verb)}` | {verb.on} | {verb.does} |" for verb in VERBS.values()]
    return "\n".join(["| write | on | and dursor |", "| --- | --- | --- |", *rows])


def help_here(*, on_pull_request: bool, may_write: bool) -> str:
    """What somebody may say here, as a table in Markdown."""
    here = [verb for verb in VERBS.values() if may_be_said(verb, on_pull_request=on_pull_request)]
    rows = [f"| `/dursor {_usage(verb)}` | {verb.does} |" for verb in here if may_write or not verb.needs_write]
    return "\n".join(["| write | and dursor |", "| --- | --- |", *rows])


def _usage(verb: Verb) -> str:
    return verb.usage.replace("|", chr(92) + "|")
