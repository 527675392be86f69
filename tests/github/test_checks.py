"""What is reported about a commit and demanded by a branch, complete or an error."""

from __future__ import annotations

import pytest

from app import errors
from app.github import checks
from app.lifecycle.checks import BranchRules, CommitStatus, Required
from tests.github import scripted, shapes

SHA = "b" * 40
COMMIT = f"repos/octo/widgets/commits/{SHA}"
RUNS = "repos/octo/widgets/check-runs"
NOTHING = {
    f"{COMMIT}/check-runs": {"check_runs": []},
    f"{COMMIT}/check-suites": {"check_suites": []},
    f"{COMMIT}/status": {"state": "pending", "statuses": []},
    "repos/octo/widgets/actions/runs": {"workflow_runs": []},
}


def report(server, answers=()):
    for path, answer in {**NOTHING, **dict(answers)}.items():
        server.on(f"GET {path}", scripted.reply(answer))


async def test_all_four_sources_of_a_commit_are_read(server, repo):
    status = {
        "context": "ci/x",
        "state": "failure",
        "description": None,
        "target_url": "javascript:",
        "updated_at": None,
    }
    workflow_run = {
        "id": 9,
        "name": None,
        "event": "pull_request",
        "status": "completed",
        "conclusion": "action_required",
    }
    report(
        server,
        {
            f"{COMMIT}/check-runs": {"check_runs": [shapes.check_run(1, app=None, conclusion="brand_new")]},
            f"{COMMIT}/check-suites": {
                "check_suites": [{"id": 5, "app": None, "status": "queued", "conclusion": None}]
            },
            f"{COMMIT}/status": {"statuses": [status]},
            "repos/octo/widgets/actions/runs": {"workflow_runs": [workflow_run]},
        },
    )

    found = await checks.at(repo, SHA)

    assert [(run.id, run.app_id, run.suite_id, run.conclusion) for run in found.runs] == [(1, None, 5, "brand_new")]
    assert [(suite.id, suite.runs_count) for suite in found.suites] == [(5, 0)]
    assert found.statuses == (CommitStatus("ci/x", "failure", None, "javascript:", None),)
    assert [(run.conclusion, run.attempt) for run in found.workflow_runs] == [("action_required", 1)]
    head_shas = [seen.query["head_sha"] for seen in server.seen if seen.path.endswith("actions/runs")]
    assert head_shas == [SHA]


@pytest.mark.parametrize("path", list(NOTHING))
async def test_a_source_that_cannot_be_read_fails_the_whole(server, repo, path):
    report(server)
    server.on(f"GET {path}", scripted.reply({"message": "x"}, 502))

    with pytest.raises(errors.Transient):
        await checks.at(repo, SHA)


async def test_a_missing_permission_is_told_as_it_is(server, repo):
    report(server)
    server.on("GET repos/octo/widgets/actions/runs", scripted.reply({"message": "Resource not accessible"}, 403))

    with pytest.raises(errors.Forbidden):
        await checks.at(repo, SHA)


async def demands(server, repo, rules=(), protection=None):
    server.on("GET repos/octo/widgets/rules/branches/release%2F1", scripted.reply(list(rules)))
    branch = {"name": "release/1", "protected": protection is not None, "protection": protection}
    server.on("GET repos/octo/widgets/branches/release%2F1", scripted.reply(branch))
    return await checks.required(repo, "release/1")


async def test_a_branch_without_rules_demands_nothing(server, repo):
    assert await demands(server, repo) == BranchRules()


async def test_rules_of_all_rulesets_and_of_classic_protection_add_up(server, repo):
    rules = [
        {
            "type": "required_status_checks",
            "parameters": {
                "required_status_checks": [{"context": "build", "integration_id": 15368}, {"context": "lint"}],
                "strict_required_status_checks_policy": True,
            },
        },
        {"type": "pull_request", "parameters": {"required_approving_review_count": 1}},
        {
            "type": "pull_request",
            "parameters": {
                "required_approving_review_count": 2,
                "require_code_owner_review": True,
                "require_last_push_approval": True,
                "required_review_thread_resolution": True,
                "allowed_merge_methods": ["squash", "merge"],
            },
        },
        {"type": "required_linear_history"},
        {"type": "required_signatures"},
        {"type": "merge_queue", "parameters": {}},
        {"type": "brand_new_rule", "parameters": {"x": 1}},
    ]
    classic = {
        "required_status_checks": {
            "enforcement_level": "non_admins",
            "contexts": ["lint", "old"],
            "checks": [{"context": "lint", "app_id": -1}],
        }
    }

    assert await demands(server, repo, rules, classic) == BranchRules(
        required=(Required("build", 15368), Required("lint", None), Required("old", None)),
        strict=True,
        approvals=2,
        code_owners=True,
        signatures=True,
        merge_queue=True,
        allowed_methods=("squash",),
        last_push_approval=True,
        conversation_resolution=True,
    )


async def test_classic_protection_that_is_off_demands_nothing(server, repo):
    off = {"required_status_checks": {"enforcement_level": "off", "contexts": ["x"], "checks": []}}

    assert (await demands(server, repo, (), off)).required == ()


async def test_the_rules_of_a_branch_that_is_not_there_cannot_be_asked(server, repo):
    server.on("GET repos/octo/widgets/rules/branches/gone", scripted.reply([]))

    with pytest.raises(errors.NotFound):
        await checks.required(repo, "gone")


async def test_annotations_are_read_with_what_is_missing(server, repo):
    remark = {
        "path": ".github",
        "start_line": 1,
        "end_line": None,
        "annotation_level": "failure",
        "title": None,
        "message": "m",
    }
    server.on(f"GET {RUNS}/8/annotations", scripted.reply([remark]))

    assert await checks.annotations(repo, 8) == [checks.Remark(".github", 1, None, "failure", None, "m")]


async def test_failed_jobs_are_run_again(server, repo):
    server.on("POST repos/octo/widgets/actions/runs/9/rerun-failed-jobs", scripted.reply({}, 201))

    await checks.rerun_failed(repo, 9)

    assert server.paths("POST")[-1] == "repos/octo/widgets/actions/runs/9/rerun-failed-jobs"
