"""A full life on the hub: every route is asked and every event happens, as test material for the descriptions."""

from __future__ import annotations

from app.localhub.hub import Hub
from app.localhub.state import issues, repository
from app.localhub.state.repository import RequiredCheck
from tests.localhub import life_reports
from tests.localhub.conftest import App
from tests.localhub.life_reports import HOME, ok


async def live(hub: Hub, repo: repository.Repository, app: App) -> None:
    await _installation(hub, app)
    await _repository(hub, repo, app)
    await _pull_request(hub, repo, app)
    await life_reports.checks(hub, repo, app)
    await life_reports.talk(hub, repo, app)
    await life_reports.reviews(hub, repo, app)
    await _merge(hub, repo, app)
    await _queue(hub, repo, app)
    await _fork(hub, repo, app)
    await life_reports.runs(hub, app)
    await _owners(hub, repo, app)


async def _installation(hub: Hub, app: App) -> None:
    installation = (await app.as_app("GET", "/app/installations")).body[0]["id"]
    await app.as_app("GET", "/app")
    await app.as_app("GET", f"/app/installations/{installation}")
    await app.as_app("GET", "/app/installations/1")
    await ok(app, "GET", "/installation/repositories")
    await app.call("GET", "/users/dursor%5Bbot%5D", token="")
    await app.call("GET", "/users/nobody-here", token="")
    await app.call("GET", "/rate_limit")
    await app.call("GET", "/meta", token="")
    await app.as_app("GET", "/app/hook/config")
    await app.as_app("PATCH", "/app/hook/config", {"secret": "another"})
    await app.as_app("PATCH", "/app/hook/config", {"secret": hub.webhook_secret})
    hub.ping()
    hub.offer_manifest("once", {"client_id": "Iv1", "client_secret": "s", "webhook_secret": "w", "pem": "p"})
    await app.call("POST", "/app-manifests/once/conversions", token="")
    await app.call("POST", "/app-manifests/once/conversions", token="")


async def _repository(hub: Hub, repo: repository.Repository, app: App) -> None:
    hub.protect(
        repo,
        required=["build", RequiredCheck("lint", hub.actions_app.id)],
        approvals=1,
        methods=["squash"],
        merge_queue=True,
        signatures=True,
        linear=True,
        no_force=True,
        paths=["secrets/**"],
        max_megabytes=5,
    )
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
    await ok(app, "GET", f"{HOME}/pulls/1")
    for path in ("pulls/1/commits", "compare/main...one", "compare/main...nothing"):
        await app.call("GET", f"{HOME}/{path}")
    await ok(app, "GET", f"{HOME}/commits/{pull.head_sha}/pulls")
    await hub.push_branch(repo, "two", {"c.py": "1\n"}, "alice", base="main")
    for body in ({"title": "By app", "head": "two", "base": "main"}, {"title": "Again", "head": "two"}):
        await app.call("POST", f"{HOME}/pulls", body)
    await app.call("POST", f"{HOME}/pulls", {"title": "Again", "head": "two", "base": "main"})
    await ok(app, "PATCH", f"{HOME}/pulls/2", {"title": "By the app", "state": "closed"})
    await app.call("PATCH", f"{HOME}/pulls/2", {"state": "other"})


async def _merge(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = hub.pulls[0]
    await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": "0" * 40})
    hub.set_draft(pull, draft=True)
    await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha})
    hub.set_draft(pull, draft=False)
    await ok(app, "PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha, "merge_method": "squash"})
    await ok(app, "GET", f"{HOME}/pulls/1")
    await ok(app, "DELETE", f"{HOME}/git/refs/heads/one")
    await app.call("DELETE", f"{HOME}/git/refs/heads/one")


async def _queue(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = await hub.open_pull_request(repo, title="Queued", branch="queued", files={"q.py": "1\n"})
    url = f"{HOME}/pulls/{pull.number}"
    pull.stack = issues.Stack(7, 2, 1, "main", pull.base_sha)
    hub.set_auto_merge(pull)
    await ok(app, "GET", url)
    pull.stack = None
    hub.set_auto_merge(pull, None)
    await hub.push_branch(repo, "main", {"other.py": "1\n"}, "carol")
    await app.call("PUT", f"{url}/update-branch", {"expected_head_sha": "0" * 40})
    await ok(app, "PUT", f"{url}/update-branch", {"expected_head_sha": pull.head_sha})
    await hub.quiet()
    await app.call("PUT", f"{url}/update-branch")
    await hub.enqueue(pull)
    await hub.leave_queue(pull, "CI_FAILURE")
    await hub.enqueue(pull)
    await hub.leave_queue(pull, "MERGE")


async def _fork(hub: Hub, repo: repository.Repository, app: App) -> None:
    pull = await hub.open_pull_request(repo, title="From a fork", author="mallory", fork=True)
    await hub.push(pull, {"more.txt": "1\n"}, "mallory")
    await hub.finish_check(pull, "build", "failure")
    await ok(app, "GET", f"{HOME}/pulls/{pull.number}")
    await ok(app, "GET", f"{HOME}/commits/{pull.head_sha}/check-runs")


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
    await ok(app, "GET", "/repos/octo/gadgets")
    hub.set_private(repo, private=True)
    hub.set_private(repo, private=False)
    await hub.push_branch(repo, "trunk", {"t.py": "1\n"}, "carol", base="main")
    hub.set_default_branch(repo, "trunk")
    hub.rename_owner("octo", "octo-labs")
    hub.install("acme")
    hub.transfer_repository(repo, "acme")
    hub.accept_permissions(installation, workflows="write")
    hub.archive_repository(repo)
    hub.archive_repository(repo, archived=False)
    await hub.quiet()
    found = (await app.as_app("GET", "/app/hook/deliveries?per_page=2")).body
    await app.as_app("GET", f"/app/hook/deliveries/{found[0]['id']}")
    await app.as_app("POST", f"/app/hook/deliveries/{found[0]['id']}/attempts")
    hub.delete_repository(repo)
    hub.uninstall(installation)
    await hub.quiet()
