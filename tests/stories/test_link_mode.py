"""Where people open pull requests themselves, they are told where, and dursor goes on with what they opened."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from app.localhub.actions import pulls
from app.store import preferences
from tests.stories import scenes
from tests.stories.test_issues import repository, run_of

BRANCH = "dursor/1-count"


async def left(hub, server, **config):
    """An issue that was worked on, whose pull request a person is to open."""
    await server.world.database.write(lambda db: preferences.save(db, default_pr_creation_mode="link"))
    repo = await repository(hub, **config)
    issue = hub.open_issue(repo, "Count", "", "alice")
    hub.comment(issue, "/dursor do", author="bob")
    await run_of(server, issue, phase="awaiting_human", wait="opening")
    await server.rest()
    return repo, issue


async def opened_by(hub, repo, who="bob", base="main"):
    """A pull request from the branch as it is."""
    proposal = pulls.Proposal("Mine", "My words", repo, BRANCH, base, False)
    return await pulls.open_(hub.world, repo, proposal, hub.user(who))


async def test_the_issue_is_told_where_to_open_the_pull_request_and_none_is_made(hub, server):
    repo, issue = await left(hub, server)
    (told,) = scenes.said_by_us(hub, issue, "/compare/")
    assert f"/compare/main...{BRANCH}?expand=1&title=Count&body=Closes%20%231)" in told
    assert scenes.pushed_by_us(hub) == [f"refs/heads/{BRANCH}"]
    assert list(repo.issues) == [1]

    await scenes.swept(server)
    hub.comment(issue, "/dursor why", author="bob")
    await server.rest()
    assert len(scenes.said_by_us(hub, issue, "/compare/")) == 1
    assert scenes.said_by_us(hub, issue, "a person opens its pull request")


async def test_what_a_person_opens_from_the_branch_goes_on_with_ci_and_stays_as_they_wrote_it(hub, server):
    repo, issue = await left(hub, server)
    pull = await opened_by(hub, repo)
    await server.until(pull, phase=Phase.WAITING_CI)
    await server.rest()
    assert len(await scenes.rows(server, "SELECT id FROM tasks")) == 1
    assert scenes.said_by_us(hub, issue, "#2 is the pull request")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    assert (pull.title, pull.body) == ("Mine", "My words")
    (row,) = await scenes.rows(server, "SELECT described FROM prs")
    assert row["described"] is None


async def test_one_that_no_event_told_of_is_found_by_the_sweep(hub, server):
    repo, _ = await left(hub, server)
    async with scenes.held_back(hub):
        pull = await opened_by(hub, repo)
    assert await server.run(pull) is None

    await scenes.swept(server)

    assert await server.run(pull) is not None
    assert len(await scenes.rows(server, "SELECT id FROM tasks")) == 1


async def test_one_of_alices_whom_the_configuration_adopts_is_the_same_task_and_no_second(hub, server):
    repo, _ = await left(hub, server)
    pull = await opened_by(hub, repo, "alice")
    await server.until(pull, phase=Phase.WAITING_CI)
    await server.rest()
    assert len(await scenes.rows(server, "SELECT id FROM agentic_runs")) == 1


async def test_a_strangers_branch_of_that_name_and_a_strangers_base_are_not_taken(hub, server):
    repo, issue = await left(hub, server)
    await hub.push_branch(repo, "release", {"b.py": "B = 0\n"}, "bob")
    elsewhere = await opened_by(hub, repo, "mallory", base="release")
    fork = await hub.open_pull_request(repo, files={"b.py": "evil\n"}, branch=BRANCH, author="mallory", fork=True)
    await scenes.swept(server)

    assert await server.run(elsewhere) is None
    assert await server.run(fork) is None
    assert (await run_of(server, issue))["wait"] == "opening"


async def test_a_person_who_is_faster_than_dursor_is_told_apart_from_nobody(hub, server):
    repo = await repository(hub)
    issue = hub.open_issue(repo, "Count", "", "alice")
    scenes.fault(hub, "POST", r"/pulls$", status=502, times=2)
    hub.comment(issue, "/dursor do", author="bob")
    await run_of(server, issue, phase="waiting_ci", pr_number=None)
    pull = await opened_by(hub, repo)

    await run_of(server, issue, phase="waiting_ci", pr_number=pull.number)
    await server.rest()
    assert list(repo.issues) == [1, 2]
    assert pull.user.login == "bob"


async def test_more_words_are_worked_on_before_anybody_opened_it(hub, server):
    _, issue = await left(hub, server, autofix="sh, -c, 'date +%N > n.txt'")
    hub.comment(issue, "/dursor do And the blue ones", author="bob")

    await run_of(server, issue, iteration=1, phase="awaiting_human", wait="opening")
    await server.rest()
    assert scenes.pushed_by_us(hub) == [f"refs/heads/{BRANCH}"] * 2


async def test_somebody_who_changes_their_mind_has_it_opened_by_a_retry(hub, server):
    repo, issue = await left(hub, server)
    await server.world.database.write(lambda db: preferences.save(db, default_pr_creation_mode="create"))
    hub.comment(issue, "/dursor retry", author="bob")
    await run_of(server, issue, phase="waiting_ci", pr_number=2)
    assert repo.issues[2].user.login == scenes.BOT
