"""What people and the app do arrives as GitHub's webhooks: signed, named after the deed and its doer."""

from __future__ import annotations

import hashlib
import hmac

import pytest

HOME = "/repos/octo/widgets"


async def test_a_pull_request_is_told_from_its_opening_to_its_closing(repo, hub, inbox):
    pull = await hub.open_pull_request(repo, title="Hello", author="alice", labels=["dursor"])
    before = pull.head_sha
    after = await hub.push(pull, {"more.txt": "1\n"})
    hub.set_draft(pull, draft=True)
    hub.set_draft(pull, draft=False)
    await hub.edit(pull, title="Hello there")
    hub.unlabel(pull, "dursor")
    hub.close(pull)
    await hub.reopen(pull)
    await hub.quiet()
    told = [delivery for delivery in inbox.deliveries if delivery.event == "pull_request"]
    assert [delivery.payload["action"] for delivery in told] == [
        "opened",
        "labeled",
        "synchronize",
        "converted_to_draft",
        "ready_for_review",
        "edited",
        "unlabeled",
        "closed",
        "reopened",
    ]
    moved = told[2].payload
    assert (moved["before"], moved["after"], moved["pull_request"]["head"]["sha"]) == (before, after, after)
    assert told[5].payload["changes"] == {"title": {"from": "Hello"}}
    assert told[7].payload["pull_request"]["merged"] is False
    assert {delivery.payload["pull_request"]["mergeable"] for delivery in told} == {None}


async def test_a_delivery_is_signed_and_says_whose_hook_it_is(repo, hub, inbox):
    hub.open_issue(repo, "A bug")
    await hub.quiet()
    delivery = inbox.deliveries[-1]
    digest = hmac.new(hub.webhook_secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["x-hub-signature-256"] == f"sha256={digest}"
    assert delivery.headers["x-github-hook-installation-target-id"] == str(hub.app.id)
    assert delivery.payload["installation"]["id"] == hub.installation(repo).id


async def test_what_the_app_writes_comes_back_from_its_bot(repo, hub, inbox, app):
    pull = await hub.open_pull_request(repo)
    await app.call("POST", f"{HOME}/issues/1/comments", {"body": "I looked"})
    await app.call("POST", f"{HOME}/pulls/1/reviews", {"event": "COMMENT", "body": "Fine"})
    await app.call("POST", f"{HOME}/check-runs", {"name": "dursor", "head_sha": pull.head_sha, "status": "queued"})
    await hub.quiet()
    for name in ("issue_comment.created", "pull_request_review.submitted", "check_run.created"):
        sender = inbox.named(name)[0]["sender"]
        assert (sender["login"], sender["type"], sender["id"]) == ("dursor[bot]", "Bot", hub.app.bot.id)
    assert inbox.named("issue_comment.created")[0]["comment"]["performed_via_github_app"]["id"] == hub.app.id


async def test_a_comment_edited_by_another_keeps_its_author_and_names_the_editor(repo, hub, inbox):
    issue = hub.open_issue(repo, "A bug", author="alice")
    said = hub.comment(issue, "first", "alice")
    hub.edit_comment(said, "second", "mallory")
    await hub.quiet()
    edited = inbox.named("issue_comment.edited")[0]
    assert (edited["comment"]["user"]["login"], edited["sender"]["login"]) == ("alice", "mallory")
    assert edited["changes"] == {"body": {"from": "first"}}


async def test_buttons_and_reruns_reach_only_the_app_that_owns_the_check(repo, hub, inbox, app):
    pull = await hub.open_pull_request(repo)
    foreign = await hub.finish_check(pull, "build", "failure")
    body = {"name": "dursor", "head_sha": pull.head_sha, "conclusion": "failure"}
    await app.call("POST", f"{HOME}/check-runs", body)
    own = next(run for run in hub.check_runs(pull.head_sha) if run.name == "dursor")
    for run in (foreign, own):
        hub.rerequest_check(run, "carol")
        hub.press_button(run, "fix", "carol")
    await hub.quiet()
    assert [one["check_run"]["name"] for one in inbox.named("check_run.rerequested")] == ["dursor"]
    pressed = inbox.named("check_run.requested_action")
    assert [(one["requested_action"]["identifier"], one["sender"]["login"]) for one in pressed] == [("fix", "carol")]


async def test_a_push_makes_an_empty_suite_for_the_app_that_stays_queued(repo, hub, inbox, app):
    pull = await hub.open_pull_request(repo)
    suites = (await app.call("GET", f"{HOME}/commits/{pull.head_sha}/check-suites")).body["check_suites"]
    assert [(one["app"]["slug"], one["status"], one["latest_check_runs_count"]) for one in suites] == [
        ("dursor", "queued", 0)
    ]
    await hub.quiet()
    assert "check_suite.requested" in inbox.names


async def test_a_suite_is_completed_once_with_the_gravest_conclusion(repo, hub, inbox):
    pull = await hub.open_pull_request(repo)
    slow = await hub.finish_check(pull, "slow", None)
    await hub.finish_check(pull, "quick", "failure")
    await hub.quiet()
    assert inbox.named("check_suite.completed") == []
    await hub.update_check(slow, "success")
    await hub.quiet()
    assert [one["check_suite"]["conclusion"] for one in inbox.named("check_suite.completed")] == ["failure"]


async def test_a_status_is_told_with_the_branches_at_its_commit(repo, hub, inbox):
    pull = await hub.open_pull_request(repo, branch="work")
    await hub.set_status(repo, pull.head_sha, "pending")
    await hub.quiet()
    told = inbox.named("status")[0]
    assert (told["sha"], told["state"], [one["name"] for one in told["branches"]]) == (
        pull.head_sha,
        "pending",
        ["work"],
    )


async def test_an_event_the_app_does_not_listen_to_is_not_sent(repo, hub, inbox):
    hub.app.events = ("issues",)
    issue = hub.open_issue(repo, "A bug")
    hub.comment(issue, "not told")
    await hub.quiet()
    assert [name for name in inbox.names if name.startswith("issue")] == ["issues.opened"]


async def test_a_repository_the_installation_does_not_see_is_silent(repo, hub, inbox):
    other = await hub.create_repository("octo/other")
    hub.select_repositories(hub.installation(repo), [other])
    await hub.quiet()
    inbox.deliveries.clear()
    hub.open_issue(repo, "A bug")
    await hub.quiet()
    assert inbox.names == []


async def test_going_from_all_to_selected_repositories_lists_none_as_removed(repo, hub, inbox):
    await hub.create_repository("octo/other")
    hub.select_repositories(hub.installation(repo), [repo])
    await hub.quiet()
    told = inbox.named("installation_repositories.removed")[0]
    assert (told["repositories_removed"], told["repository_selection"]) == ([], "selected")


@pytest.mark.parametrize("fate", ["lose", "vanish"])
async def test_a_lost_delivery_never_arrives_and_a_recorded_one_can_be_sent_again(repo, hub, inbox, app, fate):
    await hub.quiet()
    hub.faults.deliveries.coming.append(fate)
    hub.open_issue(repo, "A bug")
    await hub.quiet()
    assert inbox.named("issues.opened") == []
    failed = (await app.as_app("GET", "/app/hook/deliveries?status=failure")).body
    assert len(failed) == (fate == "lose")
    for one in failed:
        assert (await app.as_app("POST", f"/app/hook/deliveries/{one['id']}/attempts")).status == 202
    await hub.quiet()
    assert len(inbox.named("issues.opened")) == len(failed)


async def test_deliveries_are_listed_newest_first_in_pages_with_a_cursor(repo, hub, inbox, app):
    for number in range(3):
        hub.open_issue(repo, f"Bug {number}")
    await hub.quiet()
    first = await app.as_app("GET", "/app/hook/deliveries?per_page=2")
    assert len(first.body) == 2
    url = first.headers["link"].partition(">")[0].removeprefix("<")
    second = await app.as_app("GET", url)
    assert first.body[-1]["id"] > second.body[0]["id"]
    assert {one["guid"] for one in first.body}.isdisjoint(one["guid"] for one in second.body)
