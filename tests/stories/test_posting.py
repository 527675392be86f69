"""A review on the pull request: remarks where the diff allows them, the rest in its body, each finding shown once."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from app.github import outgoing
from app.lifecycle.run import Phase, Wait
from app.words import review as words
from tests.stories import eventually, scenes
from tests.stories import server as servers
from tests.test_words import DOES_SOMETHING, HOSTILE

BASE = "".join(f"line_{number} = {number}\n" for number in range(1, 41))
HEAD = BASE.replace("line_10 = 10\n", "line_10 = 'ten'\nmore = 1\n").replace("line_30 = 30\n", "")


def finding(path: str, start: int | None, end: int | None = None, *, says="Wrong", level="error", fix=None):
    """A result of SARIF; `fix` replaces the lines."""
    region = {} if start is None else {"region": {"startLine": start, "endLine": end or start}}
    result: dict[str, Any] = {
        "ruleId": "X1", "level": level, "message": {"text": says},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": path}} | region}],
    }  # fmt: skip
    if fix is not None:
        deleted = {"startLine": start, "startColumn": 1, "endLine": (end or start or 0) + 1, "endColumn": 1}
        replacement = {"deletedRegion": deleted, "insertedContent": {"text": fix}}
        result["fixes"] = [{"artifactChanges": [{"artifactLocation": {"uri": path}, "replacements": [replacement]}]}]
    return result


async def opened(hub, server, findings, *, mode="interactive", head=HEAD):
    """A pull request whose reviewer answers with these findings; CI is green."""
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "finder"}}, "results": findings}]}
    files = servers.configuration(mode, reviewer="command:finder")
    command = "  finder: {run: [git, cat-file, blob, 'HEAD:found.sarif'], output: sarif}\n"
    config = files[".github/dursor.yml"].replace("commands:\n", f"commands:\n{command}")
    there = files | {".github/dursor.yml": config, "found.sarif": json.dumps(log), "a.py": BASE}
    repo = await hub.create_repository("octo/widgets", there)
    pull = await hub.open_pull_request(repo, files={"a.py": head})
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "test", "success")
    return pull


async def reviewed(server, pull, wait=Wait.FINDINGS):
    """Wait until the review has come back and everything that follows is done."""
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=wait)
    await server.rest()


def ours(pull):
    return [review for review in pull.reviews if review.user.login == scenes.BOT]


async def ledger(server):
    return await scenes.rows(server, "SELECT * FROM findings ORDER BY number")


async def test_findings_stand_on_their_lines_and_one_click_applies_what_replaces_them(hub, server):
    found = [
        finding("a.py", 11, says="Say what there is more of", fix="more_lines = 1\n"),
        finding("a.py", 10, 11, level="warning", says="Two lines"),
        finding("a.py", 25, level="note", says="Far from the change", fix="line_25 = 5\n"),
        finding("README.md", 1, says="Not in the diff"),
    ]
    pull = await opened(hub, server, found)
    await reviewed(server, pull)

    (review,) = ours(pull)
    assert (review.state, review.commit_id) == ("COMMENTED", pull.head_sha)
    rows = {row["number"]: row for row in await ledger(server)}
    (posted,) = await scenes.rows(server, "SELECT * FROM reviews")
    assert posted["posted_id"] == review.id
    assert {row["review_id"] for row in rows.values()} == {posted["id"]}
    lines = [(remark.path, remark.start_line, remark.line, remark.side) for remark in review.comments]
    assert lines == [("a.py", None, 11, "RIGHT"), ("a.py", 10, 11, "RIGHT")]
    one, two = review.comments
    for said in ("**F1 · error · ", "Say what there is more of", "/dursor decline REASON"):
        assert said in one.body
    assert "```suggestion\nmore_lines = 1\n```" in one.body
    assert "suggestion" not in two.body
    assert {row["comment_id"]: row["number"] for row in rows.values()} == {one.id: 1, two.id: 2, None: 4}
    for said in ("**F3 · info", "Far from the change", "Not in the diff", "`README.md`, line 1", "0.75 is enough"):
        assert said in review.body
    assert "```suggestion" not in review.body


async def test_s86_a_review_that_is_refused_for_a_line_is_posted_with_everything_in_its_body(hub, server):
    body = {"message": "Unprocessable Entity", "errors": ["Line could not be resolved"]}
    scenes.fault(hub, "POST", r"/pulls/\d+/reviews$", status=422, body=body)
    pull = await opened(hub, server, [finding("a.py", 11, says="Look here")])
    await reviewed(server, pull)

    (review,) = ours(pull)
    assert review.comments == []
    assert "Look here" in review.body
    (row,) = await ledger(server)
    assert (row["review_id"] is not None, row["comment_id"]) == (True, None)


async def test_s86_what_is_refused_twice_becomes_one_plain_comment(hub, server):
    body = {"message": "Unprocessable Entity", "errors": ["no"]}
    scenes.fault(hub, "POST", r"/pulls/\d+/reviews$", status=422, body=body, times=2)
    pull = await opened(hub, server, [finding("a.py", 11, says="Look here")])
    await reviewed(server, pull)

    assert ours(pull) == []
    assert len(scenes.said_by_us(hub, pull, "<!-- dursor:review:", "Look here")) == 1
    (posted,) = await scenes.rows(server, "SELECT * FROM reviews")
    assert posted["posted_id"] == -1
    (row,) = await ledger(server)
    assert (row["review_id"], row["comment_id"]) == (posted["id"], None)


@pytest.mark.parametrize("how", ["locked", "forbidden"])
async def test_where_nothing_may_be_said_nothing_is_and_the_run_goes_on(hub, server, how):
    if how == "forbidden":
        body = {"message": "Resource not accessible by integration"}
        scenes.fault(hub, "POST", r"/pulls/\d+/reviews$", status=403, body=body, times=9)
    pull = await opened(hub, server, [finding("a.py", 11, level="note")], head=HEAD)
    pull.locked = how == "locked"
    await reviewed(server, pull, Wait.APPROVAL)

    assert ours(pull) == []
    assert not scenes.said_by_us(hub, pull, "<!-- dursor:review:")
    asked = [one for one in hub.requests if one.method == "POST" and one.path.endswith("/reviews")]
    assert len(asked) == (2 if how == "locked" else 1)
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")
    (row,) = await ledger(server)
    assert row["review_id"] is None


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 502}, {"reset": True}])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_s113_a_review_whose_answer_got_lost_is_posted_once(hub, server, trouble, when):
    scenes.fault(hub, "POST", r"/pulls/\d+/reviews$", when=when, **trouble)
    pull = await opened(hub, server, [finding("a.py", 11), finding("README.md", 1)])
    await reviewed(server, pull)
    async with asyncio.timeout(servers.PATIENCE_SECONDS):  # what is in doubt waits until GitHub cannot be at work on it
        while not all(row["review_id"] for row in await ledger(server)):
            await asyncio.sleep(0.1)
    await server.rest()

    (review,) = ours(pull)
    (remark,) = review.comments
    (posted,) = await scenes.rows(server, "SELECT posted_id FROM reviews")
    assert posted["posted_id"] == review.id
    assert [row["comment_id"] for row in await ledger(server) if row["comment_id"]] == [remark.id]


async def test_a_review_that_a_merge_overtook_is_shown_on_what_was_merged(hub, server):
    scenes.fault(hub, "POST", r"/pulls/\d+/reviews$", status=500, times=3)
    pull = await opened(hub, server, [finding("a.py", 11, level="note", says="Look here")], mode="full_auto")
    await server.until(pull, phase=Phase.COMPLETED)
    assert not ours(pull)

    await eventually.until(lambda: ours(pull))
    await server.rest()

    (review,) = ours(pull)
    assert [remark.line for remark in review.comments] == [11]
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_what_was_shown_is_not_shown_again_and_a_head_that_moved_gets_no_review_of_the_old_one(hub, server):
    pull = await opened(hub, server, [finding("a.py", 11), finding("README.md", 1)])
    await reviewed(server, pull)
    await hub.push(pull, {"b.py": "B = 1\n"})
    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    await hub.finish_check(pull, "test", "success")
    await reviewed(server, pull)

    assert len(ours(pull)) == 1
    assert [row["posted_id"] for row in await scenes.rows(server, "SELECT posted_id FROM reviews ORDER BY id")] == [
        ours(pull)[0].id, None,
    ]  # fmt: skip


async def test_our_own_review_wakes_nothing_when_it_comes_back(hub, server):
    pull = await opened(hub, server, [finding("a.py", 11), finding("README.md", 1)])
    await reviewed(server, pull)

    found = await scenes.rows(server, "SELECT * FROM webhook_deliveries WHERE event LIKE 'pull_request_review%'")
    assert {(row["event"], row["status"], row["error"]) for row in found} == {
        ("pull_request_review", "ignored", "our own doing"),
        ("pull_request_review_comment", "ignored", "our own doing"),
    }
    assert not await scenes.rows(server, "SELECT id FROM messages WHERE source LIKE 'review%'")


async def test_s87_five_hundred_hostile_findings_are_shown_within_bounds_and_do_nothing(hub, server):
    places = [("a.py", 11), ("a.py", 0), ("a.py", -3), ("gone/nowhere.py", 1), ("../../etc/passwd", 1), ("a.py", 10**9)]
    found = [
        finding(*places[number % len(places)], says=f"{number} {HOSTILE[number % len(HOSTILE)]}", level=level)
        for number, level in enumerate(["note", "warning", "error", "none", "warning"] * 100)
    ]
    found[0]["level"] = "error"
    found[0]["message"]["text"] = "@everyone " + "very long \U0001f600 ``` <details> " * 4_000
    pull = await opened(hub, server, found)
    await reviewed(server, pull)

    (review,) = ours(pull)
    assert len(review.body.encode("utf-16-le")) // 2 <= 65_536
    assert "more** do not fit" in review.body
    assert 0 < len(review.comments) <= words.MAX_REMARKS
    assert any("very long" in remark.body for remark in review.comments)
    assert not any("· info ·" in remark.body for remark in review.comments)
    for text in [review.body, *(remark.body for remark in review.comments)]:
        assert not DOES_SOMETHING.search(text), DOES_SOMETHING.search(text)
        assert outgoing.closing(text) == ""
    shown = [row for row in await ledger(server) if row["review_id"]]
    assert len(shown) == review.body.count("<!-- dursor:finding:") + len(review.comments)
