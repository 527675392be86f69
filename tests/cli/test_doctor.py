"""dursor doctor: a line for each thing that a deployment needs, and for each that is wrong, what to do."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.config import Settings
from app.doctor import everything
from app.github import manifest
from app.localhub import faults
from app.localhub.hub import Hub
from app.store import offline, repos
from tests.stories import server as servers

ROOT = Path(__file__).resolve().parents[2]
PERMISSIONS = manifest.PERMISSIONS


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def hub(tmp_path, key, path):
    async with Hub(tmp_path / "hub", key=key) as started:
        yield started


@pytest.fixture
async def home(hub):
    repo = await hub.create_repository("octo/widgets")
    hub.protect(repo, required=["build"], approvals=1)
    return repo


@pytest.fixture
async def server(hub, home, tmp_path):
    async with servers.running(hub, tmp_path / "data") as started:
        hub.ping()
        await hub.quiet()
        yield started


@pytest.fixture
def settings(hub, server, tmp_path):
    """The server's own settings, and others where a test says so."""

    def load(**more):
        return servers.settings(hub, tmp_path / "data", **({"public_url": server.url} | more))

    return load


async def look(settings: Settings) -> dict[str, tuple[str, str, str]]:
    """What the doctor says: state, text and advice by what was looked at."""
    found = [finding async for finding in everything.findings(settings)]
    assert all(finding.do for finding in found if finding.state != "ok"), found
    return {finding.what.split(" /")[0]: (finding.state, finding.says, finding.do) for finding in found}


def know(settings: Settings, hub, home, config: str | None = None) -> None:
    """Have the server know the repository, with this configuration."""

    def save(db):
        row = repos.save(
            db, github_id=home.id, full_name=home.full_name, installation_id=hub.installation(home).id,
            repo_url=f"{hub.url}/{home.full_name}", default_branch="main", workspace_path="",
        )  # fmt: skip
        repos.note_config(db, row, sha=None, config=config, error=None)

    offline.write(settings.database_path, save)


async def test_of_a_sound_deployment_nothing_fails(hub, home, settings):
    know(settings(), hub, home, '{"executor": "command:fix", "commands": {"fix": {"run": ["git", "version"]}}}')
    found = await look(settings(public_url=settings().public_url))
    failures = {what: told for what, told in found.items() if told[0] == "failed"}
    assert not failures
    assert found["GitHub App"][1].startswith("dursor (dursor[bot])")
    assert found["executors of octo/widgets"][1] == "command:fix can start"
    assert "requires build and 1 approvals" in found["octo/widgets, branch main"][1]
    assert "squash" in found["octo/widgets, branch main"][1]
    assert found["last delivery"][0] == "ok"
    pings = [what for what in found if what.startswith("ping to")]
    assert [found[what][0] for what in pings] == ["ok"]


async def test_s110_a_permission_that_was_not_accepted_yet_is_named_with_what_is_off(hub, home, settings):
    hub.installation(home).permissions = {**PERMISSIONS, "actions": "read"}
    state, says, do = (await look(settings()))["permissions on octo"]
    assert state == "failed"
    assert "actions: write is missing, so this is off: running failed jobs once more" in says
    assert "actions: read is missing" not in says
    assert "accepts the App's new permissions" in do


async def test_s104_a_clock_that_is_wrong_is_said_with_how_far(hub, settings):
    hub.clock.advance(3600)
    state, says, _ = (await look(settings()))["clock"]
    assert state == "failed"
    assert "seconds ahead" in says


async def test_when_github_is_out_of_reach_one_line_fails_and_the_rest_is_looked_at(settings):
    found = await look(settings(github_api_url="http://127.0.0.1:9/api/v3"))
    assert [what for what, told in found.items() if told[0] == "failed"] == ["GitHub"]
    assert found["git"][0] == "ok"
    assert any(what.startswith("database") for what in found)


async def test_a_key_of_another_app_is_told_from_a_github_that_is_away(settings, hub):
    found = await look(settings(github_app_id="1"))
    assert found["GitHub App"][0] == "failed"
    assert "does not accept id and key" in found["GitHub App"][1]
    assert "GitHub" not in found


async def test_events_that_nobody_sends_are_named(hub, settings):
    hub.app.events = tuple(event for event in hub.app.events if event != "check_run")
    assert "check_run" in (await look(settings()))["events"][1]


async def test_an_app_that_is_nowhere_installed_gets_the_address_to_do_it(hub, home, settings):
    hub.uninstall(hub.installation(home))
    state, _, do = (await look(settings()))["installations"]
    assert (state, f"{hub.url}/github-apps/dursor/installations/new" in do) == ("failed", True)


async def test_a_suspended_installation_is_said(hub, home, settings):
    number = hub.installation(home).id
    hub.suspend(hub.installation(home))
    assert (await look(settings()))[f"installation {number} on octo"][0] == "warning"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"url": "http://127.0.0.1:9/webhooks/github"}, "GitHub delivers to http://127.0.0.1:9/"),
        ({"content_type": "form"}, "its content type is form"),
        ({"insecure_ssl": "1"}, "does not verify the certificate"),
    ],
)
async def test_a_hook_that_is_not_as_it_must_be_is_said(hub, server, settings, config, words):
    told = {"url": f"{server.url}/webhooks/github", "content_type": "json", "insecure_ssl": "0"} | config
    hub.faults.add(faults.Fault("GET", "/app/hook/config", status=200, body=told))
    state, says, _ = (await look(settings()))["webhook"]
    assert (state, words in says) == ("failed", True), says


async def test_a_secret_that_the_server_does_not_have_is_told_by_the_ping(settings):
    found = await look(settings(webhook_secret="another secret of these tests"))
    [ping] = [told for what, told in found.items() if what.startswith("ping to")]
    assert (ping[0], ping[1]) == ("failed", "the server there has another secret")


async def test_a_delivery_that_github_could_not_make_is_said(hub, settings):
    hub.deliveries.secret = "a secret that only GitHub has"
    hub.ping()
    await hub.quiet()
    state, says, do = (await look(settings()))["last delivery"]
    assert (state, "401" in says, "secret" in do) == ("failed", True, True)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ('{"executor": "claude_code"}', "DURSOR_CLAUDE_BIN names /nowhere, and there is no such file"),
        (
            '{"executor": "command:x", "commands": {"x": {"run": ["no-such-program-here"]}}}',
            "there is no program no-such-program-here on PATH",
        ),
    ],
)
async def test_an_executor_that_cannot_start_is_said(hub, home, settings, config, words, monkeypatch):
    monkeypatch.setenv("DURSOR_CLAUDE_BIN", "/nowhere")
    know(settings(), hub, home, config)
    state, says, _ = (await look(settings()))["executors of octo/widgets"]
    assert (state, words in says) == ("failed", True), says


async def test_each_agent_is_told_and_is_only_missed_where_a_repository_asks_for_it(hub, home, settings, monkeypatch):
    monkeypatch.setenv("DURSOR_CLAUDE_BIN", "/nowhere")
    monkeypatch.setenv("DURSOR_GEMINI_BIN", "/nowhere")
    config = {"executor": "command:x", "fallback": ["claude_code"], "commands": {"x": {"run": ["true"]}}}
    know(settings(), hub, home, json.dumps(config))
    told = await look(settings())
    assert told["executor claude_code"][0] == "failed"
    assert "octo/widgets" in told["executor claude_code"][2]
    assert told["executor gemini"][0] == "ok"
    assert "no repository asks for it" in told["executor gemini"][1]
    assert told["executor patch_agent"][0] == "ok"


async def test_a_branch_that_dursor_cannot_merge_into_is_said(hub, home, settings):
    know(settings(), hub, home)
    hub.faults.add(faults.Fault("GET", "/rules/branches/", status=200, body=[{"type": "required_signatures"}]))
    state, says, _ = (await look(settings()))["octo/widgets, branch main"]
    assert (state, "signed commits" in says) == ("warning", True)


async def test_a_branch_that_dursor_merges_into_by_the_queue_is_said(hub, home, settings):
    know(settings(), hub, home)
    hub.faults.add(faults.Fault("GET", "/rules/branches/", status=200, body=[{"type": "merge_queue"}]))
    state, says, _ = (await look(settings()))["octo/widgets, branch main"]
    assert (state, "merge by GitHub's queue" in says) == ("ok", True)


async def test_what_only_merge_queues_need_is_no_failure_where_it_is_missing(hub, home, settings):
    hub.app.events = tuple(event for event in hub.app.events if event != "merge_group")
    granted = {name: level for name, level in PERMISSIONS.items() if name != "merge_queues"}
    hub.app.permissions = hub.installation(home).permissions = granted
    found = await look(settings())
    told = {what: state for what, (state, says, _) in found.items() if "merge" in says and state != "ok"}
    assert told == {"events": "warning", "permissions of the App": "warning", "permissions on octo": "warning"}


async def test_files_that_others_may_read_are_said(settings, tmp_path):
    wanted = settings()
    (tmp_path / "data").chmod(0o755)
    wanted.database_path.chmod(0o644)
    found = await look(wanted)
    assert found["data directory"][0] == "warning"
    assert found["database"][0] == "failed"


async def run(*arguments: str, **settings: str) -> tuple[int, str]:
    """The command as a process: exit code, and everything it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "doctor", *arguments, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        | {f"DURSOR_{name}": value for name, value in settings.items()},
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_the_command_ends_with_1_where_something_fails_and_never_shows_a_secret(hub, server, tmp_path):
    hub.app.name = "\x1b[2Jnasty"
    wanted = {
        "DATA_DIR": str(tmp_path / "data"), "GITHUB_API_URL": hub.api_url, "GITHUB_APP_ID": str(hub.app.id),
        "GITHUB_PRIVATE_KEY": hub.private_key_pem, "WEBHOOK_SECRET": hub.webhook_secret, "PUBLIC_URL": server.url,
    }  # fmt: skip
    code, said = await run(**wanted)
    assert (code, "✗" in said) == (0, False), said
    assert "\x1b" not in said

    code, more = await run("--json", **wanted, GITHUB_INSTALLATION_ID="77")
    assert code == 1
    assert [one["what"] for one in json.loads(more) if one["state"] == "failed"] == ["installations"]
    for secret in (hub.webhook_secret, "PRIVATE KEY", hub.private_key_pem.splitlines()[3], "ghs_"):
        assert secret not in said + more


async def test_before_anything_is_configured_every_line_says_what_to_do(tmp_path):
    code, said = await run(DATA_DIR=str(tmp_path / "none"), GITHUB_API_URL="http://127.0.0.1:9/api/v3")
    assert code == 1
    assert "run `dursor setup`" in said
    assert all("→" in line for line in said.splitlines() if line[0] != "✓")
    assert not (tmp_path / "none").exists()

    code, said = await run(PORT="none")
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("✗ configuration: ")
