"""Each thing that the API shows and changes, once, over HTTP with a whole server behind it."""

from __future__ import annotations

import pytest

from app.store import agentic_runs, audit, deliveries, jobs, model_profiles, runs, tasks
from tests.api import seeding
from tests.api.server import KEY


@pytest.mark.parametrize(
    ("path", "name", "told"),
    [
        ("/repos", "repo_id", {"full_name": "acme/widgets", "active": True}),
        ("/tasks", "task_id", {"title": "Mend the 'ü'", "coding_mode": "semi_auto"}),
        ("/runs", "run_id", {"executor": "command:mend", "status": "queued"}),
        ("/prs", "pr_id", {"number": 3, "status": "open", "latest_commit": seeding.SHA}),
        ("/ci-checks", "check_id", {"status": "failure", "jobs": {"build": "failure"}}),
        ("/reviews", "review_id", {"overall_score": 0.5, "status": "succeeded"}),
        ("/findings", "finding_id", {"number": 1, "status": "open"}),
        ("/agentic-runs", "agentic_run_id", {"mode": "semi_auto", "paused": False}),
        ("/backlog-items", "item_id", {"tags": ["a"], "subtasks": [{"title": "One", "completed": True}]}),
        ("/models", "model_id", {"provider": "openai", "model_name": "gpt-9"}),
        ("/jobs", "job_id", {"kind": "FindPlaces"}),
    ],
)
async def test_a_thing_is_listed_and_shown_alike(api, path, name, told):
    page = await api.get(path)
    listed = next(item for item in page["items"] if item["id"] == api.ids[name])
    shown = await api.get(f"{path}/{{{name}}}")
    for one in (listed, shown):
        assert {key: one[key] for key in told} == told
    await api.refused(404, "not-found", "GET", f"{path}/nobody")


async def test_a_credential_among_words_that_are_sent_is_stored_nowhere(api):
    key = "ghp_" + "a1B2" * 9
    made = await api.ask("POST", "/tasks", {"repo_id": api.ids["repo_id"], "title": f"Use {key}", "message": key})
    assert made.status == 201
    await api.ask("POST", f"/tasks/{made.json['id']}/messages", {"content": f"I said {key}!"})
    item = {"repo_id": api.ids["repo_id"], "title": key, "description": f"with {key}"}
    assert (await api.ask("POST", "/backlog-items", item)).status == 201

    stored = await api.front.database.read(lambda db: "\n".join(db.iterdump()))
    assert "I said" in stored
    assert key not in stored


async def test_what_is_large_is_shown_alone_only(api):
    run = await api.get("/runs/{run_id}")
    assert (run["instruction"], run["patch"]) == ("mend it", None)
    assert "patch" not in (await api.get("/runs"))["items"][0]
    assert (await api.get("/ci-checks/{check_id}"))["failed_jobs"] == [{"name": "build"}]
    assert (await api.get("/jobs/{job_id}"))["payload"] == {}


async def test_a_review_has_what_it_found_and_a_run_its_decisions(api):
    found = await api.get("/reviews/{review_id}/feedbacks")
    assert [one["finding_id"] for one in found["items"]] == [api.ids["finding_id"]] * 2
    assert (await api.get("/reviews/{review_id}/logs"))["lines"] == []
    decisions = await api.get("/agentic-runs/{agentic_run_id}/audit-log")
    assert decisions["items"][0]["action"] == "Started"
    for path in ("/reviews/x/feedbacks", "/runs/x/logs", "/agentic-runs/x/audit-log", "/tasks/x/messages"):
        await api.refused(404, "not-found", "GET", path)


async def test_a_task_is_made_without_a_run_and_changed(api):
    body = {"repo_id": api.ids["repo_id"], "title": "Tidy up", "message": "all of it", "kanban_status": "backlog"}
    made = await api.ask("POST", "/tasks", body)
    task_id = made.json["id"]
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1/tasks/{task_id}")
    assert (made.json["kanban_status"], made.json["coding_mode"]) == ("backlog", "interactive")
    [message] = (await api.get(f"/tasks/{task_id}/messages"))["items"]
    assert (message["role"], message["content"]) == ("user", "all of it")
    assert (await api.get(f"/agentic-runs?task_id={task_id}"))["items"] == []
    changed = await api.ask("PATCH", f"/tasks/{task_id}", {"title": "Tidy", "kanban_status": "done"})
    assert (changed.json["title"], changed.json["kanban_status"]) == ("Tidy", "done")
    assert changed.json["moved_by"]
    assert changed.json["coding_mode"] == "interactive"
    await api.refused(422, "invalid-body", "PATCH", f"/tasks/{task_id}", {})
    await api.refused(404, "not-found", "PATCH", "/tasks/nobody", {"title": "x"})
    await api.refused(409, "conflict", "POST", "/tasks", body | {"repo_id": "nobody"})


async def test_a_task_without_a_repository_is_made_in_the_preferred_one(api):
    body = {"title": "Tidy up", "message": "all of it"}
    await api.refused(409, "conflict", "POST", "/tasks", body)
    await api.ask("PATCH", "/preferences", {"default_repo_owner": "ACME", "default_repo_name": "widgets"})
    made = await api.ask("POST", "/tasks", body)
    assert (made.status, made.json["repo_id"]) == (201, api.ids["repo_id"])
    await api.ask("PATCH", "/preferences", {"default_repo_name": "elsewhere"})
    await api.refused(409, "conflict", "POST", "/tasks", body)


async def test_a_message_asks_the_live_run_for_work_as_a_command_does(api):
    made = await api.ask("POST", "/tasks/{task_id}/messages", {"content": "and the other one"})
    assert (made.status, made.json["role"], made.json["content"]) == (201, "user", "and the other one")
    said = await api.front.database.read(lambda db: tasks.conversation(db, api.ids["task_id"]))
    assert [row["content"] for row in said] == ["please", "and the other one"]
    decided = await api.front.database.read(lambda db: audit.of_run(db, api.ids["agentic_run_id"]))
    assert "FixAsked" in [row["action"] for row in decided]


async def test_a_run_obeys_and_says_whether_that_changed_anything(api):
    path = "/agentic-runs/{agentic_run_id}"
    for word, wanted in (("pause", {"paused": True}), ("resume", {"paused": False}), ("cancel", {"phase": "canceled"})):
        answer = await api.ask("POST", f"{path}/{word}")
        assert answer.status == 200
        assert answer.json["changed"] is True
        assert {key: answer.json["run"][key] for key in wanted} == wanted
    again = await api.ask("POST", f"{path}/cancel")
    assert (again.status, again.json["changed"]) == (200, False)
    assert (await api.ask("POST", f"{path}/retry")).json["run"]["phase"] != "canceled"
    chosen = await api.ask("POST", f"{path}/mode", {"mode": "interactive"})
    assert chosen.json["run"]["mode"] == "interactive"
    assert (await api.get("/tasks/{task_id}"))["coding_mode"] == "interactive"
    await api.refused(404, "not-found", "POST", "/agentic-runs/nobody/pause")


async def test_a_new_mode_of_a_task_is_its_live_runs_too(api):
    await api.ask("PATCH", "/tasks/{task_id}", {"coding_mode": "interactive"})
    run = await api.front.database.read(lambda db: agentic_runs.find(db, api.ids["agentic_run_id"]))
    assert run is not None
    assert run.mode == "interactive"


async def test_an_executor_run_is_canceled_with_what_it_works_for(api):
    answer = await api.ask("POST", "/runs/{run_id}/cancel")
    assert answer.status == 200
    assert (await api.get("/agentic-runs/{agentic_run_id}"))["phase"] == "canceled"
    await api.refused(409, "conflict", "POST", "/runs/{run_id}/cancel")
    await api.front.database.write(lambda db: runs.end(db, api.ids["run_id"], "failed"))
    await api.refused(409, "conflict", "POST", "/runs/{run_id}/cancel")


async def test_an_item_of_the_backlog_is_made_changed_archived_and_deleted(api):
    made = await api.ask("POST", "/backlog-items", {"repo_id": api.ids["repo_id"], "title": "Split it"})
    item = made.json
    assert (made.status, item["type"], item["estimated_size"], item["target_files"]) == (201, "feature", "medium", [])
    change = {"type": "docs", "target_files": ["a.py"], "subtasks": [{"title": "x"}], "archived": True}
    changed = (await api.ask("PATCH", f"/backlog-items/{item['id']}", change)).json
    assert (changed["title"], changed["type"], changed["target_files"]) == ("Split it", "docs", ["a.py"])
    assert changed["subtasks"] == [{"title": "x", "completed": False}]
    assert changed["archived_at"]
    assert (await api.ask("PATCH", f"/backlog-items/{item['id']}", {"archived": False})).json["archived_at"] is None
    gone = await api.ask("DELETE", f"/backlog-items/{item['id']}")
    assert (gone.status, gone.body) == (204, b"")
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", {"title": "x"})):
        await api.refused(404, "not-found", method, f"/backlog-items/{item['id']}", body)


async def test_a_key_of_a_model_goes_in_encrypted_and_never_comes_out(api):
    body = {"provider": "anthropic", "model_name": "claude-x", "api_key": "sk-ant-0123456789", "display_name": "Mine"}
    made = await api.ask("POST", "/models", body)
    assert made.status == 201
    for path in ("/models", f"/models/{made.json['id']}"):
        assert b"0123456789" not in (await api.ask("GET", path)).body
        assert b"api_key" not in (await api.ask("GET", path)).body
    kept = await api.front.database.read(lambda db: model_profiles.find(db, made.json["id"], [KEY]))
    assert kept is not None
    assert kept.key == "sk-ant-0123456789"
    stored = await api.front.database.read(lambda db: list(map(tuple, db.execute("SELECT * FROM model_profiles"))))
    assert "0123456789" not in str(stored)
    assert (await api.ask("DELETE", f"/models/{made.json['id']}")).status == 204
    await api.refused(404, "not-found", "DELETE", f"/models/{made.json['id']}")
    await api.refused(409, "conflict", "POST", "/models", body | {"base_url": "http://models.example.com"})
    local = await api.ask("POST", "/models", body | {"base_url": "http://[::1]:8080/v1"})
    assert (local.status, local.json["base_url"]) == (201, "http://[::1]:8080/v1")


async def test_preferences_are_chosen_one_by_one_or_all_together(api):
    unset = await api.get("/preferences")
    assert (unset["default_branch_prefix"], unset["update_pr_title_on_regenerate"], unset["updated_at"]) == (
        None,
        True,
        None,
    )
    changed = await api.ask(
        "PATCH", "/preferences", {"default_branch_prefix": "dursor", "default_coding_mode": "semi_auto"}
    )
    assert (changed.json["default_branch_prefix"], changed.json["update_pr_title_on_regenerate"]) == ("dursor", True)
    made = await api.ask("POST", "/tasks", {"repo_id": api.ids["repo_id"], "title": "x", "message": "y"})
    assert made.json["coding_mode"] == "semi_auto"
    whole = {
        "default_repo_owner": "acme", "default_repo_name": "widgets", "default_branch": "main",
        "default_pr_creation_mode": "link", "auto_generate_pr_description": True,
        "update_pr_title_on_regenerate": False, "worktrees_dir": "/var/lib/trees",
    }  # fmt: skip
    put = (await api.ask("PUT", "/preferences", whole)).json
    assert {name: put[name] for name in whole} == whole
    assert put["default_branch_prefix"] is None
    wrong = {
        "default_branch": "-x", "default_branch_prefix": "a..b", "worktrees_dir": "here", "default_repo_owner": "a/b",
        "auto_generate_pr_description": 1,
    }  # fmt: skip
    for name, value in wrong.items():
        await api.refused(422, "invalid-body", "PATCH", "/preferences", {name: value})


async def test_a_delivery_is_shown_with_its_body_when_asked_and_replayed(api):
    [listed] = (await api.get("/deliveries?status=failed&event=ping"))["items"]
    assert (listed["guid"], listed["error"]) == ("guid-1", "odd")
    assert (await api.get("/deliveries/{guid}"))["payload"] is None
    assert (await api.get("/deliveries/{guid}?payload=true"))["payload"] == '{"zen": "ok"}'
    assert (await api.ask("POST", "/deliveries/{guid}/replay")).status == 200
    row = await api.front.database.read(lambda db: deliveries.find(db, "guid-1"))
    assert row is not None
    assert row["error"] is None
    await api.refused(404, "not-found", "POST", "/deliveries/none/replay")


async def test_a_job_that_failed_is_tried_again(api):
    answer = await api.ask("POST", "/jobs/{job_id}/retry")
    assert (answer.status, answer.json["status"], answer.json["attempts"]) == (200, "queued", 0)
    await api.front.database.write(
        lambda db: db.execute("UPDATE jobs SET status = 'done' WHERE id = ?", (api.ids["job_id"],))
    )
    await api.refused(409, "conflict", "POST", "/jobs/{job_id}/retry")
    assert not await api.front.database.write(lambda db: jobs.retry(db, api.ids["job_id"]))
    await api.refused(404, "not-found", "POST", "/jobs/nobody/retry")
