"""The pull request that dursor opens, its title and description, and what the issue is told that it is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote as escaped

from app.harmless import closed, closing_nothing, code, fence_after, harmless, quote, unticked
from app.store.connection import Row

_REQUESTS = 5
_FILES = 20
_TITLE, _TEXT = 250, 20_000
_ADDRESS = 4_000
"""How long the address of a page may be that opens a pull request; GitHub takes twice as much."""

_FITTING = re.compile(
    r"descri|summar|overview|what|change|purpose|motivation|about|propos|context|why|content", re.IGNORECASE
)
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<words>[^\n]{1,300})")
_FOOT = "---\n\nOpened by dursor. `/dursor help` shows what you can say."


@dataclass(frozen=True, slots=True)
class File:
    """A file that the work changed, with how many lines came and went."""

    path: str
    added: int
    removed: int


def pull_title(*candidates: str | None) -> str:
    """The first that shows something, on one line; to squash makes it a commit's message, so it closes nothing."""
    shown = (" ".join(harmless(one or "", _TITLE).split()) for one in candidates)
    return next((one for one in shown if any(character.isprintable() for character in one)), "Work of dursor")


def pull_body(
    conversation: Iterable[Row | Mapping[str, str]], issue: int | None, files: Sequence[File] = (), *,
    template: str | None = None, written: str | None = None,
) -> str:  # fmt: skip
    """The description of a pull request: what it closes, and what the executor has written, or else our own words.

    Those tell what was asked, what was done and which files changed; where there is a template, under its heading.
    """
    closes = [f"Closes #{issue}"] if issue is not None else []
    if written is not None and (text := unticked(_without_comments(written), _TEXT).strip()):
        return "\n\n".join([*closes, closed(text), _FOOT])
    ours = _ours(conversation, files, "**{}**" if template else "## {}")
    return "\n\n".join([*closes, *(_filled(template, ours) if template else ours), _FOOT])


def pull_opened(number: int) -> str:
    """What the issue is told."""
    return f"#{number} is the pull request for this. It goes on there; what you say here with `/dursor do` counts too."


def pull_left(repo_url: str, base: str, branch: str, title: str, issue: int | None) -> str:
    """What the issue is told where a person is to open the pull request: where to do so."""
    page = f"{repo_url}/compare/{escaped(base, safe='/')}...{escaped(branch, safe='/')}?expand=1"
    closes = f"&body={escaped(f'Closes #{issue}', safe='')}" if issue is not None else ""
    room = _ADDRESS - len(page) - len(closes) - len("&title=")
    name = title
    while name and len(escaped(name, safe="")) > room:
        name = name[: len(name) // 2]
    return (
        f"The work is on the branch {code(branch, 250)}. **Next:** [open its pull request]"
        f"({page}&title={escaped(name, safe='')}{closes}); dursor goes on with it then."
    )


def _ours(conversation: Iterable[Row | Mapping[str, str]], files: Sequence[File], heading: str) -> list[str]:
    said = list(conversation)
    asked = [quote(row["content"]) for row in said if row["role"] == "user"]
    done = [harmless(row["content"]) for row in said if row["role"] == "assistant"]
    parts = [heading.format("What was asked"), *asked[-_REQUESTS:]] if asked else []
    parts += [heading.format("What was done"), closed(done[-1])] if done else []
    if files:
        shown = [f"- {code(file.path)} +{file.added} −{file.removed}" for file in files[:_FILES]]  # noqa: RUF001
        more = [f"- and {len(files) - _FILES} more"] if len(files) > _FILES else []
        parts += [heading.format("What changed"), "\n".join([*shown, *more])]
    return parts


def _filled(template: str, ours: list[str]) -> list[str]:
    """The template as it is, but that it closes nothing, with our words under the first heading that fits them."""
    lines = closing_nothing(template).splitlines()
    at = next(_fitting(lines), None)
    if at is None:
        return [*ours, "\n".join(lines)]
    return ["\n".join(lines[: at + 1]), *ours, "\n".join(lines[at + 1 :]).strip("\n")]


def _fitting(lines: Sequence[str]) -> Iterator[int]:
    """The numbers of the lines that are headings under which one says what a change is; not in code or comments."""
    fence, hidden = "", False
    for number, line in enumerate(lines):
        before, fence = fence, fence if hidden else fence_after(fence, line)
        if not before and not fence:
            heading = _HEADING.match(line)
            if not hidden and heading and _FITTING.search(heading["words"]):
                yield number
            hidden = line.rfind("<!--") > line.rfind("-->") if "<!--" in line or "-->" in line else hidden


def _without_comments(text: str) -> str:
    """Text without what GitHub would not show: a model that fills in a template leaves its hints."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start + 4)
        at = len(text) if end < 0 else end + 3
    return "".join([*parts, text[at:]])
