"""A full life on the hub: every route is asked and every event happens, as test material for the descriptions."""

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


async def live(hub: Hub, repo: repository.Repository, app: App) -> None:
    await _installation(hub, app)
    await _repository(hub, repo, app)
    await _pull_request(hub, repo, app)
    await _checks(hub, repo, app)
    await _talk(hub, repo, app)
    await _reviews(hub, repo, app)
    await _merge(hub, repo, app)
    await _fork(hub, repo, app)
    await _runs(hub, app)
    await _owners(hub, repo, app)


async def _ok(app: App, method: str, path: str, body: Any = None) -> Any:
    answer = await app.call(method, path, body)
    assert answer.status < 400, answer
    return answer.body


async def _installation(hub: Hub, app: App) -> None:
    installation = (await app.as_app("GET", "/app/installations")).body[0]["id"]
    await app.as_app("GET", "/app")
    await app.as_app("GET", f"/app/installations/{installation}")
    await app.as_app("GET", "/app/installations/1")
    await _ok(app, "GET", "/installation/repositories")
    await app.call("GET", "/users/dursor%5Bbot%5D", token="")
    await app.call("GET", "/users/nobody-here", token="")
    await app.call("GET", "/rate_limit")
    await app.call("GET", "/meta", token="")
    hub.ping()
    hub.offer_manifest("once", {"client_id": "Iv1", "client_secret": "s", "webhook_secret": "w", "pem": "p"})
    await app.call("POST", "/app-manifests/once/conversions", token="")
    await app.call("POST", "/app-manifests/once/conversions", token="")


async def _repository(hub: Hub, repo: repository.Repository, app: App) -> None:
    hub.protect(repo, required=["build"], approvals=1)
    hub.set_permission(repo, "carol", "maintain")
    for path in (
        "",
        "/contents/README.md",
        "/contents/missing",
        "/branches/main",
        "/branches/missing",
        "/rules/branches/main",
        "/rules/branches/other",
        "/collaborators/carol/permission",
        "/collaborators/dursor%5Bbot%5D/permission",
        "/git/ref/heads/main",
        "/git/ref/heads/missing",
        "/commits/main",
    ):
        await app.call("GET", HOME + path)
    await app.call("GET", f"/repositories/{repo.id}")
    await app.call("GET", "/repos/octo/nothing")
    repo.protections.clear()


async def _pull_request(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = await hub.open_pull_request(
        repo, title="One", files={"a.py": "x = 2\n" * 20, "b.py": "y\n"}, author="alice", branch="one"
    )
    await hub.push(pull, {"b.py": "z\n"}, "alice")
    hub.label(pull, "dursor", "alice")
    hub.unlabel(pull, "dursor", "alice")
    hub.set_draft(pull, draft=True)
    hub.set_draft(pull, draft=False)
    await hub.edit(pull, title="Two", body="Text")
    hub.close(pull)
    await hub.reopen(pull)
    for path in ("/pulls", "/pulls?state=all&per_page=1", "/pulls/1", "/pulls/99", "/pulls/1/files"):
        await app.call("GET", HOME + path)
    await hub.quiet()
    await _ok(app, "GET", f"{HOME}/pulls/1")
    for path in ("pulls/1/commits", "compare/main...one", "compare/main...nothing"):
        await app.call("GET", f"{HOME}/{path}")
    await _ok(app, "GET", f"{HOME}/commits/{pull.head_sha}/pulls")
    await hub.push_branch(repo, "two", {"c.py": "1\n"}, "alice", base="main")
    for body in ({"title": "By app", "head": "two", "base": "main"}, {"title": "Again", "head": "two"}):
        await app.call("POST", f"{HOME}/pulls", body)
    await app.call("POST", f"{HOME}/pulls", {"title": "Again", "head": "two", "base": "main"})
    await _ok(app, "PATCH", f"{HOME}/pulls/2", {"title": "By the app", "state": "closed"})
    await app.call("PATCH", f"{HOME}/pulls/2", {"state": "other"})


async def _checks(hub: Hub, repo: repository.Repository, app: App) -> None:
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
    mine = await _ok(app, "POST", f"{HOME}/check-runs", body)
    url = f"{HOME}/check-runs/{mine['id']}"
    await _ok(app, "PATCH", url, {"conclusion": "success", "output": output, "actions": buttons})
    await _ok(app, "GET", url)
    await _ok(app, "GET", f"{url}/annotations")
    await app.call("PATCH", f"{HOME}/check-runs/{foreign.id}", {"conclusion": "failure"})
    await app.call("POST", f"{HOME}/check-runs", {"name": "x", "head_sha": "f" * 40})
    await app.call("POST", f"{HOME}/check-runs", {"head_sha": sha})
    for path in ("check-runs", "check-runs?filter=all", "check-suites", "status"):
        await _ok(app, "GET", f"{HOME}/commits/{sha}/{path}")
    own = next(run for run in hub.check_runs(sha) if run.id == mine["id"])
    hub.rerequest_check(own)
    hub.press_button(own, "fix")


async def _talk(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = hub.pulls[0]
    said = hub.comment(pull, "/dursor fix", "alice")
    hub.edit_comment(said, "/dursor help")
    issue = hub.open_issue(repo, "A bug", "It breaks", "dave")
    hub.label(issue, "bug")
    on_issue = hub.comment(issue, "me too", "dave")
    await _ok(app, "GET", f"{HOME}/issues/{issue.number}")
    await _ok(app, "GET", f"{HOME}/issues/{pull.number}")
    made = await _ok(app, "POST", f"{HOME}/issues/{pull.number}/comments", {"body": "Hello"})
    await app.call("POST", f"{HOME}/issues/{pull.number}/comments", {"body": "x" * 65537})
    await _ok(app, "PATCH", f"{HOME}/issues/comments/{made['id']}", {"body": "Hello again"})
    await _ok(app, "GET", f"{HOME}/issues/comments/{made['id']}")
    await _ok(app, "GET", f"{HOME}/issues/{pull.number}/comments")
    for _ in range(2):
        await _ok(app, "POST", f"{HOME}/issues/comments/{said.id}/reactions", {"content": "eyes"})
    await app.call("POST", f"{HOME}/issues/comments/{said.id}/reactions", {"content": "tomato"})
    await _ok(app, "DELETE", f"{HOME}/issues/comments/{made['id']}")
    await app.call("GET", f"{HOME}/issues/comments/{made['id']}")
    await _ok(app, "POST", f"{HOME}/issues/{pull.number}/labels", {"labels": ["ready"]})
    await _ok(app, "DELETE", f"{HOME}/issues/{pull.number}/labels/ready")
    await _ok(app, "PATCH", f"{HOME}/issues/{issue.number}", {"state": "closed"})
    hub.delete_comment(on_issue)


async def _reviews(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = hub.pulls[0]
    comments = [{"path": "a.py", "line": 3, "side": "RIGHT", "body": "Why?"}]
    theirs = await hub.review(pull, "COMMENTED", "Look here", "carol", comments)
    hub.reply(theirs.comments[0], "Because.", "alice")
    approved = await hub.review(pull, "APPROVED", "", "carol")
    hub.edit_review(theirs, "Look there")
    hub.dismiss(approved)
    review = {"commit_id": pull.head_sha, "event": "COMMENT", "body": "Fine", "comments": comments}
    await _ok(app, "POST", f"{HOME}/pulls/1/reviews", review)
    outside = [{"path": "a.py", "line": 999, "body": "Where?"}]
    await app.call("POST", f"{HOME}/pulls/1/reviews", review | {"comments": outside})
    await _ok(app, "GET", f"{HOME}/pulls/1/reviews")
    listed = await _ok(app, "GET", f"{HOME}/pulls/1/comments")
    await _ok(app, "POST", f"{HOME}/pulls/1/comments/{listed[0]['id']}/replies", {"body": "Done"})
    await _ok(app, "POST", f"{HOME}/pulls/comments/{listed[0]['id']}/reactions", {"content": "rocket"})


async def _merge(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = hub.pulls[0]
    await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": "0" * 40})
    hub.set_draft(pull, draft=True)
    await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha})
    hub.set_draft(pull, draft=False)
    await _ok(app, "PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha, "merge_method": "squash"})
    await _ok(app, "GET", f"{HOME}/pulls/1")
    await _ok(app, "DELETE", f"{HOME}/git/refs/heads/one")
    await app.call("DELETE", f"{HOME}/git/refs/heads/one")


async def _fork(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = await hub.open_pull_request(repo, title="From a fork", author="mallory", fork=True)
    await hub.push(pull, {"more.txt": "1\n"}, "mallory")
    await hub.finish_check(pull, "build", "failure")
    await _ok(app, "GET", f"{HOME}/pulls/{pull.number}")
    await _ok(app, "GET", f"{HOME}/commits/{pull.head_sha}/check-runs")


async def _runs(hub: Hub, app: App) -> None:
    files = {".github/workflows/ci.yml": WORKFLOW}
    repo = await hub.create_repository("octo/ci", files, ci=True)
    pull = await hub.open_pull_request(repo)
    await hub.quiet()
    home = "/repos/octo/ci"
    run = (await _ok(app, "GET", f"{home}/actions/runs?head_sha={pull.head_sha}"))["workflow_runs"][0]
    await _ok(app, "GET", f"{home}/actions/runs/{run['id']}")
    jobs = (await _ok(app, "GET", f"{home}/actions/runs/{run['id']}/jobs"))["jobs"]
    await _ok(app, "GET", f"{home}/actions/jobs/{jobs[0]['id']}")
    await _ok(app, "GET", f"{home}/actions/jobs/{jobs[0]['id']}/logs")
    await _ok(app, "GET", f"{home}/check-runs/{jobs[0]['id']}/annotations")
    await _ok(app, "POST", f"{home}/actions/runs/{run['id']}/rerun-failed-jobs")
    await hub.quiet()
    await _ok(app, "GET", f"{home}/actions/runs/{run['id']}/jobs?filter=all")
    await app.call("GET", f"{home}/actions/jobs/1/logs")
    await app.call("POST", f"{home}/statuses/{pull.head_sha}", {"state": "success"})
    hub.installation(repo).permissions["statuses"] = "write"
    await app.authenticate()
    await _ok(app, "POST", f"{home}/statuses/{pull.head_sha}", {"state": "success", "context": "ci/app"})


async def _owners(hub: Hub, repo: repository.Repository, app: App) -> None:
    installation = hub.installation(repo)
    other = await hub.create_repository("octo/other", private=True)
    hub.select_repositories(installation, [repo])
    hub.select_repositories(installation, [repo, other])
    hub.select_repositories(installation, [repo])
    hub.suspend(installation)
    await app.call("GET", HOME)
    hub.suspend(installation, suspended=False)
    hub.rename_repository(repo, "gadgets")
    await app.call("GET", HOME)
    await _ok(app, "GET", "/repos/octo/gadgets")
    hub.archive_repository(repo)
    await hub.quiet()
    found = (await app.as_app("GET", "/app/hook/deliveries?per_page=2")).body
    await app.as_app("GET", f"/app/hook/deliveries/{found[0]['id']}")
    await app.as_app("POST", f"/app/hook/deliveries/{found[0]['id']}/attempts")
    hub.delete_repository(repo)
    hub.uninstall(installation)
    await hub.quiet()
