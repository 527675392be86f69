"""What the operator allows: a configuration is cut to it, what was cut is told, and stored ones follow new settings."""

from __future__ import annotations

import json

import pytest

from app import bounds, repo_config
from app.bounds import Bounds
from app.lifecycle.run import Mode
from app.repo_config import RepoConfig
from app.store import migrate, repos
from app.store.connection import Row, connect

PROGRAMS = """\
mode: full_auto
executor: command:fix
reviewer: command:lint
candidates: ["command:fix", codex]
commands: {fix: {run: [fix]}, lint: {run: [lint], output: sarif}}
limits: {run_minutes: 60}
ci: {settle_seconds: 5}
"""


@pytest.fixture
def db(tmp_path):
    found = connect(tmp_path / "dursor.db")
    migrate.up_to_date(found)
    yield found
    found.close()


def asked(text: str = PROGRAMS) -> RepoConfig:
    return repo_config.parse(text)


def test_what_is_within_the_bounds_stays_as_it_is():
    assert bounds.clamp(asked(), Bounds()) == bounds.InForce(asked(), ())
    assert bounds.clamp(RepoConfig(), Bounds(min_settle_seconds=60)).cuts == ()


def test_dollars_without_a_bound_are_more_than_any_bound():
    unbound = asked("limits: {pull_request_usd: 0, repository_usd_month: 0}")

    found = bounds.clamp(unbound, Bounds(max_pull_request_usd=4, max_month_usd=50))

    assert (found.config.limits.pull_request_usd, found.config.limits.repository_usd_month) == (4, 50)
    assert bounds.clamp(unbound, Bounds()).cuts == ()


CUTS = {
    "the mode": (Bounds(max_mode=Mode.INTERACTIVE), {'mode: "full_auto" → "interactive"'}),
    "the time of a run": (Bounds(max_run_minutes=10), {"limits.run_minutes: 60 → 10"}),
    "the dollars of a pull request": (Bounds(max_pull_request_usd=4), {"limits.pull_request_usd: 10 → 4"}),
    "the dollars of a month": (Bounds(max_month_usd=50), {"limits.repository_usd_month: 200 → 50"}),
    "the settle time": (Bounds(min_settle_seconds=15), {"ci.settle_seconds: 5 → 15"}),
    "programs": (
        Bounds(programs=False),
        {'executor: "command:fix" → "patch_agent"', 'reviewer: "command:lint" → "none"',
         'candidates: ["command:fix", "codex"] → ["codex"]'},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("bound", "told"), CUTS.values(), ids=CUTS.keys())
def test_what_is_over_a_bound_is_cut_and_told(bound, told):
    found = bounds.clamp(asked(), bound)

    assert told <= set(found.cuts)
    assert all(cut.startswith("commands.") for cut in set(found.cuts) - told)
    assert bounds.clamp(found.config, bound) == bounds.InForce(found.config, ())


def test_without_programs_none_of_the_repositorys_is_left():
    config = bounds.clamp(asked(), Bounds(programs=False)).config

    assert "command:" not in config.model_dump_json()
    assert config.commands == {}
    assert config.undefined() == []


def test_a_command_gets_those_variables_only_that_the_operator_allows():
    config = asked("commands: {fix: {run: [fix], env: [REGION, STAGE]}, lint: {run: [lint]}}\n")

    cut = bounds.clamp(config, Bounds(command_env=("STAGE",)))

    assert cut.config.commands["fix"].env == ["STAGE"]
    assert cut.cuts == ('commands.fix.env: ["REGION", "STAGE"] → ["STAGE"]',)
    assert bounds.clamp(config, Bounds(command_env=("STAGE", "REGION"))).cuts == ()


@pytest.mark.parametrize("most", [Mode.INTERACTIVE, Mode.SEMI_AUTO])
def test_below_full_auto_nothing_merges_without_a_person_whatever_mode_a_run_has(most):
    assert not bounds.clamp(asked(), Bounds(max_mode=most)).config.policy().may_merge_alone
    assert bounds.clamp(asked(), Bounds()).config.policy().may_merge_alone


def test_what_is_stored_is_cut_again_when_the_bounds_are_narrower(db):
    repo = stored(db, Bounds())
    bounds.enforce(db, Bounds(max_mode=Mode.SEMI_AUTO))
    row = row_of(db, repo)

    assert repo_config.from_json(row["config"]).mode is Mode.SEMI_AUTO
    assert json.loads(row["config_cuts"]) == ['mode: "full_auto" → "semi_auto"']
    assert row["config_read_at"] is not None


def test_what_was_cut_is_read_again_since_the_bounds_may_be_wider_now(db):
    repo = stored(db, Bounds(max_run_minutes=10))
    bounds.enforce(db, Bounds())

    assert row_of(db, repo)["config_read_at"] is None


def test_a_missing_file_is_stored_as_missing_unless_the_defaults_are_cut(db):
    repo = stored(db, Bounds(), None)
    assert row_of(db, repo)["config"] is None

    repo = stored(db, Bounds(max_run_minutes=10), None)
    assert repo_config.from_json(row_of(db, repo)["config"]).limits.run_minutes == 10


def test_a_change_is_told_by_its_key_with_both_values():
    new = asked("limits: {ci: 1}\ncommands: {fix: {run: [fix, --all]}}\n")

    told = bounds.changes(RepoConfig(), new)

    assert "limits.ci: 5 → 1" in told
    assert 'commands.fix.run: nothing → ["fix", "--all"]' in told
    assert bounds.changes(new, new) == []


def row_of(db, repo: str) -> Row:
    row = repos.by_id(db, repo)
    assert row is not None
    return row


def stored(db, bound: Bounds, text: str | None = PROGRAMS) -> str:
    """A repository whose file was read under these bounds; returns its row's id."""
    repo = repos.save(
        db, github_id=1, full_name="o/r", installation_id=1, repo_url="https://github.com/o/r", default_branch="main",
        workspace_path="mirrors/1.git",
    )  # fmt: skip
    config = RepoConfig() if text is None else asked(text)
    bounds.note(db, row_of(db, repo), None if text is None else "a" * 40, bounds.clamp(config, bound))
    return repo
