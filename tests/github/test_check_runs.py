"""dursor's own check run: within GitHub's bounds, and found again."""

from __future__ import annotations

from app.github import check_output, checks
from tests.github import scripted, shapes
from tests.github.conftest import APP_ID

SHA = "b" * 40
COMMIT = f"repos/octo/widgets/commits/{SHA}"
RUNS = "repos/octo/widgets/check-runs"


async def test_a_check_run_never_says_more_than_github_takes(server, repo):
    server.on(f"POST {RUNS}", scripted.reply(shapes.check_run(1), 201))
    remark = check_output.Annotation("a.py", 0, -5, "failure", "m" * 99_999, "t" * 999)
    button = check_output.Button("l" * 99, "d" * 99, "i" * 99)
    said = check_output.Report(
        "t" * 999, "s" * 99_999, text="x" * 99_999, annotations=[remark] * 60, buttons=[button] * 5
    )

    await checks.create_run(repo, name="dursor", head_sha=SHA, external_id="run-1", report=said)

    data = server.seen[-1].data
    assert (data["name"], data["head_sha"], data["external_id"]) == ("dursor", SHA, "run-1")
    assert data["status"] == "in_progress"
    assert "conclusion" not in data
    output = data["output"]
    assert (len(output["title"]), len(output["annotations"])) == (255, 50)
    assert 60_000 < len(output["summary"]) <= 65_535
    assert 60_000 < len(output["text"]) <= 65_535
    first = output["annotations"][0]
    assert (first["start_line"], first["end_line"], len(first["title"])) == (1, 1, 255)
    assert len(first["message"]) <= 65_536
    assert [len(action[key]) for action in data["actions"] for key in ("label", "description", "identifier")] == [
        20, 40, 20
    ] * 3  # fmt: skip


async def test_a_conclusion_completes_a_check_run(server, repo):
    server.on(f"PATCH {RUNS}/1", scripted.reply(shapes.check_run(1)))

    await checks.update_run(repo, 1, check_output.Report("done", "fine", conclusion="success", details_url="https://d"))

    data = server.seen[-1].data
    assert (data["status"], data["conclusion"], data["details_url"]) == ("completed", "success", "https://d")


async def test_our_check_run_is_found_by_its_external_id_and_nobody_elses(server, repo):
    runs = [
        shapes.check_run(1, app={"id": APP_ID}, external_id="run-1"),
        shapes.check_run(2, app={"id": APP_ID}, external_id="run-1"),
        shapes.check_run(3, app={"id": 666}, external_id="run-1"),
        shapes.check_run(4, app={"id": APP_ID}, external_id="run-2"),
    ]
    server.on(f"GET {COMMIT}/check-runs", scripted.reply({"check_runs": runs}))

    found = await checks.find_run(repo, SHA, "run-1")
    assert found is not None
    assert found.id == 2
    assert await checks.find_run(repo, SHA, "run-3") is None
