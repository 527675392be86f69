"""What GitHub would not accept is refused in its shape, and nothing is changed by it."""

from __future__ import annotations

import pytest

from tests.localhub import description

HOME = "/repos/octo/widgets"


async def refused(app, method, path, body):
    answer = await app.call(method, path, body)
    assert answer.status == 422, answer
    assert answer.body["documentation_url"]
    assert answer.body["status"] == "422"
    return answer.body


def where(body):
    return [(error["code"], error.get("field")) for error in body["errors"]]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"head": "work", "base": "main"}, ("missing_field", "title")),
        ({"title": "T", "base": "main"}, ("missing_field", "head")),
        ({"title": "T", "head": "work"}, ("missing_field", "base")),
        ({"title": "T", "head": "gone", "base": "main"}, ("invalid", "head")),
        ({"title": "T", "head": "work", "base": "gone"}, ("invalid", "base")),
        ({"title": "T", "head": "nobody:work", "base": "main"}, ("invalid", "head")),
        ({"title": "T", "head": "main", "base": "main"}, ("custom", None)),
        ({"title": 1, "head": "work", "base": "main"}, ("invalid", "title")),
    ],
)
async def test_a_pull_request_needs_title_head_and_base(repo, hub, app, body, error):
    await hub.push_branch(repo, "work", {"w.txt": "1\n"}, "alice", base="main")
    assert where(await refused(app, "POST", f"{HOME}/pulls", body)) == [error]
    assert hub.pulls == []


async def test_a_second_pull_request_for_the_same_branches_is_refused_by_name(repo, hub, app):
    await hub.open_pull_request(repo, branch="work")
    body = {"title": "T", "head": "work", "base": "main"}
    answer = await refused(app, "POST", f"{HOME}/pulls", body)
    assert answer["errors"][0]["message"] == "A pull request already exists for octo:work."


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ({"path": "a.py", "line": 900, "body": "?"}, "Line could not be resolved"),
        ({"path": "a.py", "line": 1, "side": "LEFT", "body": "?"}, "Line could not be resolved"),
        ({"path": "gone.py", "line": 1, "body": "?"}, "Path could not be resolved"),
        ({"path": "a.py", "line": 2, "start_line": 3, "body": "?"}, "Start line must precede the end line."),
    ],
)
async def test_one_comment_outside_the_diff_fails_the_whole_review(repo, hub, app, comment, words):
    await hub.open_pull_request(repo, files={"a.py": "x = 1\n" * 20 + "y = 2\n"})
    good = {"path": "a.py", "line": 21, "body": "this one is fine"}
    body = {"event": "COMMENT", "body": "All of it", "comments": [good, comment]}
    answer = await refused(app, "POST", f"{HOME}/pulls/1/reviews", body)
    assert answer["errors"] == [words]
    assert (await app.call("GET", f"{HOME}/pulls/1/reviews")).body == []


async def test_a_comment_on_a_changed_or_context_line_stays_with_its_hunk(repo, hub, app):
    await hub.open_pull_request(repo, files={"a.py": "x = 1\n" * 20 + "y = 2\n"})
    comments = [{"path": "a.py", "line": line, "body": "here"} for line in (20, 21)]
    body = {"event": "COMMENT", "body": "Look", "comments": comments}
    assert (await app.call("POST", f"{HOME}/pulls/1/reviews", body)).status == 200
    found = (await app.call("GET", f"{HOME}/pulls/1/comments")).body
    assert [(one["line"], one["diff_hunk"].split("\n")[-1]) for one in found] == [(20, " x = 1"), (21, "+y = 2")]


async def test_a_comment_is_outdated_once_the_head_moves(repo, hub, app):
    pull = await hub.open_pull_request(repo, files={"b.py": "y = 2\n"})
    await hub.review(pull, "COMMENTED", "", "carol", [{"path": "b.py", "line": 1, "body": "here"}])
    await hub.push(pull, {"b.py": "z = 3\n"})
    found = (await app.call("GET", f"{HOME}/pulls/1/comments")).body[0]
    assert (found["line"], found["position"], found["original_line"]) == (None, None, 1)


async def test_the_app_does_not_approve_its_own_pull_request(repo, hub, app):
    await hub.push_branch(repo, "work", {"w.txt": "1\n"}, "alice", base="main")
    await app.call("POST", f"{HOME}/pulls", {"title": "T", "head": "work", "base": "main"})
    answer = await refused(app, "POST", f"{HOME}/pulls/1/reviews", {"event": "APPROVE"})
    assert answer["errors"] == ["Can not approve your own pull request"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"status": "done"}, "status"),
        ({"conclusion": "stale"}, "conclusion"),
        ({"status": "completed"}, "conclusion"),
        ({"output": {"title": "T"}}, "summary"),
        ({"output": {"title": "T", "summary": "x" * 65536}}, "summary"),
        ({"output": {"title": "T", "summary": "S", "annotations": [{}] * 51}}, "annotations"),
        ({"output": {"title": "T", "summary": "S", "annotations": [{}]}}, "path"),
        ({"actions": [{"label": "x" * 21, "description": "d", "identifier": "i"}]}, "actions.label"),
        ({"actions": [{"label": "l", "description": "d", "identifier": "i"}] * 4}, "actions"),
        ({"started_at": "yesterday"}, "started_at"),
    ],
)
async def test_a_check_run_is_held_against_githubs_rules(repo, hub, app, body, field):
    pull = await hub.open_pull_request(repo)
    whole = {"name": "dursor", "head_sha": pull.head_sha} | body
    assert [name for _, name in where(await refused(app, "POST", f"{HOME}/check-runs", whole))] == [field]
    assert hub.check_runs(pull.head_sha) == []


async def test_a_conclusion_completes_a_check_run_and_a_new_status_reopens_it(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    body = {"name": "dursor", "head_sha": pull.head_sha, "conclusion": "neutral"}
    made = (await app.call("POST", f"{HOME}/check-runs", body)).body
    assert (made["status"], made["completed_at"] is not None) == ("completed", True)
    again = (await app.call("PATCH", f"{HOME}/check-runs/{made['id']}", {"status": "in_progress"})).body
    assert (again["status"], again["conclusion"], again["completed_at"]) == ("in_progress", None, None)


async def test_annotations_are_added_with_each_update(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    note = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}
    output = {"title": "T", "summary": "S", "annotations": [note] * 50}
    body = {"name": "dursor", "head_sha": pull.head_sha, "output": output}
    made = (await app.call("POST", f"{HOME}/check-runs", body)).body
    more = (await app.call("PATCH", f"{HOME}/check-runs/{made['id']}", {"output": output})).body
    assert more["output"]["annotations_count"] == 100


async def test_a_check_run_for_a_commit_the_repository_does_not_have_is_refused(repo, app):
    answer = await refused(app, "POST", f"{HOME}/check-runs", {"name": "x", "head_sha": "f" * 40})
    assert answer["message"] == f"No commit found for SHA: {'f' * 40}"


@pytest.mark.parametrize("body", [{}, {"body": ""}, {"body": "x" * 65537}, {"body": 1}])
async def test_a_comment_has_a_text_of_a_bearable_length(repo, hub, app, body):
    issue = hub.open_issue(repo, "Talk")
    assert where(await refused(app, "POST", f"{HOME}/issues/1/comments", body))[0][1] == "body"
    assert hub.comments(issue) == []


async def test_a_locked_conversation_takes_no_comment(repo, hub, app):
    hub.open_issue(repo, "Talk").locked = True
    assert (await app.call("POST", f"{HOME}/issues/1/comments", {"body": "hello"})).status == 403


async def test_a_reaction_is_made_once_and_found_the_second_time(repo, hub, app):
    said = hub.comment(hub.open_issue(repo, "Talk"), "hello")
    path = f"{HOME}/issues/comments/{said.id}/reactions"
    answers = [await app.call("POST", path, {"content": "eyes"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 200]
    assert answers[0].body["id"] == answers[1].body["id"]
    assert where(await refused(app, "POST", path, {"content": "tomato"})) == [("invalid", "content")]


@pytest.mark.parametrize("path", ["pulls/x", "pulls/99999999999999999999", "issues/0", "check-runs/-1"])
async def test_a_number_that_is_none_is_not_found(repo, app, path):
    assert (await app.call("GET", f"{HOME}/{path}")).status == 404


async def test_the_combined_status_is_pending_while_nobody_reported(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    path = f"{HOME}/commits/{pull.head_sha}/status"
    assert (await app.call("GET", path)).body["state"] == "pending"
    await hub.set_status(repo, pull.head_sha, "success", "CI/x")
    await hub.set_status(repo, pull.head_sha, "error", "ci/X")
    found = (await app.call("GET", path)).body
    assert (found["state"], found["total_count"]) == ("failure", 1)


@pytest.mark.parametrize(("role", "told"), [("triage", "read"), ("maintain", "write"), ("admin", "admin")])
async def test_a_role_is_told_in_githubs_four_words_and_by_its_name(repo, hub, app, role, told):
    hub.set_permission(repo, "carol", role)
    found = (await app.call("GET", f"{HOME}/collaborators/carol/permission")).body
    assert (found["permission"], found["role_name"]) == (told, role)


async def test_what_the_description_demands_of_a_request_the_hub_demands_too(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    said = hub.comment(pull, "hello")
    good = {
        "pulls/create": ("POST", "/pulls", {"title": "T", "head": "other", "base": "main"}),
        "checks/create": ("POST", "/check-runs", {"name": "x", "head_sha": pull.head_sha}),
        "issues/create-comment": ("POST", "/issues/1/comments", {"body": "x"}),
        "reactions/create-for-issue-comment": ("POST", f"/issues/comments/{said.id}/reactions", {"content": "eyes"}),
    }
    for operation, (method, path, body) in good.items():
        assert description.request_errors(operation, body) == []
        for field in body:
            for value in (None, 7, ["x"]):
                broken = body | {field: value}
                assert description.request_errors(operation, broken) != []
                answer = await app.call(method, HOME + path, broken)
                assert answer.status == 422, (operation, broken)
