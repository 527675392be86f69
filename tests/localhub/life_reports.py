"""The part of a full life on the hub in which checks report, people and the app write, and CI runs."""

from __future__ import annotations

from typing import Any

from app.localhub.hub import Hub
from app.localhub.state import repository
from tests.localhub.conftest import App

HOME = "/repos/octo/widgets"
WORKFLOW = """
on: [pull_request]
jobs:
  bad: {steps: [{run: echo "::error file=a.py,line=1::no"; false}]}
  gate: {needs: bad, steps: [{run: "true"}]}
"""


async def ok(app: App, method: str, path: str, body: Any = None) -> Any:
    answer = await app.call(method, path, body)
    assert answer.status < 400, answer
    return answer.body


async def checks(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = hub.pulls[0]
    sha = pull.head_sha
    foreign = await hub.finish_check(pull, "build", "success")
    running = await hub.finish_check(pull, "slow", None)
    await hub.update_check(running, "failure")
    await hub.set_status(repo, sha, "failure", description="broken")
    output = {
        "title": "T",
        "summary": "S",
        "annotations": [
            {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "no"}
        ],
    }
    buttons = [{"label": "Fix", "description": "Fix it", "identifier": "fix"}]
    body = {"name": "dursor", "head_sha": sha, "status": "in_progress", "external_id": "run-1", "output": output}
    mine = await ok(app, "POST", f"{HOME}/check-runs", body)
    url = f"{HOME}/check-runs/{mine['id']}"
    await ok(app, "PATCH", url, {"conclusion": "success", "output": output, "actions": buttons})
    await ok(app, "GET", url)
    await ok(app, "GET", f"{url}/annotations")
    await app.call("PATCH", f"{HOME}/check-runs/{foreign.id}", {"conclusion": "failure"})
    await app.call("POST", f"{HOME}/check-runs", {"name": "x", "head_sha": "f" * 40})
    await app.call("POST", f"{HOME}/check-runs", {"head_sha": sha})
    for path in ("check-runs", "check-runs?filter=all", "check-suites", "status"):
        await ok(app, "GET", f"{HOME}/commits/{sha}/{path}")
    silent = {"auto_trigger_checks": [{"app_id": hub.app.id, "setting": False}]}
    await ok(app, "PATCH", f"{HOME}/check-suites/preferences", silent)
    await ok(app, "PATCH", f"{HOME}/check-suites/preferences", {"auto_trigger_checks": []})
    own = next(run for run in hub.check_runs(sha) if run.id == mine["id"])
    hub.rerequest_check(own)
    hub.press_button(own, "fix")


async def talk(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = hub.pulls[0]
    said = hub.comment(pull, "/dursor fix", "alice")
    hub.edit_comment(said, "/dursor help")
    issue = hub.open_issue(repo, "A bug", "It breaks", "dave")
    hub.label(issue, "bug")
    on_issue = hub.comment(issue, "me too", "dave")
    await ok(app, "GET", f"{HOME}/issues/{issue.number}")
    await ok(app, "GET", f"{HOME}/issues/{pull.number}")
    made = await ok(app, "POST", f"{HOME}/issues/{pull.number}/comments", {"body": "Hello"})
    await app.call("POST", f"{HOME}/issues/{pull.number}/comments", {"body": "x" * 65537})
    await ok(app, "PATCH", f"{HOME}/issues/comments/{made['id']}", {"body": "Hello again"})
    await ok(app, "GET", f"{HOME}/issues/comments/{made['id']}")
    await ok(app, "GET", f"{HOME}/issues/{pull.number}/comments")
    await ok(app, "GET", f"{HOME}/issues/comments?since=2020-01-01T00:00:00Z")
    for _ in range(2):
        await ok(app, "POST", f"{HOME}/issues/comments/{said.id}/reactions", {"content": "eyes"})
    await app.call("POST", f"{HOME}/issues/comments/{said.id}/reactions", {"content": "tomato"})
    await ok(app, "DELETE", f"{HOME}/issues/comments/{made['id']}")
    await app.call("GET", f"{HOME}/issues/comments/{made['id']}")
    await ok(app, "POST", f"{HOME}/issues/{pull.number}/labels", {"labels": ["ready"]})
    await ok(app, "DELETE", f"{HOME}/issues/{pull.number}/labels/ready")
    await ok(app, "PATCH", f"{HOME}/issues/{issue.number}", {"state": "closed"})
    hub.delete_comment(on_issue)


async def reviews(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = hub.pulls[0]
    comments = [{"path": "a.py", "line": 3, "side": "RIGHT", "body": "Why?"}]
    theirs = await hub.review(pull, "COMMENTED", "Look here", "carol", comments)
    hub.reply(theirs.comments[0], "Because.", "alice")
    approved = await hub.review(pull, "APPROVED", "", "carol")
    hub.edit_review(theirs, "Look there")
    hub.dismiss(approved)
    review = {"commit_id": pull.head_sha, "event": "COMMENT", "body": "Fine", "comments": comments}
    ours = await ok(app, "POST", f"{HOME}/pulls/1/reviews", review)
    await ok(app, "GET", f"{HOME}/pulls/1/reviews/{ours['id']}/comments?per_page=1")
    await app.call("GET", f"{HOME}/pulls/1/reviews/1/comments")
    outside = [{"path": "a.py", "line": 999, "body": "Where?"}]
    await app.call("POST", f"{HOME}/pulls/1/reviews", review | {"comments": outside})
    await ok(app, "GET", f"{HOME}/pulls/1/reviews")
    listed = await ok(app, "GET", f"{HOME}/pulls/1/comments")
    await ok(app, "GET", f"{HOME}/pulls/comments?since=2020-01-01T00:00:00Z")
    await ok(app, "POST", f"{HOME}/pulls/1/comments/{listed[0]['id']}/replies", {"body": "Done"})
    await ok(app, "POST", f"{HOME}/pulls/comments/{listed[0]['id']}/reactions", {"content": "rocket"})


async def runs(hub: Hub, app: App) -> None:
    files = {".github/workflows/ci.yml": WORKFLOW}
    repo = await hub.create_repository("octo/ci", files, ci=True)
    pull = await hub.open_pull_request(repo)
    await hub.quiet()
    home = "/repos/octo/ci"
    run = (await ok(app, "GET", f"{home}/actions/runs?head_sha={pull.head_sha}"))["workflow_runs"][0]
    await ok(app, "GET", f"{home}/actions/runs/{run['id']}")
    jobs = (await ok(app, "GET", f"{home}/actions/runs/{run['id']}/jobs"))["jobs"]
    await ok(app, "GET", f"{home}/actions/jobs/{jobs[0]['id']}")
    await ok(app, "GET", f"{home}/actions/jobs/{jobs[0]['id']}/logs")
    await ok(app, "GET", f"{home}/check-runs/{jobs[0]['id']}/annotations")
    await ok(app, "POST", f"{home}/actions/runs/{run['id']}/rerun-failed-jobs")
    await hub.quiet()
    await ok(app, "GET", f"{home}/actions/runs/{run['id']}/jobs?filter=all")
    await app.call("GET", f"{home}/actions/jobs/1/logs")
    repo.settings.fork_runs_need_approval = True
    strange = await hub.open_pull_request(repo, author="mallory", fork=True, files={"m.py": "1\n"})
    await hub.quiet()
    (waiting,) = (await ok(app, "GET", f"{home}/actions/runs?head_sha={strange.head_sha}"))["workflow_runs"]
    await ok(app, "POST", f"{home}/actions/runs/{waiting['id']}/approve")
    await hub.quiet()
    await app.call("POST", f"{home}/actions/runs/{waiting['id']}/approve")
    await app.call("POST", f"{home}/statuses/{pull.head_sha}", {"state": "success"})
    hub.installation(repo).permissions["statuses"] = "write"
    await app.authenticate()
    await ok(app, "POST", f"{home}/statuses/{pull.head_sha}", {"state": "success", "context": "ci/app"})
