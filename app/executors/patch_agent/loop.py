"""Turns: the model is asked, its calls are carried out, it is told what came of them, until it is done or a limit."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.executors import answers, base
from app.executors.patch_agent import conversation, failures, words
from app.executors.patch_agent.model import Call, Failure, Model, Reply, Usage
from app.executors.patch_agent.toolbox import ANSWER, Done, Toolbox

_TURNS = 50
_HURRY = 3  # turns before the last
_CALLS = 20  # of one turn
_TURN_RESULTS = 100_000  # characters
_SAME_FAILURE = 3
_NUDGES = 3
_TRIES = 3
_PAUSE = 0.5  # seconds before the second try; four times as many before the third
_PATIENCE = 20.0  # seconds of a provider's limit that are waited for here; a longer one is for who asked
_IDLE = 300.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the model came to: its last words, and the answer where one was asked for."""

    text: str
    structured: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Loop:
    """One run. `spend` is told what each answer consumed, and raises Failure when nothing is left to spend."""

    request: base.Request
    model: Model
    emit: base.Emit
    messages: list[conversation.Message]
    room: int
    spend: Callable[[Usage], None]
    denials: list[str] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    nudges: int = 0
    missed: int = 0

    async def run(self) -> Outcome:
        """Work until the model is done. Raises Failure."""
        toolbox, turns = Toolbox(self.request), self.request.max_turns or _TURNS
        for left in range(turns - 1, -1, -1):
            reply = await self._ask(toolbox)
            self.spend(reply.usage)
            if reply.text.strip():
                self.emit(base.Said(reply.text))
            outcome = self._outcome(reply)
            if outcome is not None:
                return outcome
            await self._go_on(reply, toolbox, left)
        raise Failure("limit", f"The model was not done after {turns} turns.")

    async def _ask(self, toolbox: Toolbox) -> Reply:
        """The next answer, tried again where its provider may recover soon."""
        attempt = 0
        while True:
            attempt += 1
            self.messages[:] = conversation.fitted(self.messages, self.room)
            if conversation.size(self.messages) > self.room:
                raise Failure("limit", "The conversation does not fit the model any more.")
            try:
                return await self._send(toolbox)
            except Exception as error:  # noqa: BLE001 - clients raise what they like, and each is an answer not given
                failure = failures.read(error)
            wait = failure.retry_after if failure.retry_after is not None else _PAUSE * 4 ** (attempt - 1)
            if attempt == _TRIES or not (failure.passing or failure.too_long) or wait > _PATIENCE:
                raise failure
            if failure.too_long:
                self.room = min(self.room, conversation.size(self.messages)) // 2
                wait = 0.0
            self.emit(base.Retry(str(failure)))
            await asyncio.sleep(wait * random.uniform(1.0, 1.2))

    async def _send(self, toolbox: Toolbox) -> Reply:
        idle = self.request.idle_seconds or _IDLE
        loop, silence = asyncio.get_running_loop(), asyncio.timeout(idle)
        try:
            async with silence:
                return await self.model.send(
                    words.system(self.request), self.messages, toolbox.tools,
                    lambda: silence.reschedule(loop.time() + idle),
                )  # fmt: skip
        except TimeoutError:
            if silence.expired():
                raise Failure("idle", f"The model's provider said nothing for {idle:g} seconds.") from None
            raise

    def _outcome(self, reply: Reply) -> Outcome | None:
        """What a last answer holds, None where the work goes on. Raises Failure."""
        if reply.stop == "refused":
            raise Failure("protocol", f"The model declines: {reply.text.strip()[:500] or 'it does not say why'}.")
        answer = next((call for call in reply.calls if call.name == ANSWER and self.request.schema is not None), None)
        if reply.stop == "length" or (reply.calls and answer is None):
            return None
        if self.request.schema is None:
            if not reply.text.strip():
                return None
            self.messages.append(_said(reply))
            return Outcome(reply.text)
        structured, problem = answers.satisfying(self.request.schema, answer.arguments if answer else None, reply.text)
        if structured is None:
            self.missed += 1
            if self.missed > 1:
                raise Failure("schema", problem or "There is no answer.")
            return None
        self.messages.append(_said(reply))
        if reply.calls:
            results = [conversation.Result(id=call.id, name=call.name, text=words.RECEIVED) for call in reply.calls]
            self.messages.append(conversation.Results(results=results))
        return Outcome(reply.text or str(structured.get("summary", "")), structured)

    async def _go_on(self, reply: Reply, toolbox: Toolbox, left: int) -> None:
        """Carry out the calls, or say what is missing."""
        if not reply.calls:
            self.nudges += 1
            if self.nudges > _NUDGES:
                raise Failure("protocol", "The model neither went on nor ended.")
            missing = words.NOTHING if self.request.schema is None else words.call_answer()
            told = words.CUT if reply.stop == "length" else missing
            self.messages += [*([_said(reply)] if reply.native else []), conversation.User(text=told)]
            return
        if reply.stop == "length":
            done = [Done(words.CUT, is_error=True) for _ in reply.calls]
        else:
            done = [await self._use(call, toolbox, index) for index, call in enumerate(reply.calls)]
        results = list[conversation.Result]()
        room = _TURN_RESULTS
        for call, one in zip(reply.calls, done, strict=True):
            text = one.text if len(one.text) <= room else words.ENOUGH
            room -= len(text)
            results.append(conversation.Result(id=call.id, name=call.name, text=text, is_error=one.is_error))
        if left <= _HURRY:
            results[-1] = results[-1].model_copy(update={"text": results[-1].text + words.hurry(left)})
        self.messages += [_said(reply), conversation.Results(results=results)]

    async def _use(self, call: Call, toolbox: Toolbox, index: int) -> Done:
        self.emit(base.ToolUse(call.name, _detail(call)))
        if index >= _CALLS:
            return Done(f"Not done: one turn has at most {_CALLS} calls.", is_error=True)
        done = await toolbox.use(call)
        if done.is_forbidden:
            self.denials.append(f"{call.name}: {done.text}"[:500])
            self.emit(base.Denied(call.name, _detail(call)))
        if done.is_error:
            same = f"{call.name} {call.arguments}"
            self.failed[same] += 1
            if self.failed[same] >= _SAME_FAILURE:
                raise Failure(
                    "limit", f"The model called `{call.name[:100]}` in vain {_SAME_FAILURE} times: {done.text}"
                )
        return done


def _said(reply: Reply) -> conversation.Answer:
    return conversation.Answer(native=[dict(item) for item in reply.native])


def _detail(call: Call) -> str:
    """What a call is about, without what it writes."""
    given = call.arguments or {}
    return " ".join(str(given[key])[:200] for key in ("path", "to", "pattern", "names") if key in given)
