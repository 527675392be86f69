"""Every payload that GitHub publishes as an example goes through, whole and with its optional parts null."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from app import handlers
from tests import github_descriptions
from tests.github_descriptions import Example

HANDLED = {event for event, _ in handlers._ROUTES}


def actions() -> list[Example]:
    """One example for each action that a handler listens to, of which GitHub's description says what is wrong where."""
    found: dict[tuple[str, object], Example] = {}
    for example in github_descriptions.webhook_examples():
        key = example.event, example.payload.get("action")
        if key in handlers._ROUTES and not any(
            error.startswith(": ") for error in _errors(example.event, example.payload)
        ):
            found.setdefault(key, example)
    return list(found.values())


def with_nulls(example: Example) -> Iterator[dict[str, Any]]:
    """The payload once for each part, of the first three levels, that GitHub's description lets be null."""
    known = _errors(example.event, example.payload)  # old examples lack new fields
    for path in _paths(example.payload, 3):
        mutated = copy.deepcopy(example.payload)
        place: Any = mutated
        for name in path[:-1]:
            place = place[name]
        if place[path[-1]] is not None and path != ("action",):
            place[path[-1]] = None
            if known.issuperset(_errors(example.event, mutated)):
                yield mutated


def _errors(event: str, payload: dict[str, Any]) -> set[str]:
    """How the payload differs from GitHub's description: path, colon, words. Without a path it is the whole of it."""
    return set(github_descriptions.payload_errors(event, payload))


def _paths(value: object, depth: int) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict) and depth:
        for name, part in value.items():
            yield (name,)
            yield from ((name, *rest) for rest in _paths(part, depth - 1))


async def test_every_published_example_is_kept_and_none_fails(front):
    examples = github_descriptions.webhook_examples()
    assert len(examples) > 300
    for number, example in enumerate(examples):
        answer = await front.post(example.payload, example.event, f"{number}")
        assert answer.status == (200 if example.event == "ping" else 202), (example.event, answer.body)
    handled = await front.handled()
    assert handled["failed"] == []
    assert {row["event"] for row in handled["done"]} | {"ping"} >= {"ping", "pull_request", "installation"}


def test_there_is_an_example_of_every_event_that_is_handled():
    unpublished = {"installation_target"}  # GitHub describes it and gives no example
    assert {example.event for example in actions()} == HANDLED - unpublished


@pytest.mark.parametrize("example", actions(), ids=lambda example: f"{example.event}.{example.payload.get('action')}")
async def test_whatever_may_be_null_may_be_null(front, example):
    count = 0
    for payload in with_nulls(example):
        count += 1
        answer = await front.post(payload, example.event, f"{count}")
        assert answer.status == (200 if example.event == "ping" else 202), answer.body
    assert count
    assert (await front.handled())["failed"] == []
