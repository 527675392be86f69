"""What every answer has: pages, limits, tags, redirects, GitHub's errors, and the faults a test orders."""

from __future__ import annotations

import aiohttp
import pytest

from app.localhub.faults import Fault

HOME = "/repos/octo/widgets"


async def test_a_list_comes_in_pages_that_link_to_each_other(repo, hub, app):
    issue = hub.open_issue(repo, "Talk")
    for number in range(5):
        hub.comment(issue, f"comment {number}")
    path, seen = f"{HOME}/issues/1/comments?per_page=2", []
    while path:
        answer = await app.call("GET", path)
        seen += [one["body"] for one in answer.body]
        links = dict(part.split("; ")[::-1] for part in answer.headers.get("link", "").split(", ") if part)
        path = links.get('rel="next"', "").strip("<>")
    assert seen == [f"comment {number}" for number in range(5)]


@pytest.mark.parametrize(("asked", "given"), [("1000", 100), ("0", 30), ("nonsense", 30)])
async def test_a_page_has_thirty_items_unless_told_and_never_over_a_hundred(repo, hub, app, asked, given):
    issue = hub.open_issue(repo, "Talk")
    for number in range(101):
        hub.comment(issue, str(number))
    answer = await app.call("GET", f"{HOME}/issues/1/comments?per_page={asked}")
    assert len(answer.body) == given


async def test_an_unchanged_answer_is_304_and_costs_nothing(repo, app):
    first = await app.call("GET", HOME)
    again = await app.call("GET", HOME, headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, "")
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]


async def test_a_changed_answer_has_another_tag(repo, hub, app):
    first = await app.call("GET", f"{HOME}/pulls")
    await hub.open_pull_request(repo)
    again = await app.call("GET", f"{HOME}/pulls", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, len(again.body)) == (200, 1)


async def test_the_rate_limit_counts_down_and_refuses_at_zero(repo, hub, app):
    hub.world.rate_limit = 2
    told = [(await app.call("GET", HOME)).headers["x-ratelimit-remaining"] for _ in range(2)]
    assert told == ["1", "0"]
    refused = await app.call("GET", HOME)
    assert (refused.status, refused.headers["x-ratelimit-remaining"]) == (403, "0")
    assert "API rate limit exceeded" in refused.body["message"]
    assert (await app.call("GET", "/rate_limit")).body["rate"]["remaining"] == 0
    hub.clock.advance(3601)
    await app.authenticate()
    assert (await app.call("GET", HOME)).status == 200


async def test_every_answer_has_githubs_headers(repo, app):
    headers = (await app.call("GET", HOME)).headers
    assert headers["x-github-request-id"].count(":") == 4
    assert headers["x-ratelimit-resource"] == "core"
    assert headers["date"].endswith("GMT")


async def test_an_unknown_path_is_githubs_404(app):
    answer = await app.call("GET", "/no/such/thing", token="")
    assert (answer.status, answer.body["message"], answer.body["status"]) == (404, "Not Found", "404")


@pytest.mark.parametrize(("body", "words"), [("{", "Problems parsing JSON"), ("[]", "Body should be a JSON object")])
async def test_a_body_that_is_no_object_is_400(repo, hub, app, body, words):
    url, headers = f"{hub.api_url}{HOME}/pulls", {"authorization": f"Bearer {app.token}"}
    async with app.session.post(url, data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["message"]) == (400, words)


async def test_a_caller_without_a_name_is_refused(hub):
    async with (
        aiohttp.ClientSession(skip_auto_headers=["User-Agent"]) as session,
        session.get(f"{hub.api_url}/meta") as answer,
    ):
        assert answer.status == 403


async def test_a_version_of_the_api_that_does_not_exist_is_400(app):
    answer = await app.call("GET", "/meta", token="", headers={"x-github-api-version": "1999-01-01"})
    assert answer.status == 400


async def test_a_renamed_repository_is_found_by_redirect_and_by_number(repo, hub, app):
    hub.rename_repository(repo, "gadgets")
    moved = await app.call("GET", f"{HOME}/issues/1?per_page=1")
    assert moved.status == 301
    assert moved.headers["location"] == f"{hub.api_url}/repositories/{repo.id}/issues/1?per_page=1"
    assert (await app.call("POST", f"{HOME}/issues/1/comments", {"body": "x"})).status == 307
    assert (await app.call("GET", f"/repositories/{repo.id}")).body["name"] == "gadgets"
    assert await hub.read(repo, "README.md") == "# Widgets\n"


async def test_an_archived_repository_is_read_only(repo, hub, app):
    issue = hub.open_issue(repo, "Talk")
    hub.archive_repository(repo)
    answer = await app.call("POST", f"{HOME}/issues/{issue.number}/comments", {"body": "x"})
    assert answer.status == 403
    assert (await app.call("GET", HOME)).body["archived"] is True


async def test_an_ordered_answer_comes_as_often_as_ordered_and_nothing_is_done(repo, hub, app):
    hub.open_issue(repo, "Talk")
    hub.faults.add(Fault("POST", "/comments$", times=2, status=502, body="<html>", headers={"x-test": "1"}))
    path, body = f"{HOME}/issues/1/comments", {"body": "hello"}
    answers = [await app.call("POST", path, body) for _ in range(3)]
    assert [answer.status for answer in answers] == [502, 502, 201]
    assert (answers[0].body, answers[0].headers["x-test"]) == ("<html>", "1")
    assert len(hub.comments(repo.issues[1])) == 1


@pytest.mark.parametrize(("when", "comments"), [("before", 0), ("after", 1)])
async def test_a_connection_is_cut_before_or_after_the_work(repo, hub, app, when, comments):
    hub.open_issue(repo, "Talk")
    hub.faults.add(Fault("POST", "/comments$", reset=True, when=when))
    with pytest.raises(aiohttp.ClientError):
        await app.call("POST", f"{HOME}/issues/1/comments", {"body": "hello"})
    assert len(hub.comments(repo.issues[1])) == comments


async def test_an_answer_ordered_for_after_the_work_leaves_its_effect(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    hub.faults.add(Fault("PUT", "/merge$", status=500, when="after"))
    answer = await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha})
    assert (answer.status, len(hub.merges)) == (500, 1)


async def test_requests_are_counted_with_what_they_said_and_got(repo, hub, app):
    hub.open_issue(repo, "Talk")
    await app.call("POST", f"{HOME}/issues/1/comments", {"body": "hello"})
    last = hub.requests[-1]
    assert (last.operation, last.status, last.body) == ("issues/create-comment", 201, {"body": "hello"})
    assert last.answer["body"] == "hello"
    assert "authorization" not in last.headers
