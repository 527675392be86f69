"""The demo as a stranger runs it: from red CI to merged with one command, and what the database says after."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.lifecycle.run import Phase

PATIENCE_SECONDS = 280


def play(folder: Path, *options: str) -> str:
    """What the demo prints; fails with it when the demo does not end merged."""
    ended = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--dir", str(folder), *options],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def rows(folder: Path, query: str) -> list[sqlite3.Row]:
    db = sqlite3.connect(f"file:{folder / 'dursor.db'}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


@pytest.mark.timeout(PATIENCE_SECONDS + 20)
def test_the_demo_ends_merged_and_prints_the_commit_that_is_on_the_default_branch(tmp_path: Path) -> None:
    folder = tmp_path / "demo"

    told = play(folder)

    git = ["git", "--git-dir", str(folder / "hub" / "octo" / "widgets.git")]
    tip = subprocess.run([*git, "rev-parse", "main"], capture_output=True, text=True, check=True).stdout.strip()
    assert re.search(r"Merged\. main is ([0-9a-f]{40})", told)
    assert f"main is {tip}" in told
    phases = [row["phase"] for row in rows(folder, "SELECT phase FROM agentic_audit_log ORDER BY id")]
    assert phases[0] == Phase.WAITING_CI
    assert phases[-1] == Phase.COMPLETED
    (run,) = rows(folder, "SELECT * FROM runs")
    assert (run["status"], run["executor"]) == ("succeeded", "command:autofix")
    assert "+    return status == 404" in run["patch"]
    assert [changed["path"] for changed in json.loads(run["files_changed"])] == ["widgets/answers.py"]
    assert json.loads(run["logs"])
    assert run["commit_sha"]
    checks = rows(folder, "SELECT status FROM ci_checks ORDER BY id")
    assert [check["status"] for check in checks] == ["failure", "success"]
    (review,) = rows(folder, "SELECT * FROM reviews")
    feedbacks = rows(folder, "SELECT * FROM review_feedbacks")
    assert review["overall_score"] == 0.95
    assert [feedback["file_path"] for feedback in feedbacks] == ["widgets/answers.py"]


@pytest.mark.timeout(PATIENCE_SECONDS + 20)
@pytest.mark.parametrize("seed", [11, 12])
def test_lost_doubled_and_shuffled_deliveries_and_three_kills_end_the_same(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "demo"

    told = play(folder, "--chaos", "--seed", str(seed))

    assert told.count("the server was killed (SIGKILL)") == 3
    assert rows(folder, "SELECT phase FROM agentic_runs")[-1]["phase"] == Phase.COMPLETED
    assert len(rows(folder, "SELECT id FROM runs WHERE status = 'succeeded'")) == 1


def test_the_demo_leaves_a_folder_alone_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--dir", str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "name another with --dir" in ended.stderr
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "mine"
