"""Structured answers of agents: found, parsed, and held to the schema they were asked for with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

LARGEST = 2 * 1024 * 1024
"""Characters of an answer; a review of five hundred findings has a tenth of that."""

_PROBLEMS = 5


def satisfying(
    schema: Mapping[str, Any], structured: Mapping[str, Any] | None, text: str
) -> tuple[Mapping[str, Any] | None, str | None]:
    """The answer that satisfies `schema`, from what the agent gave as such or else from its words; or what is wrong.

    No agent is believed that it has checked: some say success without an answer.
    """
    answer = structured if structured is not None else _in_words(text)
    if answer is None:
        return None, "The answer holds no JSON object."
    validator = jsonschema_rs.validator_for(dict(schema))
    problems = [
        f"{'/'.join(map(str, error.instance_path)) or 'the answer'}: {error.message[:200]}"
        for _, error in zip(range(_PROBLEMS), validator.iter_errors(answer), strict=False)
    ]
    return (None, "The answer does not fit the schema: " + "; ".join(problems)) if problems else (answer, None)


def once_more(problem: str | None) -> str:
    """What an agent is told whose answer missed the schema."""
    return (
        f"Your last answer could not be used. {problem or ''}\n"
        "Answer again: one JSON object that satisfies the schema, and nothing else."
    )


def _in_words(text: str) -> Mapping[str, Any] | None:
    """The JSON object in a text, which may stand in a fence or between sentences: from the first brace to the last."""
    first, last = text.find("{"), text.rfind("}")
    if first < 0 or last < first or last - first > LARGEST:
        return None
    try:
        found = json.loads(text[first : last + 1])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
