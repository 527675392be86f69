"""Pull requests whose merge is left to GitHub, and what was asked of it, for the stories about them."""

from __future__ import annotations

from app.lifecycle.run import MergeWay, Phase, Wait
from app.localhub.state.repository import RequiredCheck
from tests.stories import eventually, scenes

QUEUED = {"phase": Phase.MERGING, "merge_way": MergeWay.QUEUE}
AUTO = {"phase": Phase.MERGING, "merge_way": MergeWay.AUTO}


async def queued(hub, server, mode="full_auto", *, ours=False, **config):
    """A pull request that dursor has put into the queue; with `ours` the branch demands dursor's check, too."""
    pull = await scenes.working_on(hub, server, mode, **config)
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    required = ["test", RequiredCheck("dursor", hub.app.id)] if ours else ["test"]
    hub.protect(pull.repository, required=required, merge_queue=True, source="ruleset")
    await hub.finish_check(pull, "test", "success")
    if mode != "full_auto":
        await server.until(pull, wait=Wait.APPROVAL)
        await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, **QUEUED)
    await eventually.until(lambda: pull.queued)
    await server.rest()
    return pull


async def group_says(hub, pull, conclusion, name="test"):
    """CI reports about the commit that the queue would merge."""
    await scenes.check_on(hub, pull.repository, pull.queued.sha, name, conclusion)


async def taken_out(server, pull):
    """Wait until GitHub's queue has it no longer, and dursor knows."""
    await eventually.until(lambda: pull.queued is None)
    await server.until(pull, merge_way=None)


async def green(hub, server, *, ours=True, allowed=True, **rules):
    """A pull request that dursor would merge; the branch demands dursor's check and what `rules` say."""
    pull = await scenes.working_on(hub, server, "full_auto")
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    pull.repository.settings.allow_auto_merge = allowed
    required = ["test", RequiredCheck("dursor", hub.app.id)] if ours else ["test"]
    hub.protect(pull.repository, required=required, source="ruleset", **rules)
    await hub.finish_check(pull, "test", "success")
    return pull


async def waiting(hub, server):
    """A pull request that GitHub is to merge once it is deployed to staging."""
    pull = await green(hub, server, deployments=["staging"])
    await server.until(pull, **AUTO)
    await eventually.until(lambda: pull.auto_merge)
    await server.rest()
    return pull


def ours(hub, pull):
    """Our check at the head."""
    (found,) = [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor"]
    return found


def asked(hub, what):
    return [request for request in hub.requests if isinstance(request.body, dict) and what in str(request.body)]


def merges_asked(hub):
    return [request for request in hub.requests if request.path.endswith("/merge")]


async def pauses(hub, pull):
    hub.comment(pull, "/dursor pause", author="alice")
