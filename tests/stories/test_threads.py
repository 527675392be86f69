"""What people remark on lines is worked on as one request, and each remark gets one answer in its thread."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from app.localhub import faults
from tests import providers
from tests.providers import Say, Tool
from tests.stories import agents, eventually, scenes
from tests.stories import server as servers

FILES = {"a.py": "A = 1\nB = 2\nC = 3\n"}
SAID = """\
I renamed one.

R1: done, it is ALPHA now; thanks @everyone, see #1
- **R2**: not done, because B is what the protocol calls it
/dursor merge
"""
ONE_MORE = "sh, -c, 'echo >> a.py'"
LATER = "sh, -c, 'sleep 3; echo >> a.py'"


def remarks(count=3):
    return [{"path": "a.py", "line": line, "body": f"Why line {line}?"} for line in range(1, count + 1)]


def replies(comment):
    """What we said in the thread that a remark begins."""
    thread = next(thread for thread in comment.pull.threads if thread.root is comment)
    return [said.body for said in thread.comments if said.user.login == scenes.BOT]


async def reviewed(hub, server, count=3, **config):
    """A pull request that bob, who may write, asks for changes of in so many remarks."""
    pull = await scenes.working_on(hub, server, files=FILES, **config)
    hub.set_permission(pull.repository, "bob", "write")
    review = await hub.review(pull, "CHANGES_REQUESTED", "", "bob", remarks(count))
    return pull, review.comments


class Coder:
    """A model that renames A and then says what it did."""

    def __init__(self, said):
        self.steps, self.asked = [Tool("edit", {"path": "a.py", "old": "A = 1", "new": "ALPHA = 1"}), Say(said)], 0

    def __call__(self, request):
        self.asked += 1
        return self.steps[min(self.asked, 2) - 1]


async def test_of_three_remarks_one_is_done_one_declined_with_a_reason_and_one_forgotten(hub, tmp_path):
    async with servers.running(hub, tmp_path / "data") as server, providers.serve(Coder(SAID)) as standin:
        agents.add_model(server.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
        files = servers.configuration("semi_auto")
        files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("command:autofix", "patch_agent", 1)
        repo = await hub.create_repository("octo/widgets", files)
        pull = await hub.open_pull_request(repo, files=FILES)
        await server.until(pull, phase=Phase.WAITING_CI)
        hub.set_permission(repo, "bob", "write")

        review = await hub.review(pull, "CHANGES_REQUESTED", "Some names.", "bob", remarks())
        await server.until(pull, iteration=1, is_working=False)
        await eventually.until(lambda: all(map(replies, review.comments)))
        await server.rest()

        (run,) = await scenes.rows(server, "SELECT * FROM runs")
        assert "Some names." in run["instruction"]
        assert "R2, on a.py, line 2:\n| @@ -0,0 +1,3 @@\n| +A = 1\n| +B = 2\nWhy line 2?" in run["instruction"]
        done, declined, forgotten = [said for (said,) in map(replies, review.comments)]
        sha = pull.head_sha[:10]
        assert f"Done in {sha}: it is ALPHA now; thanks" in done
        assert "@everyone" not in done
        assert "#1" not in done
        assert "Not done: because B is what the protocol calls it" in declined
        assert f"Worked on in {sha}. What was done about this remark, the executor did not say." in forgotten
        assert not any("/dursor" in said for said in (done, declined, forgotten))
        assert [thread.resolved_by for thread in pull.threads] == [None] * 3
        assert not hub.merges
        assert len(await scenes.rows(server, "SELECT id FROM messages WHERE role = 'user'")) == 1
        assert not await scenes.rows(server, "SELECT id FROM remarks WHERE answered_at IS NULL")


async def test_where_nothing_was_changed_the_thread_says_so(hub, server):
    pull, (comment,) = await reviewed(hub, server, 1, autofix="echo, it is right")
    await server.until(pull, wait=Wait.NO_CHANGE)
    await eventually.until(lambda: replies(comment))
    assert "Nothing was changed: echo" in replies(comment)[0]
    assert "it is right" in replies(comment)[0]


async def test_what_may_not_be_pushed_is_not_done_and_what_is_tried_again_is_answered_again(hub, server):
    pull, (comment,) = await reviewed(
        hub, server, 1, autofix="sh, -c, 'test -e a.txt || printf \"<<<<<<< a\\n=======\\n>>>>>>> b\\n\" > a.txt'"
    )
    await server.until(pull, wait=Wait.REFUSED)
    await eventually.until(lambda: replies(comment))
    assert "Not done: The change leaves conflict markers in the files." in replies(comment)[0]

    await hub.push(pull, {"a.txt": "\n"}, "alice")
    await server.until(pull, head_sha=pull.head_sha)
    hub.comment(pull, "/dursor do it once more", "bob")
    await eventually.until(lambda: len(replies(comment)) == 2)
    await server.rest()
    assert "Nothing was changed" in replies(comment)[1]
    assert len(replies(comment)) == 2


async def test_work_that_is_canceled_is_answered_with_who_did_it(hub, server):
    pull, (comment,) = await reviewed(hub, server, 1, autofix=scenes.SLOW)
    await scenes.executor_at_work(server)
    hub.comment(pull, "/dursor cancel", "bob")
    await server.until(pull, phase=Phase.CANCELED)
    await eventually.until(lambda: replies(comment))
    assert "Not done: bob canceled it." in replies(comment)[0]


async def test_s85_a_resolved_or_deleted_thread_is_not_answered_and_an_outdated_one_is(hub, server):
    pull, (resolved, deleted, outdated) = await reviewed(hub, server, autofix=LATER)
    await scenes.executor_at_work(server)
    hub.resolve(resolved, "bob")
    hub.delete_remark(deleted, "bob")

    await eventually.until(lambda: replies(outdated))
    await server.rest()

    assert outdated.line is None
    assert replies(resolved) == []
    assert deleted not in [thread.root for thread in pull.threads]
    assert not await scenes.rows(server, "SELECT id FROM remarks WHERE answered_at IS NULL")
    assert [thread.resolved_by and thread.resolved_by.login for thread in pull.threads] == ["bob", None]


async def test_a_locked_conversation_takes_no_answer_and_nobody_tries_for_ever(hub, server):
    scenes.fault(hub, "POST", "/replies$", status=403, body={"message": "Unable to create comment: it is locked."})
    pull, (comment,) = await reviewed(hub, server, 1, autofix=ONE_MORE)
    await server.until(pull, iteration=1, is_working=False)
    await server.rest()
    assert replies(comment) == []
    assert not await scenes.rows(server, "SELECT id FROM remarks WHERE answered_at IS NULL")
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_answer_that_got_lost_is_given_once(hub, server, when):
    scenes.fault(hub, "POST", "/replies$", status=500, when=when)
    pull, comments = await reviewed(hub, server, 2, autofix=ONE_MORE)
    await server.until(pull, iteration=1, is_working=False)
    await eventually.until(lambda: all(map(replies, comments)))
    await server.rest()
    assert [len(replies(comment)) for comment in comments] == [1, 1]


async def test_threads_are_read_once_for_all_answers_and_never_when_none_is_due(hub, server):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    await server.rest()
    assert reads(hub) == 0

    hub.set_permission(pull.repository, "bob", "write")
    await hub.push(pull, FILES, "alice")
    review = await hub.review(pull, "COMMENTED", "", "bob", remarks())
    await eventually.until(lambda: all(map(replies, review.comments)))
    await server.rest()
    assert reads(hub) == 1


def reads(hub):
    return sum("query Threads(" in str(request.body) for request in hub.requests)


async def test_an_answer_under_which_the_server_ended_is_given_once(hub, tmp_path):
    """GitHub has it; the server that asked never heard of it."""
    trouble = faults.Fault("POST", "/replies$", reset=True, when="after")
    async with servers.running(hub, tmp_path / "data") as server:
        hub.faults.add(trouble)
        _, comments = await reviewed(hub, server, 2, autofix=ONE_MORE)
        await eventually.until(lambda: trouble not in hub.faults.waiting and any(map(replies, comments)))
    async with servers.running(hub, tmp_path / "data") as server:
        await eventually.until(lambda: all(map(replies, comments)))
        await server.rest()
        assert [len(replies(comment)) for comment in comments] == [1, 1]
        assert not await scenes.rows(server, "SELECT id FROM remarks WHERE answered_at IS NULL")
