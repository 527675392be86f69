"""Which step answers which request."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.providers.request import Request
from tests.providers.steps import Always, Once, Say, Step

Choose = Callable[[Request], Once]
OVER = "The script is over."


class Script:
    """Steps in order, one for each request; afterwards it says that it is over, and counts how often in `overrun`."""

    def __init__(self, *steps: Step) -> None:
        self.left = list(steps)
        self.overrun = 0

    def __call__(self, request: Request) -> Once:
        if not self.left:
            self.overrun += 1
            return Say(OVER)
        step = self.left[0]
        if isinstance(step, Always):
            return step.step
        del self.left[0]
        return step


def by_word(scripts: Mapping[str, Choose]) -> Choose:
    """The script whose word the request holds: for conversations that run at once. One word must be there."""

    def choose(request: Request) -> Once:
        [found] = [script for word, script in scripts.items() if word in request.text]
        return found(request)

    return choose
