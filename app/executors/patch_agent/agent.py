"""The executor: deadlines, money, sessions and the verdict around the loop."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field

import structlog

from app import errors, redact
from app.executors import base, plain, prices, providers
from app.executors.patch_agent import clients, conversation, failures, sessions, toolbox, words
from app.executors.patch_agent.loop import Loop, Outcome
from app.executors.patch_agent.model import Failure, Usage

log = structlog.get_logger(__name__)

ROOM = 360_000
"""Characters of a conversation: about 120,000 tokens, which every model worth asking holds beside its answer."""

_OVERVIEW = 12_000  # characters
_TOKENS = 10_000_000  # of one run, where no dollars are given
_USD_PER_TOKEN = 15e-6  # assumed where a model has no price: dearer than most, so that the limit holds
_SUMMARY = 4_000
_OUTPUT = 100_000


@dataclass(frozen=True, slots=True)
class PatchAgent:
    """Works on the worktree by the model `request.model`, which is `request.access.provider`'s."""

    room: int = ROOM
    name: str = field(default="patch_agent", init=False)

    async def run(self, request: base.Request, emit: base.Emit) -> base.Result:
        """Work; what goes wrong is in the result. Cancelled, it leaves no connection open and writes nothing more."""
        run = _Run(self, request, lambda event: emit(_clean(event)))
        started, deadline = time.monotonic(), asyncio.timeout(request.timeout_seconds)
        try:
            async with deadline:
                result = await run.work()
        except TimeoutError:
            if not deadline.expired():
                raise
            result = run.failed(Failure("timeout", f"It was not done after {request.timeout_seconds:g} seconds."))
        finally:
            run.keep()
        return run.finished(result, time.monotonic() - started)


class _Run:
    def __init__(self, agent: PatchAgent, request: base.Request, emit: base.Emit) -> None:
        self._room = agent.room
        self._request = request
        self._emit = emit
        self._provider = request.access.provider or ""
        self._model = request.model or ""
        self._session = request.session_id or uuid.uuid4().hex
        self._messages: list[conversation.Message] = []
        self._usage = Usage()
        self._denials: list[str] = []

    async def work(self) -> base.Result:
        """The result, but for what is the same in every one."""
        try:
            return self._completed(await self._talk())
        except Failure as failure:
            return self.failed(failure)
        except errors.ConfigError as error:
            return self.failed(Failure("start", str(error)))
        except OSError as error:
            return self.failed(Failure("start", f"The worktree cannot be used: {error.strerror}."))
        except Exception as error:  # an executor never raises: whoever asked is told
            log.exception("the patch agent failed", run=self._request.run_id)
            return self.failed(failures.read(error))

    async def _talk(self) -> Outcome:
        request = self._request
        if not (self._model and request.access.key and self._provider in providers.ALL):
            raise Failure("start", "The patch agent has no model or no key: `dursor model add` gives it both.")
        redact.register(request.access.key)
        self._messages = await asyncio.to_thread(self._begin)
        async with clients.connect(self._provider, request.access, self._model, request.timeout_seconds) as model:
            loop = Loop(request, model, self._emit, self._messages, self._room, self._spend, self._denials)
            return await loop.run()

    def _begin(self) -> list[conversation.Message]:
        """What is said first: the whole task, or in a session that goes on only what is new."""
        request, earlier = self._request, None
        if request.session_id is not None:
            earlier = sessions.load(request.state_dir, request.session_id, self._provider, self._model)
            if earlier is None:
                self._session = uuid.uuid4().hex
                self._emit(base.LogLine(words.AFRESH, "dursor"))
        if earlier is not None:
            return [*earlier, conversation.User(text=request.instruction)]
        overview = toolbox.overview(request.worktree, _OVERVIEW)
        return [conversation.User(text=words.task(request.instruction, overview))]

    def _spend(self, usage: Usage) -> None:
        so_far = self._usage
        self._usage = Usage(so_far.input + usage.input, so_far.output + usage.output, so_far.cached + usage.cached)
        cost = prices.cost(self._model, self._counts())
        self._emit(base.Usage(self._usage.input, self._usage.output, self._usage.cached, cost))
        tokens = self._usage.input + self._usage.output
        dollars = self._request.max_usd
        if dollars is not None and (tokens * _USD_PER_TOKEN if cost is None else cost) >= dollars:
            raise Failure("limit", f"The ${dollars:g} of this run are spent.")
        if tokens >= _TOKENS:
            raise Failure("limit", f"The {_TOKENS:,} tokens of one run are spent.")

    def _counts(self) -> dict[str, int]:
        return {"input": self._usage.input, "cached": self._usage.cached, "output": self._usage.output}

    def _completed(self, outcome: Outcome) -> base.Result:
        text = _shown(outcome.text)
        return base.Result("completed", text[:_SUMMARY], output=text[:_OUTPUT], structured=outcome.structured)

    def failed(self, failure: Failure) -> base.Result:
        """The result of a failure."""
        status: base.Status = "timed_out" if failure.kind in {"timeout", "idle"} else "failed"
        text = _shown(str(failure))[:_SUMMARY]
        return base.Result(status, text, kind=failure.kind, error=text, retry_after=failure.retry_after)

    def keep(self) -> None:
        """Store what was said, for a later run."""
        if len(self._messages) > 1 and not sessions.save(
            self._request.state_dir, self._session, self._provider, self._model, self._messages
        ):
            self._emit(base.LogLine("The conversation could not be kept for a later run.", "dursor"))

    def finished(self, result: base.Result, seconds: float) -> base.Result:
        """`result` with what it consumed."""
        used = self._counts()
        before = self._request.counted if self._session == self._request.session_id else {}
        cost = prices.cost(self._model, used)
        return base.Result(
            status=result.status, summary=result.summary, kind=result.kind, output=result.output,
            session_id=self._session if len(self._messages) > 1 else None, usage=used, cost_usd=cost,
            error=result.error, duration_seconds=seconds, structured=result.structured,
            counted={name: count + before.get(name, 0) for name, count in used.items()},
            cost_is_estimate=cost is not None, denials=tuple(map(_shown, self._denials[:20])),
            retry_after=result.retry_after,
        )  # fmt: skip


def _clean(event: base.Event) -> base.Event:
    """The event with its texts redacted and without control characters."""
    match event:
        case base.LogLine(text=text, stream=stream):
            return base.LogLine(_shown(text), stream)
        case base.Said(text=text):
            return base.Said(_shown(text))
        case base.ToolUse(name=name, detail=detail):
            return base.ToolUse(plain.bounded(_shown(name), 100), plain.bounded(_shown(detail), 500))
        case base.Denied(name=name, detail=detail):
            return base.Denied(plain.bounded(_shown(name), 100), plain.bounded(_shown(detail), 500))
        case base.Retry(why=why):
            return base.Retry(plain.bounded(_shown(why), 500))
        case base.Usage():
            return event


def _shown(text: str) -> str:
    return redact.text(plain.text(text)).strip()
