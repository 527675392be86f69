"""The title and description of a pull request: how an executor is asked for them, and how its answer is read."""

from __future__ import annotations

import re

from app.prompts import fences, seen

_BEGIN, _END = "BEGIN PULL REQUEST", "END PULL REQUEST"
_LONGEST = 60_000  # characters of an answer that are looked through, from its end
_TITLE, _TEXT, _TEMPLATE = 250, 20_000, 10_000
_AROUND = " \t*_`~#>=-"
"""What models put around a line that is to stand out."""

_LABEL = re.compile(r"[*_#>` \t]{0,10}title[*_`]{0,4}[ \t]{0,4}:[*_` \t]{0,10}", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,10}|~{3,10})[a-z]{0,12}", re.IGNORECASE)
_HOW = f"""\
After everything else, end your answer with the title and the description of the whole pull request, for the people
who review it. Write them between these lines, which stand alone:

{_BEGIN}
Title: what it does, in at most 70 characters
What was wrong or missing, what changes now and how, what reviewers should look at; in Markdown, as short as it can be.
{_END}

Say nothing there that you did not do or see. Mention nobody, refer to no issue, and leave check boxes unticked."""


def describing(template: str | None, now: tuple[str, str] | None) -> str:
    """What asks for a description, to be added to an instruction.

    `template` is the repository's, `now` the title and text that the pull request has.
    """
    parts, marks = [_HOW], fences.Fences()
    if template:
        parts.append("Fill in the repository's template for descriptions: keep its headings, and answer what they ask.")
        parts.append(marks.data("the template", fences.head(seen.plain(template), _TEMPLATE)))
    if now is not None:
        parts.append("It has a description already. What still holds of it stays.")
        told = f"{seen.line(now[0], _TITLE)}\n\n{fences.head(seen.rendered(now[1]), _TEXT)}"
        parts.append(marks.data("its title and description now", told))
    return "\n\n".join([*parts[:1], marks.rules, *parts[1:]] if len(parts) > 1 else parts)


def described(answer: str) -> tuple[str, str | None]:
    """An answer without its description, and the description: a line with the title, then the text.

    Of several the last counts. None where there is none, or none that says anything.
    """
    left_out = max(0, len(answer) - _LONGEST)
    lines = answer[left_out:].splitlines()
    begins = [number for number, line in enumerate(lines) if line.strip(_AROUND).upper() == _BEGIN]
    if not begins:
        return answer, None
    ends = [number for number, line in enumerate(lines) if line.strip(_AROUND).upper() == _END and number > begins[-1]]
    end = ends[0] if ends else len(lines)
    rest = answer[:left_out] + "\n".join([*lines[: begins[-1]], *lines[end + 1 :]])
    return rest.strip(), _read(lines[begins[-1] + 1 : end])


def _read(lines: list[str]) -> str | None:
    """The title on one line and the text; a fence around both is the model's, and is no part of them."""
    text = "\n".join(lines).strip()
    first, _, rest = text.partition("\n")
    if fence := _FENCE.fullmatch(first.strip()):
        first, _, rest = rest.rstrip().removesuffix(fence[1]).strip().partition("\n")
    label = _LABEL.match(first)
    title = (first[label.end() :] if label else first.lstrip("#")).strip(" \t*_")
    title = " ".join(title.split())[:_TITLE]
    return f"{title}\n{rest.strip()[:_TEXT]}".strip() if title and rest.strip() else None
