"""The GraphQL API: what a merge gate reads of a pull request, the mutations, and errors in GitHub's shape."""

from __future__ import annotations

import pytest

GATE = """
query($o:String!,$r:String!,$n:Int!){repository(owner:$o,name:$r){pullRequest(number:$n){
  state isDraft locked headRefOid baseRefName baseRefOid isCrossRepository mergeable mergeStateStatus reviewDecision
  isInMergeQueue autoMergeRequest{enabledAt}
  latestOpinionatedReviews(first:50,writersOnly:true){nodes{state author{login} commit{oid} submittedAt}}
  reviewThreads(first:100){pageInfo{hasNextPage} nodes{id isResolved isOutdated}}
  commits(last:1){nodes{commit{oid statusCheckRollup{state contexts(first:100){pageInfo{hasNextPage endCursor}
    nodes{__typename
      ... on CheckRun{databaseId name status conclusion checkSuite{app{databaseId} workflowRun{event workflow{name}}}
        isRequired(pullRequestNumber:$n)}
      ... on StatusContext{context state isRequired(pullRequestNumber:$n)}}}}}}}}}}
"""


async def ask(app, query, **variables):
    url = app.hub.url + "/api/graphql"
    answer = await app.call("POST", url, {"query": query, "variables": variables})
    assert answer.status == 200
    return answer.body


async def test_a_merge_gate_reads_all_it_needs_in_one_query(repo, hub, app):
    hub.protect(repo, required=["build"], approvals=1)
    hub.set_permission(repo, "carol", "write")
    pull = await hub.open_pull_request(repo, files={"a.py": "x = 2\n"})
    await hub.review(pull, "APPROVED", "", "carol", [{"path": "a.py", "line": 1, "body": "here"}])
    await hub.review(pull, "CHANGES_REQUESTED", "no", "stranger")
    await hub.finish_check(pull, "build", "success")
    await hub.set_status(repo, pull.head_sha, "failure", "legacy")
    await ask(app, GATE, o="octo", r="widgets", n=1)
    await hub.quiet()
    body = await ask(app, GATE, o="octo", r="widgets", n=1)
    found = body["data"]["repository"]["pullRequest"]
    assert (found["headRefOid"], found["mergeable"], found["mergeStateStatus"]) == (
        pull.head_sha,
        "MERGEABLE",
        "UNSTABLE",
    )
    assert found["reviewDecision"] == "APPROVED"
    assert [one["author"]["login"] for one in found["latestOpinionatedReviews"]["nodes"]] == ["carol"]
    assert [one["isResolved"] for one in found["reviewThreads"]["nodes"]] == [False]
    rollup = found["commits"]["nodes"][0]["commit"]["statusCheckRollup"]
    told = [(one["__typename"], one["isRequired"]) for one in rollup["contexts"]["nodes"]]
    assert (rollup["state"], told) == ("FAILURE", [("CheckRun", True), ("StatusContext", False)])


async def test_a_draft_is_made_ready_and_back_and_both_are_told(repo, hub, inbox, app):
    pull = await hub.open_pull_request(repo, draft=True)
    query = 'query{repository(owner:"octo",name:"widgets"){pullRequest(number:1){id}}}'
    number = (await ask(app, query))["data"]["repository"]["pullRequest"]["id"]
    for name, draft in (("markPullRequestReadyForReview", False), ("convertPullRequestToDraft", True)):
        text = f"mutation($id:ID!){{{name}(input:{{pullRequestId:$id}}){{pullRequest{{isDraft}}}}}}"
        body = await ask(app, text, id=number)
        assert body["data"][name]["pullRequest"]["isDraft"] is draft is pull.draft
    await hub.quiet()
    assert "pull_request.ready_for_review" in inbox.names
    assert "pull_request.converted_to_draft" in inbox.names


async def test_a_thread_is_resolved_with_contents_write_and_not_without(repo, hub, inbox, app):
    pull = await hub.open_pull_request(repo, files={"a.py": "x = 2\n"})
    await hub.review(pull, "COMMENTED", "", "carol", [{"path": "a.py", "line": 1, "body": "here"}])
    query = """{repository(owner:"octo",name:"widgets"){pullRequest(number:1){reviewThreads(first:1){nodes{...T}}}}}
    fragment T on PullRequestReviewThread{id isResolved}"""
    threads = (await ask(app, query))["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"]
    text = "mutation($id:ID!){resolveReviewThread(input:{threadId:$id}){thread{isResolved resolvedBy{login}}}}"
    await app.authenticate({"permissions": {"pull_requests": "write"}})
    refused = await ask(app, text, id=threads[0]["id"])
    assert (refused["data"], refused["errors"][0]["type"]) == ({"resolveReviewThread": None}, "FORBIDDEN")
    await app.authenticate()
    done = await ask(app, text, id=threads[0]["id"])
    assert done["data"]["resolveReviewThread"]["thread"] == {"isResolved": True, "resolvedBy": {"login": "dursor"}}
    await hub.quiet()
    assert "pull_request_review_thread.resolved" in inbox.names


async def test_a_repository_out_of_reach_is_null_and_not_found(repo, app):
    body = await ask(app, '{repository(owner:"octo",name:"gone"){name}}')
    assert (body["data"], body["errors"][0]["type"]) == ({"repository": None}, "NOT_FOUND")


async def test_a_field_the_hub_does_not_have_is_named(repo, app):
    body = await ask(app, '{repository(owner:"octo",name:"widgets"){stargazers{totalCount}}}')
    assert "data" not in body
    assert body["errors"][0]["extensions"]["code"] == "undefinedField"
    assert body["errors"][0]["message"] == "Field 'stargazers' doesn't exist on type 'Repository'"


@pytest.mark.parametrize(
    "query", ["", "{", "{a(", "query Q($x:Int={a:1}){", "subscription{a}", "{...F}", "{a" * 5000, "é", "fragment F on"]
)
async def test_a_document_that_cannot_be_read_is_an_error_and_no_failure(repo, app, query):
    body = await ask(app, query)
    assert "Parse error" in body["errors"][0]["message"]


async def test_nobody_asks_without_a_token(hub, app):
    answer = await app.call("POST", hub.url + "/api/graphql", {"query": "{viewer{login}}"}, token="")
    assert answer.status == 401
