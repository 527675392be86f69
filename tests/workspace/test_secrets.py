"""The token is in the environment of the one git process that needs it, and nowhere else."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
from pathlib import Path

import pytest

from app import errors
from app.workspace import commits, push, remote
from tests.workspace.conftest import ADA, NOW, TOKEN

MAIN = "refs/heads/main"
BASIC = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@pytest.fixture
async def fix(far, repo):
    tree = await commits.tree_of(repo, far.base)
    return await commits.commit(repo, tree, [far.base], "fix", ADA, NOW)


def command_lines():
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.append((entry / "cmdline").read_bytes().decode(errors="replace"))
    return found


async def test_the_token_is_in_no_command_line_while_a_push_runs(far, repo, fix):
    far.gate.what = "git-receive-pack"
    pushing = asyncio.create_task(push.push(repo, far.remote, fix, MAIN, far.base))
    await asyncio.wait_for(far.gate.reached.wait(), 30)
    seen = command_lines()
    far.gate.opened.set()
    await pushing
    assert any(far.url in line and "push" in line for line in seen)
    assert not any(TOKEN in line or BASIC in line for line in seen)


async def test_the_token_is_in_no_file_of_the_mirror(far, repo, fix):
    await push.push(repo, far.remote, fix, MAIN, far.base)
    files = [path for path in repo.path.parent.rglob("*") if path.is_file()]
    assert any(path.name == "config" for path in files)
    for path in files:
        content = path.read_bytes()
        assert TOKEN.encode() not in content
        assert BASIC.encode() not in content


@pytest.mark.parametrize("leak", [TOKEN, BASIC])
async def test_a_far_side_that_repeats_the_token_does_not_get_it_into_an_error(far, repo, fix, leak):
    far.refuse = f"GH013: you sent {leak}\nno"
    with pytest.raises(errors.Forbidden) as raised:
        await push.push(repo, far.remote, fix, MAIN, far.base)
    assert "GH013: you sent [redacted]" in str(raised.value)
    assert leak not in str(raised.value)


async def test_the_server_s_own_environment_does_not_reach_git(far, repo, fix, monkeypatch, tmp_path):
    (tmp_path / "gitconfig").write_text("[core]\n\tbare = nonsense\n")
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_TRACE_CURL", str(tmp_path / "trace"))
    await push.push(repo, far.remote, fix, MAIN, far.base)
    assert await far.tip("main") == fix
    assert not (tmp_path / "trace").exists()


def test_a_remote_does_not_show_its_token():
    far = remote.Remote("https://github.com/octo/widgets.git", TOKEN)
    assert TOKEN not in repr(far) + str(far)


def test_the_header_goes_to_one_origin_only():
    values = remote.environment(remote.Remote("https://github.example:8443/octo/widgets.git", TOKEN))
    assert values["GIT_CONFIG_KEY_0"] == "http.https://github.example:8443/.extraHeader"


def test_a_proxy_of_the_deployment_is_passed_on(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    values = remote.environment(remote.Remote("https://github.com/octo/widgets.git", TOKEN))
    assert values["https_proxy"] == "http://proxy.example:3128"
    assert not values.keys() & (os.environ.keys() - {"https_proxy", "HTTPS_PROXY", *_proxies()})


def _proxies():
    return {name for name in os.environ if name.lower().endswith("_proxy") or name == "GIT_SSL_CAINFO"}


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("https://user:pass@github.com/o/r", TOKEN),
        ("https://github.com/", TOKEN),
        ("https://github.com/o/r?x=1", TOKEN),
        ("https://github.com/o/r#x", TOKEN),
        ("https://github.com/o r", TOKEN),
        ("ssh://github.com/o/r", TOKEN),
        ("ext::sh -c id", TOKEN),
        ("file:///etc", TOKEN),
        ("/etc", TOKEN),
        ("--upload-pack=x", TOKEN),
        ("https://github.com/o/r", ""),
        ("https://github.com/o/r", "two words"),
        ("https://github.com/o/r", "line\r\nX-Header: x"),
    ],
)
def test_an_address_or_token_that_could_smuggle_something_is_refused(url, token):
    with pytest.raises(errors.Invalid) as raised:
        remote.Remote(url, token)
    assert "pass@" not in str(raised.value)
