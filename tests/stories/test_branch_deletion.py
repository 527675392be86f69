"""Which merged branches are deleted, and which are not."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase
from app.localhub.actions import pulls
from tests.stories import scenes

DELETE = "merge: {delete_branch: true}"


def deletions(hub):
    return [request.path for request in hub.requests if request.method == "DELETE" and "/git/refs/" in request.path]


async def test_a_merged_branch_is_deleted_where_that_is_wanted(hub, server):
    pull = await scenes.green(hub, server, more=DELETE)

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()

    assert deletions(hub) == [f"/repos/octo/widgets/git/refs/heads/{pull.head_ref}"]


@pytest.mark.parametrize("as_base", [True, False], ids=["goes into it", "comes from it"])
async def test_a_branch_that_an_open_pull_request_needs_is_kept(hub, server, as_base):
    pull = await scenes.working_on(hub, server, "full_auto", more=DELETE)
    repo = pull.repository
    if as_base:
        await hub.open_pull_request(repo, branch="next", base=pull.head_ref, author="bob", files={"n.py": "N = 1\n"})
    else:
        await hub.push_branch(repo, "release", {"r.py": "R = 1\n"}, "carol", base="main")
        proposal = pulls.Proposal("For the release", None, repo, pull.head_ref, "release")
        await pulls.open_(hub.world, repo, proposal, hub.world.user("bob"))
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()

    assert deletions(hub) == []


async def test_a_forks_branch_of_the_same_name_keeps_none(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto", more=DELETE)
    fork = {"branch": pull.head_ref, "author": "mallory", "fork": True}
    await hub.open_pull_request(pull.repository, files={"f.py": "F = 1\n"}, **fork)
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()

    assert deletions(hub) == [f"/repos/octo/widgets/git/refs/heads/{pull.head_ref}"]


async def test_a_branch_that_moved_after_the_merge_is_kept(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto", more=DELETE)
    hub.faults.slow("GET", "/pulls$", 1.0)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.COMPLETED)

    await hub.push_branch(pull.repository, pull.head_ref, {"late.py": "LATE = True\n"}, "alice")
    await server.rest()

    assert deletions(hub) == []
    assert await hub.read(pull.repository, "late.py", pull.head_ref)


async def test_a_branch_that_github_deletes_itself_is_left_to_it(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto", more=DELETE)
    pull.repository.settings.delete_branch_on_merge = True
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()

    assert deletions(hub) == []
