"""Whatever tools are called with, nothing outside of the worktree changes, `.git` stays, and no call raises."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.executors.patch_agent import conversation
from app.executors.patch_agent.model import Call
from app.executors.patch_agent.toolbox import Toolbox
from tests.executors.patch_agent import working
from tests.executors.patch_agent.test_hostile import ESCAPES, outside

NAMES = st.sampled_from(["src", "add.py", "..", ".", "", ".git", "config", "way-out", "link.txt", "README.md", "new"])
PATHS = st.one_of(
    st.sampled_from([".git/config", ".git/new", "way-out/secret.txt", "way-out/new", "link.txt"]),
    st.sampled_from(["src/add.py", "README.md", "new.txt"]),
    st.sampled_from(ESCAPES),
    st.lists(NAMES, max_size=4).map("/".join),
    st.text(),
)
TEXTS = st.one_of(st.sampled_from(["a", "return a - b", "", "\ud800", "# Sums\n"]), st.text())
ARGUMENTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "list": {"path": PATHS},
    "search": {"pattern": TEXTS, "path": PATHS, "names": TEXTS},
    "read": {"path": PATHS, "first": st.integers(0, 9), "count": st.integers(0, 9)},
    "edit": {"path": PATHS, "old": TEXTS, "new": TEXTS},
    "create": {"path": PATHS, "content": TEXTS, "replace": st.booleans()},
    "delete": {"path": PATHS},
    "move": {"path": PATHS, "to": PATHS},
}
ODD = st.builds(Call, st.just("1"), st.sampled_from([*ARGUMENTS]), st.dictionaries(st.text(), st.text()))


def called(name: str) -> st.SearchStrategy[Call]:
    return st.builds(Call, st.just("1"), st.just(name), st.fixed_dictionaries(ARGUMENTS[name]))


CALLS = st.lists(st.one_of(ODD, *map(called, ARGUMENTS)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(calls=CALLS)
def test_no_sequence_of_calls_changes_anything_outside(calls):
    with tempfile.TemporaryDirectory() as place:
        work = working.made(Path(place))
        before = outside(work)

        async def use() -> None:
            tools = Toolbox(work.request("http://127.0.0.1:1"))
            for call in calls:
                done = await tools.use(call)
                assert "the secret" not in done.text

        asyncio.run(use())
        assert outside(work) == before


USERS = st.builds(conversation.User, text=st.text(max_size=50))
TURNS = st.builds(
    lambda said, found: [
        conversation.Answer(native=[{"text": said}]),
        conversation.Results(results=[conversation.Result(id="1", name="read", text=found)]),
    ],
    st.text(max_size=50),
    st.text(max_size=400),
)
TALKS = st.lists(st.one_of(TURNS, USERS.map(lambda user: [user])), max_size=12).map(
    lambda some: [*itertools.chain.from_iterable(some)]
)


@given(first=USERS, talk=TALKS, room=st.integers(200, 2_000))
def test_what_is_cut_of_a_conversation_is_never_a_half(first, talk, room):
    said: list[conversation.Message] = [first, *talk]
    kept = conversation.fitted(said, room)
    users = [message for message in said if isinstance(message, conversation.User)]
    assert kept[0] == first
    assert users[-1] in kept
    for index, message in enumerate(kept):
        follows = kept[index + 1 : index + 2]
        assert isinstance(message, conversation.Answer) == bool(
            follows and isinstance(follows[0], conversation.Results)
        )
    last_turn = said[-2:] if isinstance(said[-1], conversation.Results) else said[-1:]
    needed = conversation.size([first, users[-1], *last_turn])
    assert conversation.size(kept) <= max(room, needed)
    if conversation.size(said) <= room:
        assert kept == said
