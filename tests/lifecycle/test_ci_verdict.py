"""Is CI green? One row for each set of reports that GitHub makes, and the answer to it."""

from __future__ import annotations

import pytest

from app.lifecycle.ci_verdict import verdict
from tests.lifecycle.check_sets import REPORTS
from tests.lifecycle.check_sets_asked import DEMANDS
from tests.lifecycle.reports import asked, run, status

TABLE = [*REPORTS, *DEMANDS]


@pytest.mark.parametrize(("question", "answer"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_reports_fold_into_one_answer(question, answer):
    assert verdict(question).answer is answer


def test_the_table_holds_at_least_eighty_sets_of_which_none_is_there_twice():
    questions = [row[1] for row in TABLE]

    assert len(questions) == len(set(questions)) >= 80
    assert len({row[0] for row in TABLE}) == len(TABLE)


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
