"""Structured answers: found wherever an agent puts them, and never believed unchecked."""

from __future__ import annotations

import pytest

from app.executors import answers

SCHEMA = {
    "type": "object",
    "properties": {"score": {"type": "number"}, "notes": {"type": "array", "items": {"type": "string"}}},
    "required": ["score"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "text",
    ['{"score": 1}', 'Here it is:\n```json\n{"score": 1}\n```\nDone.', '  {"score": 1}\n', 'So {"score": 1}.'],
)
def test_it_is_found_in_words(text):
    assert answers.satisfying(SCHEMA, None, text) == ({"score": 1}, None)


def test_what_was_given_as_such_comes_before_words():
    assert answers.satisfying(SCHEMA, {"score": 2}, '{"score": 1}') == ({"score": 2}, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("I found nothing.", "no JSON object"),
        ("", "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ('{"score": ', "no JSON object"),
        ('{"score": "high"}', "score: "),
        ('{"notes": []}', "score"),
        ('{"score": 1, "more": 2}', "more"),
        ('{"score": 1, "notes": [1]}', "notes/0"),
        ("{" * 100_000 + "}" * 100_000, "no JSON object"),
    ],
)
def test_what_does_not_fit_is_said(text, why):
    answer, problem = answers.satisfying(SCHEMA, None, text)
    assert answer is None
    assert problem is not None
    assert why in problem
    assert len(answers.once_more(problem)) < 2_000
