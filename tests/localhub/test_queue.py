"""The merge queue and auto-merge: asked for by the API, ended by what the queue finds out or by people."""

from __future__ import annotations

import pytest

from app.localhub.actions import checks
from app.localhub.state import repository

STANDING = """query{repository(owner:"octo",name:"widgets"){pullRequest(number:1){
  id isInMergeQueue mergeQueueEntry{state enqueuer{login}} autoMergeRequest{mergeMethod enabledBy{login}}
  timelineItems(last:1,itemTypes:[REMOVED_FROM_MERGE_QUEUE_EVENT]){nodes{
    ... on RemovedFromMergeQueueEvent{reason}}}}}}"""
ENQUEUE = """mutation($id:ID!,$sha:GitObjectID!){
  enqueuePullRequest(input:{pullRequestId:$id,expectedHeadOid:$sha}){mergeQueueEntry{state}}}"""
DEQUEUE = "mutation($id:ID!){dequeuePullRequest(input:{id:$id}){mergeQueueEntry{state}}}"
ENABLE = """mutation($id:ID!,$sha:GitObjectID!){enablePullRequestAutoMerge(
  input:{pullRequestId:$id,expectedHeadOid:$sha,mergeMethod:SQUASH}){pullRequest{number}}}"""
DISABLE = "mutation($id:ID!){disablePullRequestAutoMerge(input:{pullRequestId:$id}){pullRequest{number}}}"


async def ask(app, query, **variables):
    answer = await app.call("POST", app.hub.url + "/api/graphql", {"query": query, "variables": variables})
    assert answer.status == 200
    return answer.body


async def standing(app):
    return (await ask(app, STANDING))["data"]["repository"]["pullRequest"]


@pytest.fixture
async def pull(repo, hub):
    found = await hub.open_pull_request(repo, files={"a.py": "x = 2\n"})
    hub.protect(repo, required=["build"], merge_queue=True)
    await hub.finish_check(found, "build", "success")
    return found


async def in_queue(hub, app, pull):
    number = (await standing(app))["id"]
    body = await ask(app, ENQUEUE, id=number, sha=pull.head_sha)
    assert body["data"]["enqueuePullRequest"]["mergeQueueEntry"] == {"state": "AWAITING_CHECKS"}
    return number


async def report(hub, pull, conclusion):
    reporter = hub.other_app("circleci")
    change = checks.Change(name="build", conclusion=conclusion)
    await checks.create(hub.world, pull.repository, reporter, pull.queued.sha, change, reporter.bot)
    await hub.quiet()


async def test_a_queued_pull_request_is_merged_when_its_group_is_green(hub, app, inbox, pull):
    await in_queue(hub, app, pull)
    found = await standing(app)
    assert (found["isInMergeQueue"], found["mergeQueueEntry"]["enqueuer"]) == (True, {"login": "dursor"})

    await report(hub, pull, "success")

    assert pull.merged_at
    assert [(merge.head_sha, merge.who) for merge in hub.merges] == [(pull.head_sha, "github-merge-queue[bot]")]
    wanted = {"pull_request.enqueued", "merge_group.checks_requested", "merge_group.destroyed", "pull_request.dequeued"}
    assert wanted <= set(inbox.names)


async def test_a_queued_pull_request_whose_group_fails_is_let_go_with_the_reason(hub, app, pull):
    await in_queue(hub, app, pull)

    await report(hub, pull, "failure")

    found = await standing(app)
    assert (found["isInMergeQueue"], found["mergeQueueEntry"]) == (False, None)
    assert found["timelineItems"]["nodes"] == [{"reason": "failed_checks"}]
    assert not hub.merges


async def test_a_push_takes_a_pull_request_out_of_the_queue(hub, app, pull):
    await in_queue(hub, app, pull)

    await hub.push(pull, {"b.py": "y = 1\n"})
    await hub.quiet()

    assert pull.queued is None


async def test_the_queue_takes_what_is_fit_and_not_there_yet(hub, app, pull):
    number = (await standing(app))["id"]
    moved = await ask(app, ENQUEUE, id=number, sha="0" * 40)
    assert moved["errors"][0]["type"] == "UNPROCESSABLE"
    await in_queue(hub, app, pull)
    again = await ask(app, ENQUEUE, id=number, sha=pull.head_sha)
    assert "already" in again["errors"][0]["message"]

    assert not (await ask(app, DEQUEUE, id=number)).get("errors")
    assert pull.queued is None
    assert (await ask(app, DEQUEUE, id=number))["errors"][0]["type"] == "UNPROCESSABLE"
    hub.protect(pull.repository, required=["build"])
    assert "not enabled" in (await ask(app, ENQUEUE, id=number, sha=pull.head_sha))["errors"][0]["message"]


async def test_auto_merge_merges_once_the_deployment_is_there(hub, app, inbox, pull):
    pull.repository.settings = repository.Settings(allow_auto_merge=True)
    hub.protect(pull.repository, deployments=["staging"])
    number = (await standing(app))["id"]
    assert not (await ask(app, ENABLE, id=number, sha=pull.head_sha)).get("errors")
    shown = (await standing(app))["autoMergeRequest"]
    assert shown == {"mergeMethod": "SQUASH", "enabledBy": {"login": "dursor"}}
    assert not hub.merges

    hub.deploy(pull, "staging")
    await hub.quiet()

    assert [(merge.method, merge.who) for merge in hub.merges] == [("squash", "dursor[bot]")]
    assert "pull_request.auto_merge_enabled" in inbox.names


async def test_auto_merge_is_refused_where_nothing_is_waited_for_or_it_is_not_allowed(hub, app, pull):
    number = (await standing(app))["id"]
    refused = await ask(app, ENABLE, id=number, sha=pull.head_sha)
    assert "not allowed" in refused["errors"][0]["message"]
    pull.repository.settings = repository.Settings(allow_auto_merge=True)
    hub.protect(pull.repository, required=["build"])
    clean = await ask(app, ENABLE, id=number, sha=pull.head_sha)
    assert clean["errors"][0]["message"] == "Pull request is in clean status"
    await hub.finish_check(pull, "lint", "failure")
    unstable = await ask(app, ENABLE, id=number, sha=pull.head_sha)
    assert unstable["errors"][0]["message"] == "Pull request is in unstable status"

    hub.protect(pull.repository, deployments=["staging"])
    await ask(app, ENABLE, id=number, sha=pull.head_sha)
    assert not (await ask(app, DISABLE, id=number)).get("errors")
    assert pull.auto_merge is None
    assert (await ask(app, DISABLE, id=number))["errors"]


async def test_merging_later_takes_the_permission_to_merge(hub, app, pull):
    number = (await standing(app))["id"]
    await app.authenticate({"permissions": {"pull_requests": "write"}})

    assert (await ask(app, ENQUEUE, id=number, sha=pull.head_sha))["errors"][0]["type"] == "FORBIDDEN"
