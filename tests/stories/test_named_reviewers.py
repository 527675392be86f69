"""`review EXECUTOR`: a person has somebody else look at the head than the configuration names."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration

UNUSED = {"a.py": "import os\n"}


async def test_a_person_names_who_reviews_where_nobody_is_configured(hub, server):
    pull = await scenes.working_on(hub, server, files=UNUSED, reviewer="none")
    hub.set_permission(pull.repository, "bob", "write")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    plain = hub.comment(pull, "/dursor review", author="bob")
    await server.rest()
    assert "confused" in scenes.reactions(plain)

    named = hub.comment(pull, "/dursor review lint", author="bob")
    await server.until(pull, review_iterations=1)
    await server.rest()
    assert {"eyes", "rocket"} <= scenes.reactions(named)
    (review,) = await scenes.rows(server, "SELECT executor, executor_type, status FROM reviews")
    assert review == {"executor": "command:lint", "executor_type": "command", "status": "succeeded"}
    assert "FixAsked" not in "".join(await server.history(pull))


async def test_who_cannot_review_is_refused_by_name(hub, server):
    pull = await scenes.working_on(hub, server, reviewer="command:lint")
    hub.set_permission(pull.repository, "bob", "write")
    said = [hub.comment(pull, f"/dursor review {name}", author="bob") for name in ("autofix", "nobody")]
    await server.rest()
    assert all("confused" in scenes.reactions(one) for one in said)
    assert scenes.said_by_us(hub, pull, "`command:autofix` cannot be used here", "`output` is `sarif`")
    assert scenes.said_by_us(hub, pull, "`nobody` cannot be used here", "There is no executor")
    assert await scenes.rows(server, "SELECT id FROM reviews") == []


async def test_a_named_reviewer_that_breaks_is_the_one_that_is_tried_again(hub, server):
    files = configuration(reviewer="command:lint")
    broken = "commands:\n  broken: {run: [sh, -c, 'exit 9'], output: sarif}"
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("commands:", broken)
    pull = await hub.open_pull_request(await hub.create_repository("octo/widgets", files), files=scenes.CLEAN)
    hub.set_permission(pull.repository, "bob", "write")
    await server.until(pull, phase=Phase.WAITING_CI)
    hub.comment(pull, "/dursor review broken", author="bob")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.BROKEN)
    tried = await scenes.rows(server, "SELECT executor, status FROM reviews")
    assert tried == [{"executor": "command:broken", "status": "failed"}] * 3
