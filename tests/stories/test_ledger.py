"""Findings from one push to the next: kept, mended, back again, declined, two alike, and what no fix gets rid of."""

from __future__ import annotations

import json

import pytest

from app import advance
from app.lifecycle.run import Phase, Wait
from app.perform import judging
from app.store import findings
from tests.stories import scenes
from tests.stories import server as servers

FINDS_BAD = """\
import json, pathlib, sys
found = []
for file in sorted(pathlib.Path().rglob("*.py")):
    for number, line in enumerate(file.read_text().split("\\n"), 1):
        if "BAD" in line:
            where = {"artifactLocation": {"uri": str(file)}, "region": {"startLine": number}}
            level = "warning" if "SLIGHTLY" in line else "error"
            found.append({"ruleId": "X1", "level": level, "message": {"text": "Bad"},
                          "locations": [{"physicalLocation": where}]})
tool = {"driver": {"name": "bad-finder"}}
print(json.dumps({"version": "2.1.0", "runs": [{"tool": tool, "results": found}]}))
"""


async def opened(hub, server, files, *, mode="interactive", more="", autofix="ruff, --version"):
    """A pull request that a linter reviews, which finds each line with BAD in it; its first review has come back."""
    there = servers.configuration(mode, reviewer="command:bad", autofix=autofix, more=more)
    config = there[".github/dursor.yml"]
    script = json.dumps(FINDS_BAD)
    config = config.replace("commands:\n", f"commands:\n  bad: {{run: [python3, -c, {script}], output: sarif}}\n")
    repo = await hub.create_repository("octo/widgets", there | {".github/dursor.yml": config})
    pull = await hub.open_pull_request(repo, files=files)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")
    return pull


async def pushed(hub, server, pull, files, wait=Wait.FINDINGS):
    """Alice pushes, CI is green, the review has come back."""
    await hub.push(pull, files)
    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=wait)


async def kept(server):
    """The ledger: number, status, and the line where the latest review has it."""
    return [
        (row["number"], row["status"], row["line_start"])
        for row in await server.read(lambda db: findings.known(db, db.execute("SELECT id FROM prs").fetchone()["id"]))
    ]


async def latest(server):
    """Score, and lines of everything that the latest review counts."""
    (review,) = await scenes.rows(server, "SELECT * FROM reviews ORDER BY id DESC LIMIT 1")
    counted = await server.read(lambda db: findings.counted(db, review["id"]))
    return review["overall_score"], sorted(row["line_start"] for row in counted)


async def test_a_finding_moves_with_its_lines_is_fixed_and_is_the_same_when_it_comes_back(hub, server):
    pull = await opened(hub, server, {"a.py": "A = 'BAD'\n"})
    await server.until(pull, wait=Wait.FINDINGS)
    assert await kept(server) == [(1, "open", 1)]

    await pushed(hub, server, pull, {"a.py": "# one\n# two\nA = 'BAD'\n"})
    assert await kept(server) == [(1, "open", 3)]
    assert await latest(server) == (0.75, [3])

    await pushed(hub, server, pull, {"a.py": "# one\n# two\nA = 'good'\n"}, Wait.APPROVAL)
    assert await kept(server) == [(1, "fixed", 3)]
    assert await latest(server) == (1.0, [])
    (row,) = await scenes.rows(server, "SELECT fixed_sha FROM findings")
    assert row["fixed_sha"] == pull.head_sha

    await pushed(hub, server, pull, {"a.py": "A = 'BAD'\n"})
    assert await kept(server) == [(1, "open", 1)]
    (row,) = await scenes.rows(server, "SELECT fixed_sha FROM findings")
    assert row["fixed_sha"] is None


async def test_a_finding_follows_its_file_to_another_name(hub, server):
    text = "# one\n# two\n# three\nA = 'BAD'\n"
    pull = await opened(hub, server, {"a.py": text})
    await server.until(pull, wait=Wait.FINDINGS)

    await pushed(hub, server, pull, {"a.py": None, "b.py": text})

    assert await kept(server) == [(1, "open", 4)]
    (row,) = await scenes.rows(server, "SELECT identity FROM findings")
    assert json.loads(row["identity"])[0] == "b.py"


async def test_of_two_equal_findings_in_a_file_the_one_that_stays_keeps_its_number(hub, server):
    pull = await opened(hub, server, {"a.py": "A = 'BAD'\n# between\nA = 'BAD'\n"})
    await server.until(pull, wait=Wait.FINDINGS)
    assert await kept(server) == [(1, "open", 1), (2, "open", 3)]

    await pushed(hub, server, pull, {"a.py": "# between\nA = 'BAD'\n"})

    assert await kept(server) == [(1, "fixed", 1), (2, "open", 2)]


async def test_what_a_person_declined_is_not_raised_again_and_sends_the_run_on(hub, server):
    pull = await opened(hub, server, {"a.py": "A = 'BAD'\n"})
    run = await server.until(pull, wait=Wait.FINDINGS)

    def declined(db):
        (row,) = db.execute("SELECT * FROM findings").fetchall()
        findings.decline(db, row["id"], by="bob", why="It is meant so.")
        left = judging.without_declined(db, run.id, ["error"])
        assert left is not None
        advance.signal(db, run.id, left)

    await server.world.database.write(declined)
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    (review,) = await scenes.rows(server, "SELECT * FROM reviews")
    assert (review["overall_score"], review["overall_summary"]) == (1.0, "Nothing was found; score 1.00.")

    await pushed(hub, server, pull, {"a.py": "# one\nA = 'BAD'\n"}, Wait.APPROVAL)

    assert [status for _, status, _ in await kept(server)] == ["declined"]
    assert await latest(server) == (1.0, [])


async def test_a_fix_that_leaves_what_it_was_meant_for_is_the_last_one_unasked(hub, server):
    autofix = "sh, -c, 'echo \"# tried\" >> a.py'"
    pull = await opened(hub, server, {"a.py": "A = 'BAD'\n"}, mode="full_auto", autofix=autofix)
    await server.until(pull, review_iterations=1, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_PROGRESS)

    assert "F1 (a.py:1) Bad" in (run.note or "")
    assert "a revert takes it back" in (run.note or "")
    assert pull.head_sha[:12] in (run.note or "")
    await server.rest()
    assert (await server.run(pull)).wait is Wait.NO_PROGRESS
    (row,) = await scenes.rows(server, "SELECT survived FROM findings")
    assert row["survived"] == 1
    assert len(await scenes.rows(server, "SELECT id FROM runs")) == 1


async def test_a_finding_that_outlives_two_fixes_is_a_persons_though_others_are_gone(hub, server):
    """Each fix takes the last line with BAD away, and never the first."""
    autofix = "sh, -c, 'sed -i ''$d'' a.py'"
    files = {"a.py": "A = 'BAD'\nB = 'BAD'\nC = 'BAD'\n"}
    pull = await opened(hub, server, files, mode="full_auto", autofix=autofix)
    await server.until(pull, review_iterations=1, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, review_iterations=2, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_PROGRESS)

    assert "F1 (a.py:1)" in (run.note or "")
    assert "F2" not in (run.note or "")
    assert await kept(server) == [(1, "open", 1), (2, "fixed", 2), (3, "fixed", 3)]


async def test_only_what_lies_in_the_reviewed_paths_is_reviewed(hub, server):
    files = {"src/a.py": "A = 'BAD'\n", "old/b.py": "B = 'BAD'\n"}
    pull = await opened(hub, server, files, more="review: {paths: [src/**]}")
    await server.until(pull, wait=Wait.FINDINGS)

    (row,) = await scenes.rows(server, "SELECT file_path FROM review_feedbacks")
    assert row["file_path"] == "src/a.py"
    (review,) = await scenes.rows(server, "SELECT notes FROM reviews")
    assert json.loads(review["notes"]) == ["1 findings are in files that `review.paths` leaves out."]


@pytest.mark.parametrize("lost", [True, False], ids=["the old commit is gone", "the old commit is there"])
async def test_after_a_forced_push_the_same_finding_is_the_same(hub, server, lost):
    pull = await opened(hub, server, {"a.py": "A = 'BAD'\n"})
    await server.until(pull, wait=Wait.FINDINGS)
    if lost:
        await server.world.database.write(lambda db: db.execute("UPDATE reviews SET sha = ?", ("1234567890" * 4,)))

    await pushed(hub, server, pull, {"a.py": "# one\nA = 'BAD'\n"})

    assert await kept(server) == [(1, "open", 2)]
