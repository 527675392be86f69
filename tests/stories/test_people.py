"""People push, review, approve, close and command while dursor works."""

from __future__ import annotations

from app.lifecycle.run import Mode, Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration

LINT_ERROR = {"a.py": "import os\n"}
CLEAN = {"a.py": "A = 1\n"}
SLOW = "sleep, '30'"


async def waiting(hub, server, mode="semi_auto", files=LINT_ERROR, **config):
    repo = await hub.create_repository("octo/widgets", configuration(mode, **config))
    pull = await hub.open_pull_request(repo, files=files)
    await server.until(pull, phase=Phase.WAITING_CI)
    return pull


async def green_and_waiting_for_approval(hub, server, **config):
    pull = await waiting(hub, server, files=CLEAN, **config)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    return pull


async def test_semi_auto_merges_when_somebody_who_may_write_approves_this_commit(hub, server):
    pull = await green_and_waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)
    assert [merge.head_sha for merge in hub.merges] == [pull.head_sha]


async def test_an_approval_by_somebody_who_may_only_read_does_nothing(hub, server):
    pull = await green_and_waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "mallory", "read")

    await hub.review(pull, "APPROVED", author="mallory")
    hub.comment(pull, "/dursor approve", author="mallory")

    await server.rest()
    assert (await server.run(pull)).phase is Phase.AWAITING_HUMAN
    assert not hub.merges


async def test_a_push_after_the_approval_takes_it_back(hub, server):
    pull = await waiting(hub, server, files=CLEAN)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)

    await hub.push(pull, {"b.py": "B = 2\n"})
    await server.until(pull, head_sha=pull.head_sha, human_approved=False)
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    assert not hub.merges


async def test_requested_changes_become_one_instruction_and_one_fix(hub, server):
    pull = await waiting(hub, server)
    hub.set_permission(pull.repository, "bob", "write")

    await hub.review(
        pull, "CHANGES_REQUESTED", "Please drop the import.", "bob",
        comments=[{"path": "a.py", "line": 1, "side": "RIGHT", "body": "Unused."}],
    )  # fmt: skip

    await server.until(pull, iteration=1, is_working=False)
    await server.rest()
    said = await server.read(lambda db: db.execute("SELECT content FROM messages WHERE role = 'user'").fetchall())
    assert len(said) == 1
    assert "Please drop the import." in said[0]["content"]
    assert "R1, on a.py, line 1:" in said[0]["content"]


async def test_a_person_who_pushes_stops_the_executor_and_its_work_is_not_pushed_over_theirs(hub, server):
    pull = await waiting(hub, server, autofix=SLOW)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.FIXING_CI)

    await hub.push(pull, {"b.py": "B = 2\n"})

    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    await server.rest()
    assert [push.who for push in hub.pushes if push.ref.endswith(pull.head_ref)].count("dursor[bot]") == 0


async def test_closing_the_pull_request_ends_the_run_and_whatever_works_for_it(hub, server):
    pull = await waiting(hub, server, autofix=SLOW)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.FIXING_CI)

    hub.close(pull)

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    statuses = await server.read(lambda db: [row["status"] for row in db.execute("SELECT status FROM runs")])
    assert statuses == ["canceled"]


async def test_merging_by_hand_completes_the_run(hub, server):
    pull = await green_and_waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "carol", "admin")
    hub.comment(pull, "/dursor approve", author="carol")
    await server.until(pull, phase=Phase.COMPLETED)
    assert len(hub.merges) == 1


async def test_pause_keeps_everything_and_resume_goes_on(hub, server):
    pull = await waiting(hub, server)
    hub.comment(pull, "/dursor pause", author="alice")
    await server.until(pull, paused=True)
    await hub.finish_check(pull, "lint", "failure")
    await server.rest()
    assert (await server.run(pull)).ci_iterations == 0

    hub.comment(pull, "/dursor resume", author="alice")

    await server.until(pull, paused=False, ci_iterations=1)


async def test_another_mode_takes_effect_at_once(hub, server):
    pull = await green_and_waiting_for_approval(hub, server)

    hub.comment(pull, "/dursor mode full_auto", author="alice")

    await server.until(pull, phase=Phase.COMPLETED, mode=Mode.FULL_AUTO)


async def test_a_command_by_a_stranger_is_refused_in_one_line_and_does_nothing(hub, server):
    pull = await waiting(hub, server)
    hub.set_permission(pull.repository, "mallory", "read")

    comment = hub.comment(pull, "/dursor cancel", author="mallory")

    await server.rest()
    assert not (await server.run(pull)).is_terminal
    assert "confused" in {reaction.content for reaction in comment.reactions}
    answers = [said.body for said in hub.comments(pull) if "needs write permission" in said.body]
    assert len(answers) == 1


async def test_a_pull_request_that_the_configuration_does_not_take_is_taken_on_command(hub, server):
    files = configuration("semi_auto") | {}
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("[alice]", "[]")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=CLEAN)
    await server.rest()
    assert await server.run(pull) is None

    hub.comment(pull, "/dursor take interactive", author="alice")

    await server.until(pull, mode=Mode.INTERACTIVE)


async def test_a_fork_is_taken_only_on_the_word_of_somebody_trusted(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    pull = await hub.open_pull_request(repo, files=CLEAN, author="alice", fork=True)
    await server.rest()
    assert await server.run(pull) is None

    hub.set_permission(repo, "carol", "write")
    hub.comment(pull, "/dursor take", author="carol")

    await server.until(pull, phase=Phase.WAITING_CI)


async def test_a_conflict_that_git_can_solve_is_solved_by_bringing_the_base_in(hub, server):
    pull = await waiting(hub, server, "full_auto", files={"a.py": "A = 1\n"})
    hub.protect(pull.repository, required=["test"], strict=True)
    await hub.push_branch(pull.repository, "main", {"c.py": "C = 3\n"}, "carol")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, iteration=1, is_working=False)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_an_approver_who_may_not_write_any_more_has_approved_nothing(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    hub.comment(pull, "/dursor pause", "bob")
    await server.until(pull, paused=True)
    hub.comment(pull, "/dursor approve", "bob")
    await server.until(pull, human_approved=True)
    hub.set_permission(pull.repository, "bob", "read")
    hub.set_permission(pull.repository, "carol", "write")
    hub.comment(pull, "/dursor resume", "carol")

    await scenes.at_a_gate(server, pull, "nobody with write permission approved")
    assert not hub.merges
