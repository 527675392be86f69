"""`.github/dursor.yml` and what it names: a wrong file, a pull request's own, and programs that misbehave."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Mode, Phase, Wait
from tests.stories import scenes
from tests.stories import server as servers
from tests.stories.server import configuration

FILE = ".github/dursor.yml"


async def test_a_wrong_file_leaves_the_last_good_one_in_force_and_is_shown(hub, server):
    pull = await scenes.working_on(hub, server)
    wrong = configuration("full_auto")[FILE].replace("mode:", "mood:")
    await hub.push_branch(pull.repository, "main", {FILE: wrong}, "carol")

    hub.comment(pull, "/dursor status", author="alice")
    await server.rest()
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()

    shown = scenes.sticky(hub, pull)
    assert "The configuration is wrong" in shown
    assert "line 1" in shown
    assert "mood" in shown
    assert not hub.merges


async def test_a_pull_requests_own_configuration_is_never_used(hub, server):
    own = configuration("full_auto", autofix="sh, -c, 'echo owned > owned.py'")[FILE]
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR | {FILE: own})
    await hub.finish_check(pull, "lint", "failure")

    run = await server.until(pull, ci_iterations=1, is_working=False)

    assert run.mode is Mode.SEMI_AUTO
    assert await hub.read(pull.repository, "owned.py", pull.head_ref) is None
    assert await hub.read(pull.repository, "a.py", pull.head_ref) == ""


SECRET = "printf %s_%s ghp a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8"
REFUSED = {
    "a secret": (f"{SECRET} > token.txt", "looks like a secret"),
    "a link out of the tree": ("ln -s /etc/passwd link", "link"),
    "a repository within": ("mkdir inner; git init -q inner; touch inner/f", "inner"),
}


@pytest.mark.parametrize(("script", "why"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_an_executor_must_not_leave_is_not_pushed_and_said(hub, server, script, why):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR, autofix=f"sh, -c, '{script}'")
    await hub.finish_check(pull, "lint", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
    await server.rest()

    assert why in (run.note or "")
    assert why in scenes.sticky(hub, pull)
    assert scenes.pushed_by_us(hub) == []
    assert "a1B2c3D4e5" not in "".join(scenes.said_by_us(hub, pull))


async def writing_a_sample(hub, server, then):
    """A pull request with red CI whose executor writes a sample of a secret and then does something more."""
    script = f"mkdir -p samples; {SECRET} > samples/token.txt; {then}"
    pull = await scenes.working_on(
        hub, server, files=scenes.LINT_ERROR, autofix=f"sh, -c, '{script}'", more="fake_secrets: ['samples/**']"
    )
    await hub.finish_check(pull, "lint", "failure")
    return pull


async def test_a_sample_of_a_secret_is_pushed_where_the_configuration_says_that_such_files_hold_samples(hub, server):
    pull = await writing_a_sample(hub, server, "ruff check --no-cache --fix -q .")
    await server.until(pull, ci_iterations=1, is_working=False)

    assert await hub.read(pull.repository, "samples/token.txt", pull.head_ref)
    assert len(scenes.pushed_by_us(hub)) == 1


async def test_a_secret_beside_a_sample_is_not_pushed(hub, server):
    pull = await writing_a_sample(hub, server, "cp samples/token.txt b.txt")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)

    assert "fake_secrets" in (run.note or "")
    assert scenes.pushed_by_us(hub) == []


async def test_an_executor_that_touches_protected_files_is_pushed_and_merged_by_a_person_alone(hub, server):
    script = 'echo "on: push" > .github/owned.yml; ruff check --no-cache --fix -q .'
    pull = await scenes.working_on(hub, server, "full_auto", files=scenes.LINT_ERROR, autofix=f"sh, -c, '{script}'")
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    await hub.finish_check(pull, "lint", "success")

    await scenes.at_a_gate(server, pull, "protected paths", ".github/owned.yml")

    await server.rest()
    assert ".github/owned.yml" in scenes.sticky(hub, pull)
    assert not hub.merges


BROKEN = {
    "a program that is not there": ("no-such-program-here", "was not found on PATH"),
    "a program that fails": ("sh, -c, 'exit 3'", "exit code 3"),
}


@pytest.mark.parametrize(("autofix", "why"), BROKEN.values(), ids=BROKEN.keys())
async def test_an_executor_that_cannot_work_is_tried_a_few_times_and_then_said_to_have_failed(
    hub, server, autofix, why
):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR, autofix=autofix)
    await hub.finish_check(pull, "lint", "failure")

    run = await server.until(pull, phase=Phase.FAILED)
    await server.rest()

    assert why in (run.note or "")
    assert len(await scenes.rows(server, "SELECT id FROM runs WHERE status = 'failed'")) == 3
    assert scenes.said_by_us(hub, pull, "dursor gave this up", why, "/dursor retry")


async def test_an_executor_that_takes_too_long_is_ended(hub, server):
    files = configuration("semi_auto", autofix=scenes.SLOW)
    files[FILE] = files[FILE].replace("timeout_minutes: 1", "timeout_minutes: 0.005")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR)
    await server.until(pull)
    await hub.finish_check(pull, "lint", "failure")

    await server.until(pull, phase=Phase.FAILED)
    await server.rest()

    errors = [row["error"] for row in await scenes.rows(server, "SELECT error FROM runs")]
    assert len(errors) == 3
    assert all("second" in error for error in errors), errors


async def test_a_secret_that_an_executor_prints_is_kept_and_shown_nowhere(hub, server):
    script = 'printf "%s_%s\\n" ghp a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8; exit 3'
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR, autofix=f"sh, -c, '{script}'")
    await hub.finish_check(pull, "lint", "failure")

    await server.until(pull, phase=Phase.FAILED)
    await server.rest()

    kept = str(await scenes.rows(server, "SELECT logs, summary, error FROM runs"))
    assert "[redacted]" in kept
    assert "a1B2c3D4e5" not in kept
    assert "a1B2c3D4e5" not in "".join(scenes.said_by_us(hub, pull))


async def test_a_wrong_file_in_a_pull_request_is_told_at_its_line_and_the_one_in_force_stays(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    wrong = configuration("full_auto")[FILE] + "limits: {ci: many}\nmood: good\n"
    pull = await hub.open_pull_request(repo, files={FILE: wrong}, author="bob")
    await server.rest()

    check = judged(hub, pull)
    last = len(wrong.splitlines())
    assert (check.conclusion, check.title) == ("failure", "2 mistakes")
    assert {(one["path"], one["start_line"]) for one in check.annotations} == {(FILE, last - 1), (FILE, last)}
    assert f"line {last - 1}, `limits.ci`" in check.summary
    assert f"line {last}, `mood`" in check.summary
    assert await scenes.rows(server, "SELECT id FROM agentic_runs") == []
    (row,) = await scenes.rows(server, "SELECT config, config_error FROM repos")
    assert '"mode":"semi_auto"' in row["config"]
    assert row["config_error"] is None


async def test_a_right_file_in_a_pull_request_is_previewed_and_not_in_force_before_it_is_merged(hub, server):
    pull = await scenes.working_on(hub, server, files=scenes.CLEAN | configuration("full_auto", more="protect: []"))
    await server.rest()

    check = judged(hub, pull)
    assert (check.conclusion, check.title) == ("success", "2 changes")
    assert '`mode: "semi_auto" → "full_auto"`' in check.summary
    assert '`protect: [".github/**", "CODEOWNERS"] → []`' in check.summary
    assert (await server.run(pull)).mode is Mode.SEMI_AUTO


async def test_a_new_head_is_judged_anew_and_one_without_the_change_is_not(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    pull = await hub.open_pull_request(repo, files={FILE: "mode: often\n"}, author="bob")
    await server.rest()
    await hub.push(pull, {FILE: "mode: interactive\n"}, author="bob")
    await server.rest()
    assert judged(hub, pull).conclusion == "success"

    await hub.push(pull, {FILE: configuration("semi_auto")[FILE]}, author="bob")
    await server.rest()
    assert not [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor config"]


async def test_a_pull_request_that_leaves_the_file_alone_costs_one_request_and_shows_nothing(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    first = await hub.open_pull_request(repo, files=scenes.CLEAN, author="bob", branch="first")
    await server.rest()
    before = len(hub.requests)

    second = await hub.open_pull_request(repo, files={"b.py": "B = 1\n"}, author="bob", branch="second")
    await server.rest()

    assert [one.path for one in hub.requests[before:]] == ["/repos/octo/widgets/contents/.github/dursor.yml"]
    for pull in (first, second):
        assert hub.check_runs(pull.head_sha) == []


async def test_a_forks_file_is_judged_as_well(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    pull = await hub.open_pull_request(repo, files={FILE: "mode: 7\n"}, author="mallory", fork=True)
    await server.rest()

    assert judged(hub, pull).conclusion == "failure"


async def test_what_the_operator_does_not_allow_is_cut_and_said(hub, tmp_path):
    async with servers.running(hub, tmp_path / "data", max_mode="semi_auto", max_run_minutes=5) as server:
        pull = await scenes.working_on(hub, server, "full_auto", files=scenes.CLEAN | configuration("full_auto"))
        status = hub.comment(pull, "/dursor status", author="alice")
        mode = hub.comment(pull, "/dursor mode full_auto", author="alice")
        await hub.finish_check(pull, "test", "success")
        run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
        await server.rest()

        assert run.mode is Mode.SEMI_AUTO
        assert 'mode: "full_auto" → "semi_auto"' in scenes.sticky(hub, pull)
        assert scenes.said_by_us(hub, pull, "limits.run_minutes: 30 → 5", "dursor is")
        assert scenes.said_by_us(hub, pull, "allows `semi_auto` at most")
        assert (scenes.reactions(status), scenes.reactions(mode)) == ({"eyes", "rocket"}, {"eyes", "confused"})


def judged(hub, pull):
    """The one judgement of the configuration at the head."""
    (only,) = [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor config"]
    return only
