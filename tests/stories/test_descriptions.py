"""Title and description of a pull request that dursor opens: its executor's words, the template's, or a person's."""

from __future__ import annotations

from collections import deque

import pytest

from app.lifecycle.run import Phase
from app.store import preferences
from tests import providers
from tests.providers import Say, Tool
from tests.stories import agents, eventually, scenes
from tests.stories import server as servers
from tests.stories.test_issues import run_of

TEMPLATE = {".github/pull_request_template.md": "## Summary\n\n## Checks\n- [ ] signed\n"}


def answer(title, text):
    return Say(f"Did it.\n\nBEGIN PULL REQUEST\nTitle: {title}\n{text}\nEND PULL REQUEST")


class Coder:
    """Writes a file of its own for each instruction, and then says what it is told to say."""

    def __init__(self):
        self.answers: deque[Say] = deque()
        self.heard: list[str] = []
        self.asked = 0

    def __call__(self, request):
        self.heard.append(request.text)
        self.asked += 1
        if self.asked % 2:
            return Tool("create", {"path": f"n{self.asked}.py", "content": "N = 1\n"})
        return self.answers.popleft()


@pytest.fixture
def coder():
    return Coder()


@pytest.fixture
async def server(hub, tmp_path, coder):
    async with servers.running(hub, tmp_path / "data") as started, providers.serve(coder) as standin:
        agents.add_model(started.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
        yield started


async def prefer(server, **chosen):
    await server.world.database.write(lambda db: preferences.save(db, **chosen))


async def opened(hub, server, coder, *answers, files=None):
    """An issue, and the pull request that came of it, waiting for CI."""
    coder.answers.extend(answers)
    there = servers.configuration("semi_auto") | (files or {})
    there[".github/dursor.yml"] = there[".github/dursor.yml"].replace("command:autofix", "patch_agent", 1)
    repo = await hub.create_repository("octo/widgets", there)
    hub.set_permission(repo, "bob", "write")
    issue = hub.open_issue(repo, "Count", "", "alice")
    hub.comment(issue, "/dursor do Count them", author="bob")
    await run_of(server, issue, phase="waiting_ci", pr_number=2)
    await server.rest()
    return issue, repo.issues[2]


async def asked_for_more(hub, server, place, pull, words="And the blue ones"):
    before = pull.head_sha
    hub.comment(place, f"/dursor do {words}", author="bob")
    await eventually.until(lambda: pull.head_sha != before)
    await server.until(pull, phase=Phase.WAITING_CI)
    await server.rest()


async def test_the_executors_title_and_description_are_the_pull_requests_and_not_in_the_commit(hub, server, coder):
    await prefer(server, auto_generate_pr_description=1)
    _, pull = await opened(
        hub, server, coder, answer("Count the widgets", "It counts, @everyone.\n\n- [x] signed\n\nFixes #1234"),
        files=TEMPLATE,
    )  # fmt: skip
    assert pull.title == "Count the widgets"
    assert pull.body.startswith("Closes #1\n\nIt counts")
    assert "- [ ] signed" in pull.body
    assert "@everyone" not in pull.body
    assert "#1234" not in pull.body
    assert "## Checks" in coder.heard[0]
    (run,) = await scenes.rows(server, "SELECT * FROM runs")
    assert run["summary"] == "Did it."
    assert run["pull_text"].startswith("Count the widgets\n")
    (said,) = await scenes.rows(server, "SELECT content FROM messages WHERE role = 'assistant'")
    assert said["content"] == "Did it."


async def test_unasked_for_the_template_holds_our_own_words(hub, server, coder):
    _, pull = await opened(hub, server, coder, answer("Never asked for", "Nor this."), files=TEMPLATE)
    assert pull.title == "Count"
    assert "Never asked for" not in pull.body
    assert pull.body.index("## Summary") < pull.body.index("> Count them") < pull.body.index("## Checks")
    assert "`n1.py` +1" in pull.body
    assert "BEGIN PULL REQUEST" not in coder.heard[0]


@pytest.mark.parametrize("titles", [1, 0])
async def test_more_work_describes_it_anew_and_the_title_where_that_is_wished(hub, server, coder, titles):
    await prefer(server, auto_generate_pr_description=1, update_pr_title_on_regenerate=titles)
    issue, pull = await opened(hub, server, coder, answer("One", "First."), answer("Two", "First and second."))

    await asked_for_more(hub, server, issue, pull)

    assert pull.title == ("Two" if titles else "One")
    assert "First and second." in pull.body
    assert pull.body.startswith("Closes #1")
    assert "First." in coder.heard[2]


async def test_what_a_person_has_written_stays(hub, server, coder):
    await prefer(server, auto_generate_pr_description=1)
    answers = (answer("One", "First."), answer("Two", "Second."), answer("Three", "Third."))
    _, pull = await opened(hub, server, coder, *answers)
    pull.body = "Bob's own words."

    await asked_for_more(hub, server, pull, pull)
    assert (pull.title, pull.body) == ("Two", "Bob's own words.")
    pull.title = "Bob's own title"
    await asked_for_more(hub, server, pull, pull, "More")
    assert (pull.title, pull.body) == ("Bob's own title", "Bob's own words.")


async def test_a_lost_answer_does_not_make_a_description_of_ours_a_persons(hub, server, coder):
    await prefer(server, auto_generate_pr_description=1)
    answers = (answer("One", "First."), answer("Two", "Second."), answer("Three", "Third."))
    _, pull = await opened(hub, server, coder, *answers)
    scenes.fault(hub, "PATCH", r"/pulls/2$", reset=True, when="after")

    await asked_for_more(hub, server, pull, pull)
    assert (pull.title, "Second." in pull.body) == ("Two", True)
    await asked_for_more(hub, server, pull, pull, "More")

    assert (pull.title, "Third." in pull.body) == ("Three", True)


async def test_a_pull_request_that_people_opened_is_theirs_to_describe(hub, server, coder):
    await prefer(server, auto_generate_pr_description=1)
    coder.answers.append(answer("Ours", "Ours."))
    there = servers.configuration("semi_auto")
    there[".github/dursor.yml"] = there[".github/dursor.yml"].replace("command:autofix", "patch_agent", 1)
    repo = await hub.create_repository("octo/widgets", there)
    hub.set_permission(repo, "bob", "write")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    title, body = pull.title, pull.body

    await asked_for_more(hub, server, pull, pull)

    assert (pull.title, pull.body) == (title, body)
    assert "BEGIN PULL REQUEST" not in coder.heard[0]
