"""Programs that a repository names: what they are given of the server's environment, and what their exit codes mean."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories import server as servers

_MORE = """\
commands:
  fix:
    run: [sh, -c, "{script}"]
    env: [WIDGET_STAGE, WIDGET_SECRET, WIDGET_OWN]
    exit_codes: {{changed: [3], nothing: [4]}}
"""


async def red(hub, server, script):
    """A pull request whose CI is red, and a command that runs this script."""
    config = f"""\
mode: full_auto
executor: command:fix
{_MORE.format(script=script)}
trigger: {{adopt: {{authors: [alice]}}}}
ci: {{settle_seconds: 1, rerun_failed_once: false}}
"""
    files = {"README.md": "# Widgets\n", ".github/dursor.yml": config}
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")
    return pull


async def test_a_command_gets_what_both_the_repository_and_the_operator_name_and_no_secret_of_ours(
    hub, tmp_path, monkeypatch
):
    for name, value in (("STAGE", "blue"), ("SECRET", "not-allowed"), ("OWN", f"x{hub.webhook_secret}x"), ("NO", "1")):
        monkeypatch.setenv(f"WIDGET_{name}", value)
    async with servers.running(hub, tmp_path / "data", command_env="WIDGET_STAGE,WIDGET_OWN,WIDGET_NO") as server:
        pull = await red(hub, server, "env | grep WIDGET > a.py; exit 3")
        await server.until(pull, ci_iterations=1, phase=Phase.WAITING_CI)

        (run,) = await scenes.rows(server, "SELECT patch, status FROM runs")
        added = [line for line in run["patch"].splitlines() if line.startswith("+") and "++" not in line]
        assert added == ["+WIDGET_STAGE=blue"]


async def test_a_command_that_says_nothing_to_do_is_believed_whatever_it_left(hub, server):
    pull = await red(hub, server, "echo junk > junk.txt; exit 4")

    await server.until(pull, phase=Phase.AWAITING_HUMAN)

    assert await scenes.rows(server, "SELECT status, commit_sha FROM runs") == [
        {"status": "succeeded", "commit_sha": None}
    ]
    assert scenes.pushed_by_us(hub) == []


async def test_a_code_that_is_not_named_is_a_failure(hub, server):
    pull = await red(hub, server, "echo 1 > a.py; exit 0")

    run = await server.until(pull, is_working=False, phase=Phase.FAILED)

    assert run.wait is not Wait.APPROVAL
    assert {row["status"] for row in await scenes.rows(server, "SELECT status FROM runs")} == {"failed"}
    assert scenes.pushed_by_us(hub) == []
