"""While an agent works, the files that instruct agents are the base branch's and no part of the change."""

from __future__ import annotations

import pytest

from app.workspace import commits, mirror, policy, trees

RULES = policy.TreePolicy()


@pytest.fixture
async def swapped(far, root, tmp_path):
    """A pull request that brings its own settings, checked out with those of `main`."""
    main = await far.commit({"CLAUDE.md": "be good\n", ".claude/settings.json": "{}\n", "docs/AGENTS.md": "ours\n"})
    head = await far.commit(
        {"CLAUDE.md": "be evil\n", ".mcp.json": "{}\n", "docs/AGENTS.md": None, "docs": "a file\n", "code.py": "1\n"},
        branch="topic",
        parent=main,
    )
    repo = await mirror.refresh(root, "7", far.remote, [main, head])
    work = (await trees.checkout(repo, head, tmp_path / "work", settings_from=main)).path
    return repo, main, head, work


async def test_the_agent_sees_the_settings_of_the_base_and_the_code_of_the_head(swapped):
    *_, work = swapped
    assert (work / "CLAUDE.md").read_text() == "be good\n"
    assert (work / ".claude" / "settings.json").exists()
    assert not (work / ".mcp.json").exists()
    assert (work / "code.py").read_text() == "1\n"


async def test_a_file_of_the_head_is_not_displaced_by_a_setting_below_it(swapped):
    *_, work = swapped
    assert (work / "docs").read_text() == "a file\n"


async def test_the_swap_is_no_part_of_what_comes_back(swapped):
    repo, main, head, work = swapped
    (work / "code.py").write_text("2\n")
    got = await trees.import_(repo, work, head, RULES, settings_from=main)
    assert [(file.status, file.path) for file in got.files] == [("modified", "code.py")]


async def test_nothing_done_is_nothing_changed(swapped):
    repo, main, head, work = swapped
    got = await trees.import_(repo, work, head, RULES, settings_from=main)
    assert got == trees.Imported(await commits.tree_of(repo, head))


async def test_settings_that_the_agent_did_change_come_back_with_a_warning(swapped):
    repo, main, head, work = swapped
    (work / "CLAUDE.md").write_text("be mine\n")
    got = await trees.import_(repo, work, head, RULES, settings_from=main)
    assert [file.path for file in got.files] == ["CLAUDE.md"]
    assert ("agent_settings", "CLAUDE.md") in [(finding.kind, finding.path) for finding in got.warnings]


async def test_settings_of_the_base_stay_when_the_head_has_the_same(far, repo, tmp_path):
    out = await trees.checkout(repo, far.base, tmp_path / "work", settings_from=far.base)
    assert out.tree == await commits.tree_of(repo, far.base)
