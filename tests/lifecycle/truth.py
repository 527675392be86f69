"""A tiny GitHub and the readings that dursor makes of it: events only wake, what is true is read when they come.

It stands for the performers of ReadPull, ReadCi, ReadReviews, StartReview and Merge, which ask GitHub how it
is now. An executor works until everything else is at rest; then it pushes a commit that CI likes, and has done
what people had asked for when it began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.lifecycle import effects, signals
from app.lifecycle.decide import Decision, begin, decide
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run, Wait
from tests.lifecycle.histories import sha


@dataclass
class Truth:
    """The pull request on GitHub: its head, CI's answer at each commit, opinions, and whether it is open."""

    head: str = field(default_factory=lambda: sha(1))
    answers: dict[str, str] = field(default_factory=dict)
    approved: set[str] = field(default_factory=set)
    requests: int = 0
    served: int = 0
    state: str = "open"


@dataclass
class Dursor:
    """One run, what it has heard of people's requests, and the truth it can read."""

    truth: Truth
    run: Run
    policy: Policy
    heard: int = 0
    given: int = 0

    @classmethod
    def adopt(cls, truth: Truth, mode: Mode, policy: Policy) -> Dursor:
        """Take a pull request."""
        run = Run("run", mode, Phase.WAITING_CI, head_sha=truth.head, pr_number=7)
        dursor = cls(truth, run, policy)
        dursor._follow(begin(run, policy))
        return dursor

    def wake(self, event: str) -> None:
        """An event came: look at what it is about."""
        if not self.run.is_terminal:
            self._perform([_READING[event](self.run)])

    def reconcile(self) -> None:
        """Look at everything and let executors finish, until nothing changes any more."""
        for _ in range(20):
            before = self.run
            for event in ("pull", "review", "check"):
                self.wake(event)
            if self.run == before and not self.run.is_working:
                return
            if self.run == before:
                self._finish_work()
        raise AssertionError("it never comes to rest")

    def _finish_work(self) -> None:
        attempt, made = self.run.attempt, sha(100 + self.run.attempt)
        done = signals.WorkFinished(attempt=attempt, commit=made, tree=f"tree {attempt}", base_tree=self.truth.head)
        self._follow(decide(self.run, done, self.policy))
        self.truth.head, self.truth.served = made, self.given
        self.truth.answers[made] = "green"
        self._follow(decide(self.run, signals.Pushed(attempt=attempt, sha=made), self.policy))

    def _perform(self, wanted: Iterable[effects.Effect]) -> None:
        for effect in wanted:
            for signal in self._observe(effect):
                self._follow(decide(self.run, signal, self.policy))

    def _follow(self, decision: Decision) -> None:
        self.run = decision.run
        self._perform(decision.effects)

    def _observe(self, effect: effects.Effect) -> list[signals.Signal]:
        truth, run = self.truth, self.run
        match effect:
            case effects.ReadPull() if not run.is_terminal:
                return self._pull()
            case effects.ReadCi(sha=at) if at == run.head_sha and truth.state == "open":
                return self._ci(at) if at == truth.head else self._pull()
            case effects.ReadReviews() if not run.is_terminal:
                return self._reviews()
            case effects.StartWork():
                self.given = self.heard
                return []
            case effects.StartReview(attempt=attempt, sha=at):
                return [signals.ReviewFinished(attempt=attempt, sha=at, score=1.0, blocking=0)]
            case effects.Merge(sha=at) if truth.state == "open" and truth.head == at:
                return self._merge(at)
            case effects.Merge() if run.phase is Phase.MERGING:
                return self._pull()
            case _:
                return []

    def _pull(self) -> list[signals.Signal]:
        truth, run = self.truth, self.run
        if truth.state == "merged":
            return [signals.PullMerged(sha=truth.head)]
        if truth.state == "closed":
            return [signals.PullClosed(why="closed")]
        if truth.head != run.head_sha:
            return [signals.HeadMoved(sha=truth.head)]
        if run.wait is Wait.GATE and self._gates_hold(truth.head):
            return [signals.GatesMet(sha=truth.head)]
        return []

    def _ci(self, at: str) -> list[signals.Signal]:
        match self.truth.answers.get(at):
            case "green":
                return [signals.CiPassed(sha=at)]
            case "red":
                return [signals.CiFailed(sha=at, signature=at, summary="red")]
            case "cancelled":
                return [signals.CiStuck(sha=at, cause="cancelled", why="cancelled")]
            case "conflict":
                return [signals.CiConflicted(sha=at)]
            case _:
                return []

    def _reviews(self) -> list[signals.Signal]:
        truth, run, said = self.truth, self.run, []
        while self.heard < truth.requests:
            self.heard += 1
            said.append(signals.ChangesRequested(by="ann"))
        if run.head_sha in truth.approved:
            return [*said, signals.Approved(sha=run.head_sha, by="ann")]
        return [*said, signals.ApprovalWithdrawn(sha=run.head_sha or "")]

    def _merge(self, at: str) -> list[signals.Signal]:
        if not self._gates_hold(at):
            return [signals.MergeRefused(sha=at, cause="gate", why="a gate is unmet")]
        self.truth.state = "merged"
        return [signals.PullMerged(sha=at)]

    def _gates_hold(self, at: str) -> bool:
        return self.truth.answers.get(at) == "green" and self.truth.requests == self.truth.served


_READING: dict[str, Callable[[Run], effects.Effect]] = {
    "pull": lambda run: effects.ReadPull(run.id),
    "check": lambda run: effects.ReadCi(run.id, run.head_sha or ""),
    "review": lambda run: effects.ReadReviews(run.id),
}
