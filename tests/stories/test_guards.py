"""S99 and the guards: what weakens or touches the checks waits for a person's word for the very commit, by name."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration

TESTS = "def test_one():\n    assert 1 + 1 == 3\n\n\ndef test_two():\n    assert 2 + 2 == 4\n"
KEPT = {
    "test_a.py": TESTS,
    "uv.lock": "version = 1\n",
    "CODEOWNERS": "* @octo/core\n",
    "AGENTS.md": "Run the tests.\n",
    "setup.cfg": "[coverage:report]\nfail_under = 90\n",
}
FIXES = {
    "the failing test deleted": (
        "printf 'def test_two():\\n    assert 2 + 2 == 4\\n' > test_a.py",
        "test_a.py has fewer tests (test_one gone)",
    ),
    "the file of tests deleted": ("rm test_a.py", "test_a.py has fewer tests (test_one, test_two gone)"),
    "the assertion emptied": ("sed -i 's/assert 1.*/assert True/' test_a.py", "test_a.py asserts what always holds"),
    "less coverage demanded": ("sed -i s/90/10/ setup.cfg", "setup.cfg loosens fail-under"),
    "other packages": ("echo x >> uv.lock", "uv.lock (a lock file) changed"),
    "other owners": ("echo x >> CODEOWNERS", "CODEOWNERS (the code owners) changed"),
    "other words to agents": ("echo x >> AGENTS.md", "AGENTS.md (instructs coding agents) changed"),
    "dursor's own configuration": (
        "echo 'protect: []' >> .github/dursor.yml",
        ".github/dursor.yml (dursor's own configuration) changed",
    ),
    "a submodule": ("echo '[submodule \"x\"]' > .gitmodules", ".gitmodules (submodules) added"),
    "something binary": ("printf 'a\\0b' > logo.png", "logo.png is binary, or only its mode changed"),
    "a hundred lines": ("seq 100 > numbers.txt", "are over the limits (50, 90)"),
}


@pytest.mark.parametrize(("script", "said"), FIXES.values(), ids=FIXES.keys())
async def test_s99_what_an_agent_does_to_the_checks_is_merged_on_a_persons_word_for_that_commit(
    hub, server, script, said
):
    files = configuration(more="limits: {lines: 90}") | KEPT
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("ruff, check, --no-cache, --fix, .", "sh, fix.sh")
    repo = await hub.create_repository("octo/widgets", files | {"fix.sh": script})
    hub.set_permission(repo, "bob", "write")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    assert scenes.pushed_by_us(hub)

    await hub.finish_check(pull, "test", "success")

    await scenes.at_a_gate(server, pull, said)
    await server.rest()
    assert not hub.merges
    assert said in scenes.sticky(hub, pull)

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)
    assert [merge.head_sha for merge in hub.merges] == [pull.head_sha]


async def test_whoever_is_asked_to_approve_is_told_first_what_that_lets_through(hub, server):
    """In semi-automatic mode nothing but the approval is waited for, which opens the guards as well."""
    files = configuration("semi_auto") | KEPT
    repo = await hub.create_repository("octo/widgets", files)
    fewer = {"test_a.py": "def test_two():\n    assert 2 + 2 == 4\n", "uv.lock": "version = 2\n"}
    pull = await hub.open_pull_request(repo, files=fewer)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()

    (asked,) = scenes.said_by_us(hub, pull, "<!-- dursor:say:", "a person decides", "Look at this first")
    (check,) = [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor"]
    for told in ("has fewer tests (test\\_one gone)", "uv.lock (a lock file) changed"):
        assert told in asked
        assert told in scenes.sticky(hub, pull)
        assert told in check.summary
    assert "nobody with write permission approved" not in asked


WEAKER_RULES = "protect: []\nlimits: {files: 3000, lines: 1000000}\nfake_secrets: ['**']\nreview: {min_score: 0}\n"


async def test_a_pull_request_that_weakens_the_rules_is_judged_by_the_old_ones(hub, server):
    there = configuration("semi_auto")
    repo = await hub.create_repository("octo/widgets", there)
    weaker = there[".github/dursor.yml"].replace("semi_auto", "full_auto") + WEAKER_RULES
    secret = {"settings.py": 'TOKEN = "ghp_' + "a1B2" * 9 + '"\n'}
    pull = await hub.open_pull_request(repo, files={".github/dursor.yml": weaker} | secret)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN)
    await server.rest()

    hub.set_permission(repo, "bob", "write")
    await hub.review(pull, "APPROVED", author="bob")
    await scenes.at_a_gate(server, pull, "settings.py in line 1")
    await server.rest()
    assert run.mode == "semi_auto"
    assert not hub.merges


async def test_a_sample_that_looks_like_a_secret_merges_where_the_default_branch_says_so(hub, server):
    sample = {"tests/samples/tokens.txt": "ghp_" + "a1B2" * 9 + "\n"}
    pull = await scenes.green(hub, server, more="fake_secrets: ['tests/samples/**']", files=sample)

    await server.until(pull, phase=Phase.COMPLETED)
