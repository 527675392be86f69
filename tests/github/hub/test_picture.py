"""The picture of a pull request: the same facts as REST tells, in one request, or none at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import errors
from app.github import picture, pulls, review_state
from app.lifecycle.people_gates import ReviewDecision
from app.localhub.actions.checks import Change
from app.localhub.actions.checks import create as report
from app.localhub.faults import Fault
from tests import github_descriptions


def _ordered(found):
    """Without the order of lists, and what GraphQL keeps to itself."""
    workflows = frozenset(replace(run, attempt=None) for run in found.checks.workflow_runs)
    runs = frozenset(replace(run, text=None) for run in found.checks.runs)
    of_checks = runs, frozenset(found.checks.suites), found.checks.statuses, workflows
    return replace(found, checks=of_checks)


@pytest.fixture
async def reviewed(hub, home):
    """A pull request with checks of two apps, a status, a workflow of Actions and reviews."""
    pull = await hub.open_pull_request(home, files={"a.py": "x = 1\n"}, author="alice")
    hub.set_permission(home, "carol", "write")
    await hub.review(pull, "APPROVED", "good", "carol")
    await hub.review(pull, "COMMENTED", "hm", "stranger")
    await hub.finish_check(pull, "build", "success")
    await hub.finish_check(pull, "lint", "failure")
    other = hub.other_app("travis")
    await report(hub.world, home, other, pull.head_sha, Change(name="build", status="in_progress"), other.bot)
    await hub.set_status(home, pull.head_sha, "pending", "legacy")
    await hub.quiet()
    return pull


def test_the_document_fits_githubs_schema():
    asked = {"owner": "o", "name": "n", "number": 1}
    assert github_descriptions.graphql_errors(picture.DOCUMENT, asked) == []


async def test_it_tells_what_rest_tells(hub, repo, reviewed):
    before = len(hub.requests)
    found = await picture.by_graphql(repo, reviewed.number)
    assert [request.path for request in hub.requests[before:] if "access_tokens" not in request.path] == [
        "/api/graphql"
    ]
    told = await picture.by_rest(repo, reviewed.number)
    assert _ordered(found) == _ordered(told)


def test_the_smaller_document_fits_githubs_schema_too():
    asked = {"owner": "o", "name": "n", "number": 1}
    assert github_descriptions.graphql_errors(review_state.DOCUMENT, asked) == []


async def test_both_ways_tell_what_github_makes_of_the_reviews(hub, repo, home, reviewed):
    hub.protect(home, approvals=1, code_owners=True, owners=["dora"], threads=True)
    remark = [{"path": "a.py", "line": 1, "body": "why?"}]
    await hub.review(reviewed, "CHANGES_REQUESTED", "no", "erin", remark)
    hub.delete_account("erin")

    found = await picture.by_graphql(repo, reviewed.number)
    told = await picture.by_rest(repo, reviewed.number)

    assert _ordered(found) == _ordered(told)
    assert found is not None
    state = found.review_state
    assert state is not None
    assert (state.decision, state.owners) == (ReviewDecision.REVIEW_REQUIRED, ("dora",))
    assert [(one.path, one.author) for one in state.threads] == [("a.py", None)]
    assert (state.threads[0].url or "").startswith("http")
    assert state.pushers == ("alice",)
    assert [one.author_login for one in found.reviews] == ["carol", "stranger", None]
    assert found.reviews[0].html_url


async def test_a_decision_is_of_the_head_that_was_asked_for(repo, reviewed):
    assert await review_state.of(repo, reviewed.number, "0" * 40) is None


async def test_without_graphql_the_rest_is_told_and_github_s_decision_is_unknown(hub, repo, reviewed):
    hub.faults.bad_gateway("POST", "graphql", times=9)
    found = await picture.of(repo, reviewed.number)
    assert found.review_state is None
    assert len(found.reviews) == 2


async def test_a_hundred_and_one_runs_are_left_to_rest(hub, repo, home):
    pull = await hub.open_pull_request(home, files={"a.py": "x = 1\n"})
    other = hub.other_app("matrix")
    for number in range(101):
        await report(hub.world, home, other, pull.head_sha, Change(name=f"leg {number}"), other.bot)
    assert await picture.by_graphql(repo, pull.number) is None
    assert len((await picture.of(repo, pull.number)).checks.runs) == 101


@pytest.mark.parametrize(
    "answer",
    [
        {"data": None, "errors": [{"message": "Something went wrong"}]},
        {"data": None, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]},
        {"errors": [{"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}]},
        "<html>",
    ],
)
async def test_an_answer_with_errors_is_no_picture(hub, repo, home, answer):
    pull = await hub.open_pull_request(home, files={"a.py": "x = 1\n"})
    hub.faults.add(Fault("POST", "graphql", status=200, body=answer))
    assert (await picture.of(repo, pull.number)).head_sha == pull.head_sha
    assert "GET" in {request.method for request in hub.requests if request.path.endswith("/pulls/1")}


async def test_a_limit_pauses_the_installation(hub, repo, home):
    pull = await hub.open_pull_request(home, files={"a.py": "x = 1\n"})
    hub.faults.add(Fault("POST", "graphql", status=200, body={"errors": [{"type": "RATE_LIMITED", "message": "slow"}]}))
    with pytest.raises(errors.RateLimited):
        await picture.of(repo, pull.number)
    with pytest.raises(errors.RateLimited):
        await pulls.get(repo, pull.number)


async def test_a_pull_request_that_is_not_there(repo):
    with pytest.raises(errors.NotFound):
        await picture.of(repo, 77)
