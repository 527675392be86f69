"""Where a command is answered: under the comment, in the line's thread, or in the conversation where there is neither.

No bot is ever answered in words: two programs that answer each other never stop.
"""

from __future__ import annotations

import contextlib

from app import keys, words
from app.errors import Forbidden, NotFound
from app.github import comments, reviews
from app.github import repository as repositories
from app.lifecycle import effects
from app.perform.world import World

_REACTIONS: dict[effects.Kind, comments.Commented] = {"issue": "issue", "review_comment": "review"}


async def react(github: repositories.Repository, effect: effects.ObeyComment, content: comments.Reaction) -> bool:
    """React where GitHub has reactions; False when what was said is gone. A locked conversation takes none."""
    kind = _REACTIONS.get(effect.kind)
    if kind is None:
        return True
    try:
        await comments.react(github, effect.comment_id, content, kind=kind)
    except NotFound:
        return False
    except Forbidden:
        return True
    return True


async def say(
    world: World, github: repositories.Repository, effect: effects.ObeyComment, text: str, marker: str | None = None
) -> None:
    """Answer in words, once however often asked; `marker` makes several answers one."""
    if effect.author_is_bot:
        return
    await world.known.wait()
    world.be_sure(keys.lane_of(effect))
    hidden = marker or f"<!-- dursor:answer:{effect.nonce or effect.comment_id}:{effect.position} -->"
    us = world.us.bot_id or 0
    with contextlib.suppress(NotFound, Forbidden):  # gone or locked: a reaction has said it, where there are any
        if effect.kind == "review_comment" and effect.thread is not None:
            await reviews.ensure_reply(github, effect.number, effect.thread, hidden, text, us)
            return
        if effect.kind != "issue":
            text = words.addressed(effect.kind, effect.author, text)
        await comments.ensure(github, effect.number, hidden, text, us)
