"""A stand-in for the providers of models, over real HTTP: it speaks three protocols and says what a script tells it.

    async with providers.serve(providers.Script(Tool("Edit", {...}), Say("Done."))) as provider:
        ...                                     # ANTHROPIC_BASE_URL=provider.url, a key of the test's choice
    assert provider.keys == {"the-key"}

A script is the same for every protocol: Anthropic's Messages, OpenAI's Responses, Google's generateContent. The names
and arguments of tools are the agent's own. Each request for an answer takes one step; the small ones that agents make
on the side (titles, counting) take none. A script that asks a protocol for what it has not, fails the test at the end.
"""

from __future__ import annotations

from tests.providers.request import Request
from tests.providers.script import Script, by_word
from tests.providers.server import Provider, serve
from tests.providers.steps import Always, Broken, Patch, Refuse, Say, Silence, Status, Step, Tool, Turn, Usage

__all__ = [
    "Always", "Broken", "Patch", "Provider", "Refuse", "Request", "Say", "Script", "Silence", "Status", "Step", "Tool",
    "Turn", "Usage", "by_word", "serve",
]  # fmt: skip
