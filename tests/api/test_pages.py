"""Lists come in pages: whole and in order, whatever is added meanwhile; wrong parameters are named."""

from __future__ import annotations

from app.lifecycle.run import Mode
from app.store import backlog, runs, tasks


async def walk(api, path: str, between=None) -> list[list[str]]:
    """The ids of each page, with something done between two of them."""
    pages: list[list[str]] = []
    following: str | None = ""
    while following is not None:
        page = await api.get(f"{path}{following}")
        pages.append([item["id"] for item in page["items"]])
        following = f"&cursor={page['next']}" if page["next"] else None
        if between is not None:
            await api.front.database.write(between)
    return pages


async def test_what_comes_between_two_pages_neither_doubles_nor_hides_anything(api):
    def add(db):
        return backlog.create(db, api.ids["repo_id"], title="One more")

    there = [await api.front.database.write(add) for _ in range(7)]
    pages = await walk(api, "/backlog-items?limit=3", add)
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [one for page in pages for one in page] == [*reversed(there), api.ids["item_id"]]


async def test_a_conversation_is_told_from_its_beginning_and_goes_on_at_its_end(api):
    def add(db):
        tasks.say(db, api.ids["task_id"], "user", "more", source=f"comment:{db.new_id()}")

    for _ in range(2):
        await api.front.database.write(add)
    first = await api.get("/tasks/{task_id}/messages?limit=2")
    await api.front.database.write(add)
    rest = await api.get(f"/tasks/{{task_id}}/messages?cursor={first['next']}")
    assert first["items"][0]["content"] == "please"
    assert (len(rest["items"]), rest["next"]) == (2, None)


async def test_rows_that_go_meanwhile_take_no_other_with_them(api):
    made = [
        await api.front.database.write(lambda db: backlog.create(db, api.ids["repo_id"], title="x")) for _ in range(3)
    ]
    first = await api.get("/backlog-items?limit=2")
    await api.front.database.write(lambda db: backlog.remove(db, made[1]))  # the one that the cursor names
    rest = await api.get(f"/backlog-items?cursor={first['next']}")
    assert [item["id"] for item in rest["items"]] == [made[0], api.ids["item_id"]]


async def test_filters_narrow_a_list(api):
    other = await api.front.database.write(lambda db: tasks.create(db, api.ids["repo_id"], "Another", Mode.FULL_AUTO))
    for query, found in {
        "coding_mode=full_auto": [other],
        "coding_mode=semi_auto": [api.ids["task_id"]],
        "repo_id={repo_id}": [other, api.ids["task_id"]],
        "repo_id=nobody": [],
        "kanban_status=archived": [],
    }.items():
        assert [item["id"] for item in (await api.get(f"/tasks?{query}"))["items"]] == found, query
    assert len((await api.get("/prs?repo_id={repo_id}&status=open"))["items"]) == 1
    assert (await api.get("/agentic-runs?repo_id=nobody"))["items"] == []
    assert len((await api.get("/repos?full_name=acme/widgets&active=true"))["items"]) == 1
    assert (await api.get("/backlog-items?archived=true"))["items"] == []


async def test_a_log_is_told_by_lines_and_goes_on_while_its_run_does(api):
    first = await api.get("/runs/{run_id}/logs?limit=4")
    assert (first["first"], first["lines"]) == (0, ["line 0", "line 1", "line 2", "line 3"])
    rest = await api.get(f"/runs/{{run_id}}/logs?cursor={first['next']}")
    assert (rest["first"], rest["lines"]) == (4, ["line 4", "line 5", "line 6"])
    await api.front.database.write(lambda db: runs.add_log(db, api.ids["run_id"], ["line 7"]))
    more = await api.get(f"/runs/{{run_id}}/logs?cursor={rest['next']}")
    assert more["lines"] == ["line 7"]
    await api.front.database.write(lambda db: runs.end(db, api.ids["run_id"], "succeeded"))
    assert (await api.get(f"/runs/{{run_id}}/logs?cursor={more['next']}"))["next"] is None


async def test_a_log_that_is_too_long_to_be_kept_is_read_on_where_the_reader_was(api, monkeypatch):
    monkeypatch.setattr("app.store.rows.LOG_LIMIT", 7)
    told = await api.get("/runs/{run_id}/logs")
    for name in ("seven", "eight"):
        await api.front.database.write(lambda db, line=name: runs.add_log(db, api.ids["run_id"], [line]))
    new = await api.get(f"/runs/{{run_id}}/logs?cursor={told['next']}")
    assert (new["first"], new["lines"]) == (7, ["seven", "eight"])
    whole = await api.get("/runs/{run_id}/logs?limit=3")
    assert (whole["first"], whole["lines"]) == (2, ["line 2", "line 3", "line 4"])
