"""Answers to commands: where it stands, and refusals that help."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from app.harmless import closed, code, harmless, line
from app.lifecycle.gate import Gate
from app.lifecycle.run import Run
from app.lifecycle.standing import GateLine
from app.words.gates import checklist, moment
from app.words.merging import left_to_github
from app.words.standing import PHASES, waiting


def status_line(run: Run) -> str:
    """One paragraph that answers `/dursor status`, and begins the answer to `/dursor why`."""
    where = f"dursor is {PHASES[run.phase]} at `{(run.head_sha or '')[:10]}`, in {run.mode} mode."
    if left := left_to_github(run):
        where = f"{where} {left}"
    return f"{where} {waiting(run)}" if run.wait else closed(f"{where} {harmless(run.note or '')}".rstrip())


def why(run: Run, gates: Sequence[GateLine], looked_at: str | None, trouble: str | None) -> str:
    """The answer to `/dursor why`: each gate, and how old that look is. `trouble` is why there is no fresher one."""
    if run.is_terminal:
        return status_line(run)
    if looked_at is not None:
        seen = f"The gates as they were looked at for this commit at {moment(looked_at)}:"
    else:
        seen = "Nobody has looked at all gates of this commit yet; what is known of it:"
    parts = [status_line(run), "\n".join([seen, "", *checklist(gates)])]
    if trouble is not None:
        parts.insert(1, f"They could not be looked at now: {line(trouble)}.")
    return "\n\n".join(parts)


def approval_asked(run: Run, gates: Sequence[GateLine], trouble: str | None) -> str:
    """That a person decides, and whatever else does not hold: an approval opens some gates, which has to be known.

    `trouble` is why they could not be looked at.
    """
    beside = [one for one in gates if one.met is False and one.gate is not Gate.APPROVAL]
    parts = [waiting(run)]
    if trouble is not None:
        parts.append(f"The merge gates could not be looked at: {line(trouble)}. `/dursor why` looks again.")
    if beside:
        parts.append("\n".join(["Look at this first:", "", *checklist(beside)]))
    return "\n\n".join(parts)


def voided(approver: str | None, approved: str, run: Run) -> str:
    """That an approval does not count any more, since the branch moved."""
    who = f"The approval by {harmless(approver, 60)}" if approver else "The approval"
    return (
        f"{who} was of `{approved[:10]}`. The head is `{(run.head_sha or '')[:10]}` now, so it does not count any "
        "more: look at what changed and approve again (a review, or `/dursor approve`)."
    )


def not_taken(*, on_pull_request: bool = True) -> str:
    """An answer where nobody works."""
    if not on_pull_request:
        return "dursor does not work on this issue. `/dursor do` makes a pull request for it."
    return "dursor does not work on this pull request. `/dursor take` takes it in hand."


def do_the_issue() -> str:
    """What somebody asks for who points at an issue without words of their own."""
    return "Do what the issue asks for."


def unknown_verb(verb: str, known: Sequence[str]) -> str:
    """A refusal that helps: did you mean."""
    near = difflib.get_close_matches(verb, known, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return f"dursor does not know the command `{harmless(verb, 20)}`.{hint} `/dursor help` shows all."


def only_elsewhere(verb: str, place: str) -> str:
    """A refusal of what means nothing here: on an issue what is about pull requests, and the other way round."""
    here = "an issue" if place == "pull request" else "a pull request"
    return f"`{harmless(verb, 20)}` works on {place}s; this is {here}."


def no_reviewer() -> str:
    """A refusal because there is nobody to do it."""
    return "No reviewer is configured: name one under `reviewer:` in `.github/dursor.yml`."


def branch_moved(verb: str, sha: str | None) -> str:
    """A refusal because the word was about another commit."""
    was = f"`{sha[:10]}`" if sha else "a commit dursor had not seen"
    return f"`{verb}` was about {was}, which is not the head of the branch. Look at the new head and say it again."


def base_changed(verb: str, base: str) -> str:
    """A refusal because the word was given before the pull request was to go where it goes now."""
    return f"`{verb}` was said before this was to go into {code(base)}. Look at what changes there and say it again."


def not_allowed(author: str, verb: str, needed: str) -> str:
    """A refusal for want of permission."""
    return f"`{harmless(verb, 20)}` needs {needed} permission here, which {harmless(author, 60)} does not have."


def only_a_person(verb: str) -> str:
    """A refusal to a bot that may command, of what only people may say."""
    return f"`{harmless(verb, 20)}` is a person's word; no bot can give it."


def switched_off(label: str) -> str:
    """A refusal while a label keeps dursor away."""
    return f"The label `{harmless(label, 60)}` keeps dursor away from this pull request. Take it off first."


def already(verb: str, run: Run) -> str:
    """An answer to a command that changes nothing, such as the second of two."""
    paused = ", paused" if run.paused else ""
    return f"`{harmless(verb, 20)}` changes nothing: dursor is {PHASES[run.phase]} already{paused}."


def addressed(kind: str, author: str, text: str) -> str:
    """An answer in the conversation to what was said or pressed elsewhere, where nothing shows whom it is for."""
    places = {"review": "a review", "button": "a button of the check", "box": "a box above", "label": "a label"}
    return f"To {harmless(author, 60)}, about {places.get(kind, 'a command')}: {text}"
