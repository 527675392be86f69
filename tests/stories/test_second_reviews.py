"""A second review by an agent: told what changed and what is open, it names what stays and what is mended."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from app.store import findings
from tests import providers
from tests.providers import Tool
from tests.stories import agents, scenes
from tests.stories import server as servers

FINDING = {
    "path": "a.py", "line_start": 1, "line_end": 1, "side": None, "severity": "error", "category": "bug",
    "title": "A is wrong", "description": "It should be 2.", "suggestion": None, "known": None,
}  # fmt: skip
SECOND = FINDING | {"line_start": 3, "title": "B is wrong", "description": "It should be 3."}
THIRD = FINDING | {"line_start": 5, "title": "C is wrong", "description": "It should be 4."}
GONE = FINDING | {"side": "old", "title": "The check is lost", "severity": "warning"}


def answered(*found, resolved=()):
    return Tool("answer", {"summary": "Looked.", "findings": [*found], "resolved": [*resolved]})


class Reviewer:
    """Answers each review with the next of its answers, and keeps what it was asked."""

    def __init__(self, *answers):
        self.asked: list[str] = []
        self._answers = list(answers)

    def __call__(self, request):
        self.asked.append(request.text)
        return self._answers[len(self.asked) - 1]


async def test_an_agent_names_what_stays_says_what_is_mended_and_is_silent_about_the_rest(hub, tmp_path):
    reviewer = Reviewer(
        answered(FINDING, SECOND, THIRD, GONE),
        answered(FINDING | {"line_start": 3, "title": "Still not 2", "known": "F1"}, resolved=["F2"]),
    )
    async with servers.running(hub, tmp_path / "data") as server, providers.serve(reviewer) as standin:
        agents.add_model(server.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
        there = servers.configuration("interactive", reviewer="patch_agent") | {"a.py": "CHECK = True\n"}
        repo = await hub.create_repository("octo/widgets", there)
        pull = await hub.open_pull_request(repo, files={"a.py": "A = 1\n# then\nB = 1\n# then\nC = 1\n"})
        await server.until(pull, phase=Phase.WAITING_CI)
        await hub.finish_check(pull, "test", "success")
        await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.FINDINGS)
        assert "earlier reviews" not in reviewer.asked[0]
        (old,) = await scenes.rows(server, "SELECT * FROM review_feedbacks WHERE side = 'old'")
        assert (old["line_start"], old["code_snippet"]) == (1, "CHECK = True")

        await hub.push(pull, {"a.py": "# one\n# two\nA = 1 + 0\n# then\nB = 1\n# then\nC = 1\n"})
        await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
        await hub.finish_check(pull, "test", "success")
        await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.FINDINGS)

        assert "F1 [error, bug] a.py:1 A is wrong: It should be 2." in reviewer.asked[1]
        assert "+A = 1 + 0" in reviewer.asked[1]
        pr = (await scenes.rows(server, "SELECT id FROM prs"))[0]["id"]
        kept = await server.read(lambda db: findings.known(db, pr))
        assert [(row["number"], row["status"], row["line_start"], row["title"]) for row in kept] == [
            (1, "open", 3, "Still not 2"),
            (2, "fixed", 3, "B is wrong"),
            (3, "open", 7, "C is wrong"),
            (4, "fixed", 1, "The check is lost"),
        ]
        review = (await scenes.rows(server, "SELECT * FROM reviews ORDER BY id DESC"))[0]
        assert (review["overall_score"], len(review["base_sha"])) == (0.5, 40)
        assert review["base_sha"] == pull.base_sha


async def test_nobody_is_asked_to_look_at_nothing(hub, tmp_path):
    reviewer = Reviewer()
    async with servers.running(hub, tmp_path / "data") as server, providers.serve(reviewer) as standin:
        agents.add_model(server.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
        there = servers.configuration("semi_auto", reviewer="patch_agent", more="review: {paths: ['src/**']}")
        repo = await hub.create_repository("octo/widgets", there)
        pull = await hub.open_pull_request(repo, files={"a.py": "A = 1\n"})
        await server.until(pull, phase=Phase.WAITING_CI)
        await hub.finish_check(pull, "test", "success")
        await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)

        (review,) = await scenes.rows(server, "SELECT * FROM reviews")
        assert (review["status"], review["overall_score"], review["submissions"]) == ("succeeded", 1.0, None)
        assert "review.paths" in review["notes"]
        assert reviewer.asked == []
