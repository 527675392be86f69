"""The texts of a finding: its message, the code it is about, and the change that the tool proposes."""

from __future__ import annotations

import re

from app import redact
from app.executors import plain
from app.executors import sarif_model as model

_LONGEST_MESSAGE = 8_000
_LONGEST_ARGUMENT = 1_000
_LONGEST_SNIPPET = 2_000
_LONGEST_SUGGESTION = 4_000
_SNIPPET_LINES = 20

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([0-9]{1,3})\}")


def clean(value: str, limit: int) -> str:
    """Fit to be stored and shown: redacted, bounded, nothing hidden in it."""
    return plain.bounded(redact.text(plain.text(value[: limit * 4]).strip()), limit)


def message(said: model.Message, rule: model.Rule | None) -> str:
    """The message with its arguments put in (SARIF 3.11.5); may be empty."""
    text = said.text or said.markdown or ""
    if not text and said.id and rule and rule.message_strings and said.id in rule.message_strings:
        text = rule.message_strings[said.id].text or ""
    text = text[:_LONGEST_MESSAGE]
    return _PLACEHOLDER.sub(lambda found: _argument(found, said.arguments), text) if said.arguments else text


def explanation(rule: model.Rule | None) -> str:
    """The first paragraph of what the rule says about itself."""
    about = (rule and (rule.full_description or rule.short_description)) or model.Content()
    lines = [line for line in (about.text or "")[:_LONGEST_MESSAGE].split("\n") if not line.startswith("#")]
    return "\n".join(lines).strip().partition("\n\n")[0]


def extent(region: model.Region) -> tuple[int | None, int | None]:
    """The first and the last line of a region; an end at column 1 is the end of the line before."""
    start = region.start_line
    if start is None:
        return None, None
    end = region.end_line or start
    return start, max(start, end - 1 if region.end_column == 1 else end)


def snippet(region: model.Region, lines: tuple[str, ...] | None, start: int, end: int) -> str | None:
    """The code that the finding is about: as the tool quoted it, or as it stands in the file."""
    quoted = region.snippet and region.snippet.text
    if not quoted and lines is not None:
        quoted = "\n".join(lines[start - 1 : min(end, start - 1 + _SNIPPET_LINES)])
    return plain.bounded(redact.text(plain.text(quoted[: _LONGEST_SNIPPET * 2])), _LONGEST_SNIPPET) if quoted else None


def suggestion(change: model.Replacement, lines: tuple[str, ...], start: int, end: int, *, utf16: bool) -> str | None:
    """What lines `start` to `end` should read instead, if the change touches no others; "" deletes them.

    None too where the text would have to be altered to be shown: a suggestion is applied as it is.
    """
    region = change.deleted_region
    first, last = region.start_line, region.end_line or region.start_line
    if first is None or last is None or not start <= first <= last or last > len(lines) or end > len(lines):
        return None
    opening, closing = lines[first - 1], lines[last - 1]
    if utf16 and not (opening + closing).isascii() and max(opening + closing) > "\uffff":
        return None  # columns count UTF-16 units there
    head = opening[: (region.start_column or 1) - 1] + ((change.inserted_content or model.Content()).text or "")
    tail = closing[region.end_column - 1 :] if region.end_column else ""
    if region.end_column == 1 and last > first and (not head or head.endswith("\n")):
        last, replaced = last - 1, head.split("\n")[:-1]  # whole lines, with their line ends
    else:
        replaced = (head + tail).split("\n")
    if last > end:
        return None
    text = "\n".join([*lines[start - 1 : first - 1], *replaced, *lines[last:end]])
    fits = len(text) <= _LONGEST_SUGGESTION and plain.text(text) == text and not redact.holds_secret(text)
    return text if fits else None


def _argument(found: re.Match[str], arguments: list[str]) -> str:
    number = found.group(1)
    if number is None:
        return found.group()[0]
    return arguments[int(number)][:_LONGEST_ARGUMENT] if int(number) < len(arguments) else found.group()
