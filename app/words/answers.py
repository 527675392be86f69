"""Answers to commands: where it stands, and refusals that help."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from app.harmless import harmless
from app.lifecycle.run import Run
from app.words.standing import PHASES, waiting


def status_line(run: Run) -> str:
    """One paragraph that answers `/dursor status` and `/dursor why`."""
    where = f"dursor is {PHASES[run.phase]} at `{(run.head_sha or '')[:10]}`, in {run.mode} mode."
    return f"{where} {waiting(run)}" if run.wait else where + (f" {harmless(run.note)}" if run.note else "")


def not_taken() -> str:
    """An answer where nobody works."""
    return "dursor does not work on this pull request. `/dursor take` makes it."


def unknown_verb(verb: str, known: Sequence[str]) -> str:
    """A refusal that helps: did you mean."""
    near = difflib.get_close_matches(verb, known, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return f"dursor does not know the command `{harmless(verb, 20)}`.{hint} `/dursor help` shows all."


def only_on_pull_requests(verb: str) -> str:
    """A refusal on an issue."""
    return f"`{harmless(verb, 20)}` works on pull requests; this is an issue."


def no_reviewer() -> str:
    """A refusal because there is nobody to do it."""
    return "No reviewer is configured: name one under `reviewer:` in `.github/dursor.yml`."


def branch_moved(verb: str, sha: str | None) -> str:
    """A refusal because the word was about another commit."""
    was = f"`{sha[:10]}`" if sha else "a commit dursor had not seen"
    return f"`{verb}` was about {was}, which is not the head of the branch. Look at the new head and say it again."


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
