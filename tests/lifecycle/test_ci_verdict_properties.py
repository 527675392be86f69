"""What holds of the verdict whatever GitHub reports: green is earned, and what does not count changes nothing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.lifecycle.checks import BranchRules, CheckRun, Checks, CheckSuite, CommitStatus, Required
from app.lifecycle.ci_verdict import Answer, Question, Verdict, verdict
from tests.lifecycle import reports

NAMES = st.sampled_from(["build", "lint", "tests", "Tests", "dursor", "deploy"])
GOOD = {"success", "neutral", "skipped"}
CONCLUSIONS = st.sampled_from(
    [*GOOD, "failure", "timed_out", "cancelled", "stale", "action_required", "splendid", None]
)
UNFINISHED = st.sampled_from(["queued", "in_progress", "waiting", "requested", "hatching"])
TIMES = st.sampled_from([None, "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"])
WORKFLOWS = st.integers(8, 11)
APPS = st.sampled_from([reports.ACTIONS, reports.OTHER])


@st.composite
def check_runs(draw: st.DrawFn, number: int) -> CheckRun:
    conclusion = draw(CONCLUSIONS)
    fields = {
        "id": number, "app_id": draw(APPS), "started_at": draw(TIMES),
        "status": "completed" if conclusion else draw(UNFINISHED),
    }  # fmt: skip
    if draw(st.booleans()):
        return reports.of_workflow(draw(NAMES), conclusion, draw(WORKFLOWS), **fields)
    return reports.run(draw(NAMES), conclusion, suite_id=draw(st.integers(1, 3)), **fields)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    runs = [draw(check_runs(number)) for number in range(1, draw(st.integers(1, 7)))]
    suites = [
        CheckSuite(number, draw(APPS), draw(st.sampled_from(["queued", "in_progress", "completed"])), None, count)
        for number, count in enumerate(draw(st.lists(st.integers(0, 1), max_size=3)), 1)
    ]
    states = st.sampled_from(["success", "failure", "error", "pending", "splendid"])
    statuses = [
        CommitStatus(draw(NAMES), draw(states), None, None, draw(TIMES)) for _ in range(draw(st.integers(0, 3)))
    ]
    workflows = []
    for number in sorted(draw(st.sets(WORKFLOWS, max_size=3))):
        ending = draw(st.sampled_from([None, "success", "failure", "startup_failure", "cancelled", "skipped"]))
        event = draw(st.sampled_from(["push", "pull_request", "merge_group"]))
        state = "completed" if ending else draw(UNFINISHED)
        workflows.append(reports.workflow(ending, state, id=number, event=event))
    demands = draw(st.lists(st.tuples(NAMES, st.sampled_from([None, reports.ACTIONS, reports.OURS])), max_size=2))
    return Question(
        checks=Checks(tuple(runs), tuple(suites), tuple(statuses), tuple(workflows)),
        rules=BranchRules(required=tuple(Required(*demand) for demand in demands)),
        our_app_id=reports.OURS,
        age=draw(st.sampled_from([0.0, 59.0, 60.0, 600.0])),
        settle=60.0,
        has_conflict=draw(st.sampled_from([True, False, None])),
        ignore=tuple(draw(st.lists(NAMES, max_size=1))),
        required=tuple(draw(st.lists(NAMES, max_size=1))),
    )


def with_run(question: Question, run: CheckRun) -> Verdict:
    return verdict(replace(question, checks=replace(question.checks, runs=(*question.checks.runs, run))))


@settings(max_examples=400, deadline=None)
@given(questions())
def test_green_means_that_something_counted_and_that_all_of_it_passed(question: Question) -> None:
    told = verdict(question)

    if told.answer is Answer.GREEN:
        assert told.results
        assert {conclusion for _, conclusion in told.results} <= GOOD
        assert (told.failed, told.names) == ((), ())


@settings(max_examples=300, deadline=None)
@given(questions(), st.sampled_from(["failure", "timed_out", "startup_failure"]))
def test_a_failed_run_that_counts_is_never_green(question: Question, conclusion: str) -> None:
    told = with_run(question, reports.run("one more", conclusion, id=99, suite_id=98))

    assert told.answer in {Answer.RED, Answer.PENDING}


@settings(max_examples=300, deadline=None)
@given(questions(), st.data())
def test_the_order_of_reports_changes_nothing(question: Question, data: st.DataObject) -> None:
    found = question.checks
    shuffled = Checks(
        runs=tuple(data.draw(st.permutations(found.runs))),
        suites=tuple(data.draw(st.permutations(found.suites))),
        statuses=tuple(data.draw(st.permutations(found.statuses))),
        workflow_runs=tuple(data.draw(st.permutations(found.workflow_runs))),
    )

    there, again = verdict(replace(question, checks=shuffled)), verdict(question)
    assert replace(there, statuses=()) == replace(again, statuses=())
    assert set(there.statuses) == set(again.statuses)


@settings(max_examples=300, deadline=None)
@given(questions(), CONCLUSIONS)
def test_what_we_report_ourselves_changes_nothing(question: Question, conclusion: str | None) -> None:
    ours = reports.run("our own", conclusion, id=99, suite_id=98, app_id=reports.OURS)
    suite = CheckSuite(98, reports.OURS, "completed" if conclusion else "in_progress", conclusion, 1)
    checks = replace(question.checks, runs=(*question.checks.runs, ours), suites=(*question.checks.suites, suite))

    assert verdict(replace(question, checks=checks)) == verdict(question)


@settings(max_examples=300, deadline=None)
@given(questions(), UNFINISHED)
def test_a_report_that_is_not_finished_makes_nothing_green(question: Question, state: str) -> None:
    told = with_run(question, reports.run("one more", None, id=99, suite_id=98, status=state))

    assert told.answer is not Answer.GREEN


@settings(max_examples=200, deadline=None)
@given(questions(), st.sampled_from([0.0, 59.0]))
def test_before_it_settled_nothing_is_green_red_or_none(question: Question, age: float) -> None:
    told = verdict(replace(question, age=age))

    assert told.answer in {Answer.PENDING, Answer.NEEDS_PERSON, Answer.CONFLICT}


@settings(max_examples=200, deadline=None)
@given(questions())
def test_whatever_ends_by_itself_is_looked_at_again_and_nothing_else_is(question: Question) -> None:
    told = verdict(question)

    assert (told.look_again_in is not None and told.look_again_in > 0) == (told.answer is Answer.PENDING)
