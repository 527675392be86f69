"""Is CI green? One row for each set of reports that GitHub makes, and the answer to it."""

from __future__ import annotations

import pytest

from app.lifecycle.ci_verdict import Answer, verdict
from tests.lifecycle.reports import ACTIONS, OTHER, OURS, asked, of_workflow, run, status, suite, workflow

GREEN, RED, PENDING, EXPECTED, NONE = Answer.GREEN, Answer.RED, Answer.PENDING, Answer.EXPECTED, Answer.NONE
PERSON, UNCLEAR, CONFLICT = Answer.NEEDS_PERSON, Answer.INCONCLUSIVE, Answer.CONFLICT
LATER = "2026-01-01T00:05:00Z"

# fmt: off
TABLE = [
    ("zero checks are none", asked(), NONE),
    ("zero checks are not even none before the settle time", asked(age=59.9), PENDING),
    ("one check that passed is green", asked(run("lint"), suite()), GREEN),
    ("green is believed only after the settle time", asked(run("lint"), age=5), PENDING),
    ("red is believed at once", asked(run("lint", "failure"), age=5), RED),
    ("a check that runs is pending", asked(run("lint"), run("tests", None, id=2)), PENDING),
    ("a check that is queued is pending", asked(run("tests", None, status="queued")), PENDING),
    ("a status of the future is pending", asked(run("tests", None, status="hatching")), PENDING),
    ("red waits for what still runs", asked(run("lint", "failure"), run("tests", None, id=2)), PENDING),
    ("one red among green is red", asked(run("lint", "failure"), run("tests", id=2)), RED),
    ("timed out is red", asked(run("tests", "timed_out")), RED),
    ("a check that could not start is red", asked(run("tests", "startup_failure")), RED),
    ("neutral is green", asked(run("coverage", "neutral")), GREEN),
    ("skipped is green", asked(run("docs", "skipped"), run("tests", id=2)), GREEN),
    ("a gate skipped behind a failed job is red", asked(run("tests", "failure"), run("gate", "skipped", id=2),
        demands=[("gate", None)]), RED),
    ("cancelled is inconclusive", asked(run("tests", "cancelled"), run("lint", id=2)), UNCLEAR),
    ("stale is inconclusive", asked(run("tests", "stale")), UNCLEAR),
    ("a conclusion of the future is inconclusive", asked(run("tests", "splendid")), UNCLEAR),
    ("red beside cancelled is red", asked(run("tests", "failure"), run("lint", "cancelled", id=2)), RED),
    ("a check that asks for action needs a person", asked(run("scan", "action_required")), PERSON),
    ("red beside one that asks for action is red", asked(run("scan", "action_required"), run("lint", "failure",
    id=2)), RED),
    ("a fork's workflow that waits for approval needs a person", asked(workflow("action_required")), PERSON),
    ("a deployment that waits for approval needs a person", asked(run("deploy", None, status="waiting"),
        suite(status="waiting"), workflow(None, "waiting")), PERSON),
    ("a deployment that waits beside a job that runs is pending", asked(run("deploy", None, status="waiting"),
        run("tests", None, id=2), suite(status="in_progress")), PENDING),
    ("a workflow that could not start is red without a check", asked(workflow("startup_failure")), RED),
    ("a workflow that failed without a check is red", asked(workflow("failure"), run("lint", suite_id=2)), RED),
    ("a workflow that is queued without a check is pending", asked(workflow(None, "queued")), PENDING),
    ("a workflow that was cancelled before its first check is inconclusive", asked(workflow("cancelled")), UNCLEAR),
    ("jobs behind needs are pending while their suite is", asked(run("lint"), suite(status="in_progress")), PENDING),
    ("a suite without runs says nothing", asked(run("lint"), suite(), suite(2, "queued", OTHER, 0)), GREEN),
    ("suites without runs alone are none", asked(suite(1, "queued", OTHER, 0), suite(2, "queued", OURS, 0)), NONE),
    ("our own check does not count when it waits", asked(run("lint"), run("dursor", None, app_id=OURS, id=2)), GREEN),
    ("our own check does not count when it failed", asked(run("lint"), run("dursor", "failure", app_id=OURS, id=2)),
    GREEN),
    ("our own check alone is none", asked(run("dursor", app_id=OURS), suite(1, "queued", OURS)), NONE),
    ("our own check as a demand of the branch is there", asked(run("lint"), run("dursor", None, app_id=OURS, id=2),
        demands=[("dursor", OURS)]), GREEN),
    ("statuses alone can be green", asked(status("ci/jenkins")), GREEN),
    ("a status that failed is red", asked(status("ci/jenkins", "failure")), RED),
    ("a status with an error is red", asked(status("ci/jenkins", "error"), run("lint")), RED),
    ("a status that waits is pending", asked(status("ci/jenkins", "pending"), run("lint")), PENDING),
    ("a re-run in the same suite replaces red by green", asked(run("tests", "failure", id=1),
        run("tests", "success", id=2, started_at=LATER)), GREEN),
    ("a re-run in the same suite replaces green by red", asked(run("tests", "success", id=1),
        run("tests", "failure", id=2, started_at=LATER)), RED),
    ("a re-run that still runs is pending", asked(run("tests", "failure", id=1),
        run("tests", None, id=2, started_at=LATER)), PENDING),
    ("one name in two suites is red when one of them is", asked(run("tests", "failure", suite_id=1),
        run("tests", suite_id=2, id=2, started_at=LATER)), RED),
    ("one name from two apps is red when one of them is", asked(run("tests"), run("tests", "failure", app_id=OTHER,
    id=2)),
        RED),
    ("push and pull_request disagree, and red wins", asked(of_workflow("tests", "success", 8),
        of_workflow("tests", "failure", 9, id=2), workflow("success", id=8, event="push"), workflow("failure",
        id=9)), RED),
    ("a workflow that gave way to a newer run is not missed", asked(of_workflow("tests", "cancelled", 8),
        of_workflow("tests", "success", 9, id=2), workflow("cancelled", id=8), workflow("success", id=9)), GREEN),
    ("a workflow that another one did not replace is inconclusive", asked(of_workflow("tests", "cancelled", 8),
        of_workflow("tests", "success", 9, id=2), workflow("cancelled", id=8, path="a.yml"),
        workflow("success", id=9, path="b.yml")), UNCLEAR),
    ("what failed before it gave way is red", asked(of_workflow("lint", "failure", 8), of_workflow("tests",
    "success", 9,
        id=2), workflow("cancelled", id=8), workflow("success", id=9)), RED),
    ("a required check that never started is expected", asked(run("lint"), demands=[("tests", None)]), EXPECTED),
    ("a required check that never started is pending at first", asked(run("lint"), demands=[("tests", None)], age=5),
    PENDING),
    ("a required check that passed is green", asked(run("tests"), demands=[("tests", ACTIONS)]), GREEN),
    ("a required check of the wrong app is expected", asked(run("tests", app_id=OTHER), demands=[("tests", ACTIONS)]),
        EXPECTED),
    ("a status does not stand in for a required app", asked(status("tests"), demands=[("tests", ACTIONS)]), EXPECTED),
    ("a required status is met whatever its case", asked(status("CI/Jenkins"), demands=[("ci/jenkins", None)]), GREEN),
    ("a check and a status of one required name are both required", asked(run("tests"), status("tests", "failure"),
        demands=[("tests", None)]), RED),
    ("the same of a status that waits", asked(run("tests"), status("tests", "pending"), demands=[("tests", None)]),
    PENDING),
    ("the configuration's required check that never started is expected", asked(run("lint"), required=("tests",)),
    EXPECTED),
    ("required by rules and configuration is required once", asked(run("tests"), demands=[("tests", ACTIONS)],
        required=("tests",)), GREEN),
    ("required by rules and configuration from the wrong app is expected", asked(run("tests", app_id=OTHER),
        demands=[("tests", ACTIONS)], required=("tests",)), EXPECTED),
    ("required by two rules from two apps is required of both", asked(run("tests"), demands=[("tests", ACTIONS),
        ("tests", OTHER)]), EXPECTED),
    ("red beside a missing required check is red", asked(run("lint", "failure"), demands=[("tests", None)]), RED),
    ("an ignored check that failed is green", asked(run("lint"), run("Nightly", "failure", id=2),
    ignore=("nightly",)), GREEN),
    ("an ignored status that waits is green", asked(run("lint"), status("slow", "pending"), ignore=("slow",)), GREEN),
    ("an ignored workflow that runs is green", asked(run("lint"), workflow(None, "in_progress", name="Nightly"),
        ignore=("nightly",)), GREEN),
    ("everything ignored is none", asked(run("nightly"), ignore=("nightly",)), NONE),
    ("what the branch requires cannot be ignored", asked(run("tests", "failure"), demands=[("tests", None)],
        ignore=("tests",)), RED),
    ("no CI with a conflict is a conflict", asked(has_conflict=True), CONFLICT),
    ("no CI with a conflict is a conflict at once", asked(has_conflict=True, age=1), CONFLICT),
    ("a required check missing with a conflict is a conflict", asked(status("cla"), demands=[("tests", None)],
        has_conflict=True), CONFLICT),
    ("red with a conflict is red", asked(run("tests", "failure"), has_conflict=True), RED),
    ("green from before the conflict is green", asked(run("tests"), has_conflict=True), GREEN),
]
# fmt: on


@pytest.mark.parametrize(("question", "answer"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_reports_fold_into_one_answer(question, answer):
    assert verdict(question).answer is answer


def test_the_names_of_what_is_red_and_the_results_of_all_are_told():
    told = verdict(asked(run("tests", "failure"), run("lint", id=2), status("ci/x", "error")))

    assert told.names == ("ci/x", "tests")
    assert dict(told.results) == {"tests": "failure", "lint": "success", "ci/x": "failure"}
    assert [failed.name for failed in told.failed] == ["tests"]
    assert told.why == "failed: ci/x, tests"


def test_of_two_with_one_name_the_worse_result_is_shown():
    reports = [run("tests", None, suite_id=1), run("tests", "success", suite_id=2, id=2)]

    assert verdict(asked(*reports)).results == verdict(asked(*reversed(reports))).results == (("tests", "pending"),)


def test_pending_says_when_to_look_again():
    assert verdict(asked(run("lint"), age=45)).look_again_in == 15
    assert (verdict(asked(run("lint", None))).look_again_in or 0) > 0
    assert verdict(asked(run("lint"))).look_again_in is None


def test_many_names_are_cut_short():
    many = [run(f"job {number}", "failure", id=number) for number in range(9)]

    assert verdict(asked(*many)).why == "failed: job 0, job 1, job 2, job 3, job 4 and 4 more"
