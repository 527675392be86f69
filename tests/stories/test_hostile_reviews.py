"""S87: what a reviewer may answer, odd, broken or malicious, and what of it is believed."""

from __future__ import annotations

import json

import pytest

from app import advance
from app.executors import engine
from app.lifecycle import signals
from app.lifecycle.run import Mode, Phase
from app.perform import results
from app.repo_config import RepoConfig
from app.store import agentic_runs, findings, prs, repos, reviews, tasks
from app.store.database import Database

HEAD = "b" * 40
FINDING = {
    "path": "a.py", "line_start": 2, "line_end": 2, "side": None, "severity": "error", "category": "bug",
    "title": "Wrong", "description": "It is.", "suggestion": None, "known": None,
}  # fmt: skip
SARIF_RESULT = {
    "ruleId": "X1", "level": "error", "message": {"text": "Wrong"},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 2}}}],
}  # fmt: skip


def answer(*found, **more):
    return json.dumps({"summary": "s", "findings": list(found), "resolved": []} | more)


def sarif(*found, **run):
    tool = {"driver": {"name": "tool"}}
    return json.dumps({"version": "2.1.0", "runs": [{"tool": tool, "results": list(found)} | run]})


def put(**values):
    return FINDING | values


@pytest.fixture
async def database(tmp_path):
    opened = await Database.open(tmp_path / "dursor.db")
    yield opened
    await opened.close()


@pytest.fixture
async def review(database, tmp_path):
    """Lets a reviewer answer about a tree with one file of three lines; returns the review and what was found."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.py").write_text("one\ntwo\nthree\n")
    (tmp_path / "outside").write_text("secret\n")
    (tree / "link").symlink_to(tmp_path / "outside")

    async def answered(text, executor="patch_agent", **config):
        def reviewing(db):
            repo_id = repos.save(
                db, github_id=7, full_name="octo/widgets", installation_id=1, repo_url="x", default_branch="main",
                workspace_path="",
            )  # fmt: skip
            asked = RepoConfig.model_validate({"reviewer": executor.partition(":")[0]} | config)
            repos.keep_config(db, repo_id, asked.model_dump_json(), "[]")
            task_id = tasks.create(db, repo_id, "t", Mode.INTERACTIVE)
            prs.create(db, task_id, number=1, url="u", branch="b", title="t", head_sha=HEAD)
            run = advance.begin(db, task_id, mode=Mode.INTERACTIVE, pr_number=1, head_sha=HEAD)
            advance.signal(db, run.id, signals.CiPassed(sha=HEAD))
            reviewing_now = agentic_runs.find(db, run.id)
            assert reviewing_now is not None
            assert reviewing_now.phase is Phase.REVIEWING
            kind = executor.partition(":")[0]
            review_id = reviews.create(
                db, task_id=task_id, agentic_run_id=run.id, attempt=reviewing_now.attempt, sha=HEAD, executor=executor,
                executor_type=kind, target_run_ids="[]",
            )  # fmt: skip
            reviews.hand_out(db, review_id, str(tree))
            return run.id, review_id, reviewing_now.attempt

        run_id, review_id, attempt = await database.write(reviewing)
        args = {"structured": text} if executor == "patch_agent" else {"output": text}
        result = engine.RunResult(review_id, attempt, "done", "", args)
        for _ in range(2):  # a result may come twice
            await results.sink(database, tmp_path)(result)

        def seen(db):
            return agentic_runs.find(db, run_id), reviews.get(db, review_id), findings.counted(db, review_id)

        return await database.read(seen)

    return answered


BROKEN = {
    "nothing": ("", "not JSON"),
    "words": ("I found nothing wrong.", "not JSON"),
    "half an object": ('{"findings": [', "not JSON"),
    "deep": ("[" * 100_000, "not JSON"),
    "a list": ("[]", "no list of findings"),
    "null": ("null", "no list of findings"),
    "no findings": ('{"summary": "All is well."}', "no list of findings"),
    "findings are words": (answer(findings="none"), "no list of findings"),
    "findings are null": (answer(findings=None), "no list of findings"),
    "a finding is words": (answer("It is bad."), "1 findings could not be read."),
    "a hundred of no weight before the others": (
        answer(*[put(severity="info")] * 100, put(severity="critical")), "1 more findings were left out.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "why"), BROKEN.values(), ids=BROKEN)
async def test_s87_a_broken_answer_is_a_failed_review_in_words(review, text, why):
    run, row, found = await review(text)
    assert (row["status"], row["overall_score"], found) == ("failed", None, [])
    assert why in row["error"]
    assert run.phase is Phase.REVIEWING  # once more
    assert run.failures == 1


BROKEN_SARIF = {
    "nothing": ("", "wrote nothing"),
    "no run": ('{"version": "2.1.0", "runs": []}', "without a run"),
    "no results": (sarif(results=None), "tool wrote no list of results."),
    "an unread result": (sarif({"message": 5}), "1 results could not be read."),
    "a broken tool": (sarif(invocations=[{"executionSuccessful": False}]), "did not finish its work"),
}


@pytest.mark.parametrize(("text", "why"), BROKEN_SARIF.values(), ids=BROKEN_SARIF)
async def test_s87_a_tool_that_broke_found_no_perfect_code(review, text, why):
    _, row, _ = await review(text, "command:lint", **LINT)
    assert (row["status"], row["overall_score"]) == ("failed", None)
    assert why in row["error"]


LINT = {"commands": {"lint": {"run": ["lint"], "output": "sarif"}}, "reviewer": "command:lint"}


async def test_s87_what_a_broken_tool_found_counts_all_the_same(review):
    _, row, found = await review(
        sarif(SARIF_RESULT, invocations=[{"executionSuccessful": False}]), "command:lint", **LINT
    )
    assert (row["status"], row["overall_score"], len(found)) == ("succeeded", 0.75, 1)
    assert json.loads(row["notes"]) == ["tool says that it did not finish its work."]


PLACES = {
    "as it should be": ({}, ("a.py", 2, 2)),
    "a way out": ({"path": "../../etc/passwd"}, ("", None, None)),
    "another way out": ({"path": "pkg/../../outside"}, ("", None, None)),
    "an absolute path": ({"path": "/etc/passwd"}, ("", None, None)),
    "a link out": ({"path": "link"}, ("link", None, None)),
    "git's own": ({"path": ".git/config"}, ("", None, None)),
    "an address": ({"path": "https://evil.example/a.py"}, ("", None, None)),
    "hidden characters": ({"path": "a\u202e.py"}, ("", None, None)),
    "a lone surrogate": ({"path": "\ud800.py"}, ("?.py", None, None)),
    "an endless name": ({"path": "a/" * 50_000}, ("", None, None)),
    "no name": ({"path": ""}, ("", None, None)),
    "a file that is not there": ({"path": "gone.py"}, ("gone.py", None, None)),
    "line 0": ({"line_start": 0}, ("a.py", None, None)),
    "a negative line": ({"line_start": -1}, ("a.py", None, None)),
    "a line far behind": ({"line_start": 10**18}, ("a.py", None, None)),
    "an end before the start": ({"line_end": 1}, ("a.py", 2, 2)),
    "an end far behind": ({"line_end": 10**18}, ("a.py", 2, 2)),
    "no number": ({"line_start": float("nan")}, ("a.py", None, None)),
    "endless": ({"line_start": float("inf")}, ("a.py", None, None)),
    "a broken number": ({"line_start": 2.5}, ("a.py", None, None)),
    "a truth": ({"line_start": True}, ("a.py", None, None)),
    "words for a number": ({"line_start": "2"}, ("a.py", None, None)),
    "lines of a base that is not there": ({"side": "old"}, ("a.py", None, None)),
    "a number for a path": ({"path": 7}, ("", None, None)),
}


@pytest.mark.parametrize(("values", "place"), PLACES.values(), ids=PLACES)
async def test_s87_a_place_that_is_not_there_is_none_and_the_finding_still_counts(review, values, place):
    _, row, (found,) = await review(answer(put(**values)))
    assert (found["file_path"], found["line_start"], found["line_end"]) == place
    assert (row["status"], row["overall_score"]) == ("succeeded", 0.75)


TEXTS = {
    "a severity of its own": ({"severity": "none"}, "severity", "error"),
    "no severity": ({"severity": None}, "severity", "error"),
    "a category of its own": ({"category": ["bug"]}, "category", "maintainability"),
    "no title": ({"title": " \n"}, "title", "A finding without words"),
    "a title on two lines": ({"title": "a\nb"}, "title", "a b"),
    "a title of hidden characters": ({"title": "\u200b\u202e\x1b[31m"}, "title", "A finding without words"),
    "a number for a title": ({"title": 5}, "title", "A finding without words"),
    "a suggestion that hides something": ({"suggestion": "x = 1  # \u202e"}, "suggestion", None),
    "a number for a suggestion": ({"suggestion": 5}, "suggestion", None),
    "an endless suggestion": ({"suggestion": "x" * 100_000}, "suggestion", None),
    "a number that nobody has": ({"known": "F99"}, "number", 1),
    "words for a number": ({"known": "F1; DROP TABLE findings"}, "number", 1),
    "a number for a number": ({"known": 1}, "number", 1),
}


@pytest.mark.parametrize(("values", "column", "kept"), TEXTS.values(), ids=TEXTS)
async def test_s87_what_is_no_word_of_ours_is_not_taken_over(review, values, column, kept):
    _, _, (found,) = await review(answer(put(**values)))
    assert found[column] == kept


async def test_s87_five_hundred_findings_and_texts_of_a_hundred_kilobytes_are_cut(review):
    huge = "@everyone ![x](https://evil.example/x.png) " * 2_500
    _, row, found = await review(answer(*[put(title=huge, description=huge, line_start=n % 3 + 1) for n in range(500)]))
    assert (row["status"], row["overall_score"], len(found)) == ("succeeded", 0.0, 100)
    assert json.loads(row["notes"]) == ["400 more findings were left out."]
    assert max(len(one["title"]) for one in found) <= 300
    assert max(len(one["description"]) for one in found) <= 8_000
    assert row["overall_summary"] == "100 findings (100 error), 100 block a merge; score 0.00."
    assert len({one["number"] for one in found}) == 100


async def test_s87_secrets_are_not_kept(review):
    token = "ghp_" + "a1B2" * 9
    _, _, (found,) = await review(answer(put(title=f"It holds {token}", description=token, suggestion=token)))
    assert token not in json.dumps([found[name] for name in ("title", "description", "suggestion")])


async def test_a_good_answer_is_a_good_review(review):
    run, row, found = await review(answer())
    assert (row["status"], row["overall_score"], found) == ("succeeded", 1.0, [])
    assert run.phase is Phase.AWAITING_HUMAN
