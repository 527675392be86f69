"""`.github/dursor.yml`: its defaults, and mistakes told with line and key."""

from __future__ import annotations

import pytest

from app import repo_config
from app.errors import ConfigError
from app.lifecycle.run import Mode
from app.repo_config import RepoConfig

FULL = """\
version: 1
mode: full_auto
executor: command:autofix
reviewer: command:lint
fallback: [codex, "command:autofix"]
candidates: [claude_code, "command:autofix"]
commands:
  autofix: {run: [ruff, check, --fix, .], timeout_minutes: 5}
  lint: {run: [ruff, check, --output-format, sarif, .], output: sarif}
trigger: {labels: [bot], adopt: {authors: [ada], labels: [take], paths: ["src/**"]}}
ci: {required: [test], ignore: [flaky], none_is_green: true, rerun_failed_once: false, settle_seconds: 5}
review: {min_score: 0.5, blocking: [critical], paths: ["*.py"]}
merge: {method: rebase, delete_branch: false, auto: false}
limits: {ci: 1, review: 2, total: 3, run_minutes: 4, ci_minutes: 5, total_minutes: 6,
         run_usd: 0.5, pull_request_usd: 7, repository_usd_month: 8, files: 9, lines: 10}
protect: ["secrets/**"]
fake_secrets: ["tests/samples/**"]
trust: {permission: admin, bots: ["renovate[bot]"]}
instructions: |
  Be brief.
"""


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as refused:
        repo_config.parse(text)
    return str(refused.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}", "---\n", "\ufeff"])
def test_an_empty_file_means_the_defaults(text):
    assert repo_config.parse(text) == RepoConfig()


def test_the_defaults_are_those_of_the_contract():
    config = RepoConfig().model_dump()
    assert config["mode"] is Mode.SEMI_AUTO
    assert config["trigger"] == {"labels": ["dursor"], "adopt": {"authors": [], "labels": [], "paths": []}}
    assert config["ci"] == {
        "required": [], "ignore": [], "none_is_green": False, "rerun_failed_once": True, "settle_seconds": 60,
    }  # fmt: skip
    assert config["review"] == {"min_score": 0.75, "blocking": ["error", "critical"], "paths": []}
    assert config["merge"] == {"method": "squash", "delete_branch": True, "auto": True}
    assert list(config["limits"].values()) == [5, 3, 10, 30, 60, 240, 2, 10, 200, 50, 5000]
    assert config["protect"] == [".github/**", "CODEOWNERS"]
    assert config["trust"] == {"permission": "write", "bots": []}


def test_every_key_is_read_and_comes_back_from_the_database():
    config = repo_config.parse(FULL)
    defaults = RepoConfig()
    same = [name for name in RepoConfig.model_fields if getattr(config, name) == getattr(defaults, name)]
    assert same == ["version"]
    assert config.commands["autofix"].run == ["ruff", "check", "--fix", "."]
    assert config.instructions == "Be brief.\n"
    assert repo_config.from_json(config.model_dump_json()) == config
    assert repo_config.from_json(None) == defaults


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("mood: good", "line 1, mood", "there is no such key"),
        ("mode: semi_auto\n\nlimits:\n  ci: 5\n  cli: 7\n", "line 5, limits.cli", "there is no such key"),
        (
            "commands:\n  lint:\n    run: [ruff]\n    shell: true\n",
            "line 4, commands.lint.shell",
            "there is no such key",
        ),
        ("mode: automatic", "line 1, mode", "'interactive', 'semi_auto' or 'full_auto'"),
        ("version: 2", "line 1, version", "less than or equal to 1"),
        ("version: true", "line 1, version", "valid integer"),
        ("\nlimits:\n  ci: many", "line 3, limits.ci", "valid integer"),
        ("limits: {ci: 51}", "line 1, limits.ci", "less than or equal to 50"),
        ("limits: {ci: 1.5}", "line 1, limits.ci", "valid integer"),
        ("limits: {ci: true}", "line 1, limits.ci", "valid integer"),
        ("limits: {run_usd: '5'}", "line 1, limits.run_usd", "valid number"),
        ("limits: {run_usd: .nan}", "line 1, limits.run_usd", "finite number"),
        ("limits: {run_usd: 2026-01-01}", "line 1, limits.run_usd", "valid number"),
        ("review:\n  min_score: 1.5", "line 2, review.min_score", "less than or equal to 1"),
        ("instructions: null", "line 1, instructions", "valid string"),
        ("instructions: 5", "line 1, instructions", "valid string"),
        (
            "trigger:\n  adopt:\n    labels:\n      - good\n      - 7\n",
            "line 5, trigger.adopt.labels.1",
            "valid string",
        ),
        ("commands:\n  fix:\n    run: ruff check\n", "line 3, commands.fix.run", "valid array"),
        ("commands:\n  fix:\n    run: []\n", "line 3, commands.fix.run", "at least 1 item"),
        ("commands:\n  fix:\n    run: [x]\n    env: [A=B]\n", "line 4, commands.fix.env.0", "match pattern"),
        (
            "commands:\n  fix:\n    run: [x]\n    exit_codes: {changed: [256]}\n",
            "line 4, commands.fix.exit_codes.changed.0",
            "255",
        ),
        (
            "commands:\n  fix:\n    run: [x]\n    exit_codes: {changed: [1], nothing: [1]}\n",
            "line 4, commands.fix.exit_codes",
            "mean both",
        ),
        ("commands:\n  'rm -rf':\n    run: [x]\n", "line 2, commands.rm -rf", "match pattern"),
        ("executor: bash", "line 1, executor", "match pattern"),
        ("executor: 'command:../x'", "line 1, executor", "match pattern"),
        ("reviewer: command:lint", "line 1, reviewer", "commands.lint is not defined"),
        ("candidates:\n  - codex\n  - command:x\n", "line 3, candidates.1", "commands.x is not defined"),
        ("fallback:\n  - codex\n  - command:x\n", "line 3, fallback.1", "commands.x is not defined"),
        ("protect:\n  - '!'\n", "line 2, protect.0", "Invalid git pattern"),
        ("trigger: {adopt: {paths: ['']}}", "line 1, trigger.adopt.paths.0", "at least 1 character"),
        ("trust: {permission: read}", "line 1, trust.permission", "'write' or 'admin'"),
        ("? [a, b]\n: c", "line 1, the file", "keys must be words"),
        ("- mode", "line 1", "must be a mapping"),
        ("just text", "line 1", "must be a mapping"),
    ],
)
def test_a_mistake_is_told_with_line_and_key(text, place, words):
    said = refusal(text)
    assert said.startswith(".github/dursor.yml")
    assert f"{place}:" in said
    assert words in said


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("mode: semi_auto\nci: [\n", 3, "expected"),
        ("mode: semi_auto\n\tci: 1\n", 2, "cannot start any token"),
        ("a: b: c", 1, "mapping values are not allowed here"),
        ("mode: semi_auto\nci: {}\nmode: full_auto\n", 3, 'duplicate key "mode"'),
        ("limits:\n  ci: 1\n  ci: 2\n", 3, 'duplicate key "ci"'),
        ("ci: &x {required: [a]}\nreview: *x\n", 2, "anchors and aliases are not allowed"),
        ("ci: &x {required: [a]}\nreview:\n  <<: *x\n", 3, "anchors and aliases are not allowed"),
        ("mode: semi_auto\nx: !!python/object/apply:os.system [id]\n", 2, "could not determine a constructor"),
        ("mode: semi_auto\n---\nmode: full_auto\n", 2, "another document"),
        ("mode: semi_auto\nx: \x07\n", 2, "control character"),
        ("mode: semi_auto\nx: \ud800\n", 2, "control character"),
        ("a: " + "[" * 20 + "]" * 20, 1, "more than 16 levels"),
        ("[" * 30_000, 1, "more than 16 levels"),
        ("- " * 30_000, 1, "more than 16 levels"),
        ("{a: " * 15_000, 1, "more than 16 levels"),
    ],
    ids=lambda value: repr(value[:30]) if isinstance(value, str) else None,
)
@pytest.mark.timeout(30)
def test_what_is_not_yaml_as_we_allow_it_is_told_with_its_line(text, line, words):
    said = refusal(text)
    assert said.startswith(f".github/dursor.yml: line {line}: ")
    assert words in said


def test_words_that_were_booleans_in_yaml_1_1_are_words():
    assert "line 1, on: there is no such key" in refusal("on: yes")
    assert "line 1, ci.none_is_green: " in refusal("ci: {none_is_green: yes}")
    assert repo_config.parse("trigger: {labels: [yes, no, on, off, y]}").trigger.labels == [
        "yes",
        "no",
        "on",
        "off",
        "y",
    ]
    assert repo_config.parse("trust: {bots: ['012']}").trust.bots == ["012"]


def test_a_few_mistakes_are_told_at_once():
    said = refusal("\n".join(f"key{number}: 1" for number in range(20)))
    assert said.count("there is no such key") == 5


def test_a_file_over_64_kib_is_refused_and_one_just_under_is_read():
    head = "instructions: x\n"
    assert repo_config.parse(head + "#" * (repo_config.MAX_BYTES - len(head))).instructions == "x"
    assert "larger than 64 KiB" in refusal(head + "#" * repo_config.MAX_BYTES)
    assert "larger than 64 KiB" in refusal("# " + "ü" * (repo_config.MAX_BYTES // 2))


def test_the_policy_holds_what_a_decision_needs():
    policy = repo_config.parse(FULL).policy()
    assert (policy.max_ci_fixes, policy.max_review_fixes, policy.max_iterations) == (1, 2, 3)
    assert (policy.reviews, policy.none_is_green, policy.may_merge_alone) == (True, True, False)
    assert not RepoConfig().policy().reviews
