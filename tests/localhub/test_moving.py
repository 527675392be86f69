"""Repositories that move, installations that change, limits of their own, and the hub's clock."""

from __future__ import annotations

import email.utils
import time

HOME = "/repos/octo/widgets"


async def test_a_transferred_repository_is_seen_by_the_installation_of_its_new_owner(repo, hub, app, inbox):
    there = hub.install("acme")
    hub.transfer_repository(repo, "acme")
    assert (await app.call("GET", HOME)).status == 404, "the old owner's token"
    await app.authenticate(installation=there.id)
    moved = await app.call("GET", HOME)
    assert (moved.status, moved.headers["location"]) == (301, f"{hub.api_url}/repositories/{repo.id}")
    assert (await app.call("GET", f"/repositories/{repo.id}")).body["full_name"] == "acme/widgets"
    assert await hub.read(repo, "README.md") == "# Widgets\n"
    await hub.quiet()
    (told,) = inbox.named("repository.transferred")
    assert told["changes"]["owner"]["from"]["organization"]["login"] == "octo"
    assert told["installation"]["id"] == there.id


async def test_a_renamed_owner_takes_everything_along(repo, hub, app, inbox):
    hub.rename_owner("octo", "octo-labs")
    assert (await app.call("GET", HOME)).status == 301
    assert (await app.call("GET", "/repos/octo-labs/widgets")).status == 200
    await hub.quiet()
    (told,) = inbox.named("installation_target.renamed")
    assert told["changes"] == {"login": {"from": "octo"}}


async def test_permissions_are_the_installations_own_and_a_token_keeps_what_it_got(repo, hub, app, inbox):
    path, body = f"{HOME}/issues/1/labels", {"labels": ["x"]}
    hub.open_issue(repo, "Talk")
    hub.accept_permissions(hub.installation(repo), issues=None, pull_requests=None)
    assert (await app.call("POST", path, body)).status == 200, "the token was minted before"
    await app.authenticate()
    refused = await app.call("POST", path, body)
    assert (refused.status, refused.body["message"]) == (403, "Resource not accessible by integration")
    assert "issues=write" in refused.headers["x-accepted-github-permissions"]
    await hub.quiet()
    assert inbox.named("installation.new_permissions_accepted")[0]["installation"]["permissions"]["contents"] == "write"


async def test_a_token_is_worth_nothing_once_it_expired_or_was_revoked(repo, hub, app):
    hub.expire_tokens()
    assert (await app.call("GET", HOME)).status == 401
    await app.authenticate()
    assert (await app.call("DELETE", "/installation/token")).status == 204
    assert (await app.call("GET", HOME)).status == 401


async def test_both_forms_of_tokens_work(repo, hub, app):
    assert app.token.count(".") == 2
    hub.world.short_tokens = True
    assert len(await app.authenticate()) == 40
    assert (await app.call("GET", HOME)).status == 200


async def test_one_installation_can_be_out_of_requests_while_another_is_not(repo, hub, app):
    await hub.create_repository("acme/things")
    hub.limit(hub.installation(repo), 1)
    answers = [await app.call("GET", HOME) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 403]
    assert (answers[1].headers["x-ratelimit-limit"], answers[1].headers["x-ratelimit-remaining"]) == ("1", "0")
    other = next(one for one in hub.world.installations.values() if one.account.login == "acme")
    await app.authenticate(installation=other.id)
    assert (await app.call("GET", "/repos/acme/things")).status == 200


async def test_every_answer_tells_the_time_of_the_hubs_clock(repo, hub, app):
    hub.clock.advance(-90)
    hub.faults.bad_gateway("GET", "widgets$")
    for status in (502, 401, 404):
        path = "/nothing" if status == 404 else HOME
        answer = await app.call("GET", path, token="nonsense" if status == 401 else None)
        told = email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp()
        assert answer.status == status
        assert 80 < time.time() - told < 100


async def test_bad_days_come_in_one_line_each(repo, hub, app):
    hub.faults.truncated("GET", "widgets$")
    url, headers = f"{hub.api_url}{HOME}", {"authorization": f"Bearer {app.token}"}
    async with app.session.get(url, headers=headers) as answer:
        assert (answer.status, (await answer.text())[-3:]) == (200, '"op')
    hub.faults.too_many("GET", "widgets$", 30)
    hub.faults.secondary("GET", "widgets$")
    answers = [await app.call("GET", HOME) for _ in range(3)]
    assert [(answer.status, answer.headers.get("retry-after")) for answer in answers] == [
        (429, "30"),
        (403, "1"),
        (200, None),
    ]
    assert "secondary rate limit" in answers[1].body["message"]


async def test_update_branch_is_accepted_at_once_and_done_a_moment_later(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    await hub.push_branch(repo, "main", {"other.py": "1\n"}, "carol")
    before, url = pull.head_sha, f"{HOME}/pulls/1/update-branch"
    assert (await app.call("PUT", url, {"expected_head_sha": "0" * 40})).status == 422
    assert (await app.call("PUT", url, {"expected_head_sha": before})).status == 202
    await hub.quiet()
    assert pull.head_sha != before
    assert await hub.read(repo, "other.py", "change") == "1\n"
    again = await app.call("PUT", url, {"expected_head_sha": pull.head_sha})
    assert (again.status, again.body["message"]) == (422, "There are no new commits on the base branch.")


async def test_a_queued_pull_request_is_tested_on_a_branch_of_its_own(repo, hub, app, inbox):
    pull = await hub.open_pull_request(repo)
    entry = await hub.enqueue(pull)
    assert await hub.read(repo, "change.txt", entry.ref.removeprefix("refs/heads/")) == "A change\n"
    await hub.leave_queue(pull, "CI_FAILURE")
    assert (pull.state, pull.queued) == ("open", None)
    await hub.enqueue(pull)
    await hub.leave_queue(pull, "MERGE")
    await hub.quiet()
    assert pull.merged_at
    assert [told["reason"] for told in inbox.named("pull_request.dequeued")] == ["CI_FAILURE", "MERGE"]
    assert [told["reason"] for told in inbox.named("merge_group.destroyed")] == ["dequeued", "merged"]
    assert len(inbox.named("merge_group.checks_requested")) == 2


async def test_a_push_makes_empty_suites_unless_an_app_switched_them_off(repo, hub, app):
    repo.suite_apps.append(hub.other_app("sleepy"))
    pull = await hub.open_pull_request(repo)
    path = f"{HOME}/commits/{pull.head_sha}/check-suites"
    found = {one["app"]["slug"]: one for one in (await app.call("GET", path)).body["check_suites"]}
    assert set(found) == {"dursor", "sleepy"}
    assert (found["sleepy"]["status"], found["sleepy"]["latest_check_runs_count"]) == ("queued", 0)
    body = {"auto_trigger_checks": [{"app_id": hub.app.id, "setting": False}]}
    assert (await app.call("PATCH", f"{HOME}/check-suites/preferences", body)).status == 200
    await hub.push(pull, {"b.py": "1\n"})
    path = f"{HOME}/commits/{pull.head_sha}/check-suites"
    assert [one["app"]["slug"] for one in (await app.call("GET", path)).body["check_suites"]] == ["sleepy"]


async def test_auto_merge_is_shown_until_it_is_disabled(repo, hub, app, inbox):
    pull = await hub.open_pull_request(repo)
    hub.set_auto_merge(pull, "squash", "carol")
    shown = (await app.call("GET", f"{HOME}/pulls/1")).body["auto_merge"]
    assert (shown["enabled_by"]["login"], shown["merge_method"]) == ("carol", "squash")
    hub.set_auto_merge(pull, None)
    assert (await app.call("GET", f"{HOME}/pulls/1")).body["auto_merge"] is None
    await hub.quiet()
    assert [name for name in inbox.names if "auto_merge" in name] == [
        "pull_request.auto_merge_enabled",
        "pull_request.auto_merge_disabled",
    ]
