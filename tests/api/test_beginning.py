"""POST /agentic-runs: the work on a task is begun, once, where it can be."""

from __future__ import annotations


async def test_the_work_on_a_task_is_begun_once(api):
    made = await api.ask("POST", "/tasks", {"repo_id": api.ids["repo_id"], "title": "Tidy up", "message": "all of it"})
    body = {"task_id": made.json["id"], "executor": "codex"}
    begun = await api.ask("POST", "/agentic-runs", body, Idempotency_Key="one")
    assert (begun.status, begun.headers["Location"]) == (201, f"/api/v1/agentic-runs/{begun.json['id']}")
    task = await api.get(f"/tasks/{made.json['id']}")
    assert (task["executor"], task["kanban_status"]) == ("codex", "in_progress")
    assert task["branch"].startswith("dursor/tidy-up-")
    again = await api.ask("POST", "/agentic-runs", body, Idempotency_Key="one")
    assert (again.status, again.json["id"]) == (201, begun.json["id"])
    assert "works on it" in (await api.refused(409, "conflict", "POST", "/agentic-runs", body))["detail"]
    await api.ask("POST", f"/agentic-runs/{begun.json['id']}/cancel")
    assert "`retry`" in (await api.refused(409, "conflict", "POST", "/agentic-runs", body))["detail"]
    await api.refused(409, "conflict", "POST", "/agentic-runs", {"task_id": "nobody"})


async def test_nothing_is_begun_for_what_cannot_be_worked_on(api):
    made = await api.ask("POST", "/tasks", {"repo_id": api.ids["repo_id"], "title": "Tidy up", "message": "all of it"})
    body = {"task_id": made.json["id"]}
    await api.front.database.write(lambda db: db.execute("UPDATE repos SET config_read_at = created_at"))
    told = await api.refused(409, "conflict", "POST", "/agentic-runs", body | {"executor": "command:none"})
    assert "no command 'none'" in told["detail"]
    await api.refused(422, "invalid-body", "POST", "/agentic-runs", body | {"executor": "gpt"})
    await api.front.database.write(lambda db: db.execute("UPDATE repos SET active = 0"))
    await api.refused(409, "conflict", "POST", "/agentic-runs", body)
    await api.front.database.write(lambda db: db.execute("UPDATE tasks SET issue_number = 4"))
    assert "splitting" in (await api.refused(409, "conflict", "POST", "/agentic-runs", body))["detail"]
