"""Lists are complete or an error; what GitHub says has not changed is used again."""

from __future__ import annotations

import pytest

from app import errors
from app.github import calls, etags
from tests.github import scripted
from tests.github.conftest import INSTALLATION

LIST = "repos/octo/widgets/things"
THING = "repos/octo/widgets/thing"


def numbered(pages, link=lambda page: f"page={page + 1}", key=None):
    """A list of `pages` pages with one entry each."""

    async def answer(request):
        page = int(request.query.get("page", "1"))
        headers = {}
        if page < pages:
            address = f"http://{request.host}{request.path}?per_page=100&{link(page)}"
            headers["link"] = f'<{address}>; rel="next", <{address}>; rel="last"'
        entries = [{"id": page}]
        return await scripted.reply({key: entries, "total_count": pages} if key else entries, **headers)(request)

    return answer


@pytest.mark.parametrize("key", [None, "things"])
async def test_a_list_is_read_to_its_last_page(server, repo, key):
    server.on(f"GET {LIST}", numbered(4, key=key))

    assert await repo.everything("things", key) == [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}]
    assert server.seen[-1].query == {"per_page": "100", "page": "4"}


async def test_pages_that_go_in_a_circle_are_an_error(server, repo):
    server.on(f"GET {LIST}", numbered(10**6, link=lambda page: f"page={page % 3 + 1}"))

    with pytest.raises(errors.Transient, match="no end"):
        await repo.everything("things")
    assert len(server.paths("GET")) <= 5


async def test_more_than_a_hundred_pages_are_an_error(server, repo):
    server.on(f"GET {LIST}", numbered(calls.MAX_PAGES + 1))

    with pytest.raises(errors.Transient, match="no end"):
        await repo.everything("things")
    assert len(server.paths("GET")) == calls.MAX_PAGES


async def test_a_hundred_pages_are_read(server, repo):
    server.on(f"GET {LIST}", numbered(calls.MAX_PAGES))

    assert len(await repo.everything("things")) == calls.MAX_PAGES


async def test_a_list_with_a_broken_page_is_an_error_and_no_half_list(server, repo):
    link = f'<{server.api_url}/{LIST}?page=2>; rel="next"'
    server.on(f"GET {LIST}", scripted.reply([{"id": 1}], link=link), scripted.reply({"message": "x"}, 502))

    with pytest.raises(errors.Transient):
        await repo.everything("things")


async def test_the_next_page_is_not_sought_on_another_host(server, repo):
    async with scripted.serving() as stranger:
        server.on(f"GET {LIST}", scripted.reply([], link=f'<{stranger.api_url}/{LIST}>; rel="next"'))

        with pytest.raises(errors.Refused, match="another host"):
            await repo.everything("things")
        assert stranger.seen == []


@pytest.mark.parametrize("answer", [{}, {"things": {}}, {"things": [1]}, "text", 5, None, [[]]])
async def test_what_is_no_list_is_passing_trouble(server, repo, answer):
    server.on(f"GET {LIST}", scripted.reply(answer))

    with pytest.raises(errors.Transient, match="unexpected shape"):
        await repo.everything("things")


async def test_an_answer_that_has_not_changed_is_used_again(server, repo):
    server.on(f"GET {THING}", scripted.reply({"id": 1}, etag='W/"one"'), scripted.raw(b"", 304))

    assert await repo.get("thing") == {"id": 1}
    assert await repo.get("thing") == {"id": 1}
    assert server.seen[-1].headers["if-none-match"] == 'W/"one"'


async def test_a_changed_answer_replaces_the_kept_one(server, repo):
    server.on(
        f"GET {THING}",
        scripted.reply({"id": 1}, etag='"one"'),
        scripted.reply({"id": 2}, etag='"two"'),
        scripted.raw(b"", 304),
    )

    assert [(await repo.get("thing"))["id"] for _ in range(3)] == [1, 2, 2]
    assert server.seen[-1].headers["if-none-match"] == '"two"'


async def test_a_kept_page_still_knows_the_page_after_it(server, repo):
    link = f'<{server.api_url}/{LIST}?page=2>; rel="next"'
    first, last = scripted.reply([{"id": 1}], etag='"p1"', link=link), scripted.reply([{"id": 2}])
    server.on(f"GET {LIST}", first, last, scripted.raw(b"", 304), last)

    assert await repo.everything("things") == await repo.everything("things") == [{"id": 1}, {"id": 2}]


async def test_what_one_repository_was_told_is_not_told_to_another(server, github):
    server.on("GET repositories/5", scripted.reply({"id": 5}, etag='"one"'))

    await github.repository(INSTALLATION, 1, "octo/a").calls.get("repositories/5")
    await github.repository(INSTALLATION, 2, "octo/b").calls.get("repositories/5")

    assert "if-none-match" not in server.seen[-1].headers


async def test_a_new_handle_of_the_same_repository_knows_what_the_old_one_was_told(server, github):
    server.on(f"GET {THING}", scripted.reply({"id": 1}, etag='"one"'), scripted.raw(b"", 304))

    for _ in range(2):
        assert await github.repository(INSTALLATION, 1, "octo/widgets").get("thing") == {"id": 1}


async def test_a_large_answer_is_not_kept(server, repo):
    server.on(f"GET {THING}", scripted.reply({"text": "x" * 200_000}, etag='"one"'))

    for _ in range(2):
        await repo.get("thing")
    assert "if-none-match" not in server.seen[-1].headers


async def test_a_304_that_nobody_asked_for_is_passing_trouble(server, repo):
    server.on(f"GET {THING}", scripted.raw(b"", 304))

    with pytest.raises(errors.Transient):
        await repo.get("thing")


def test_only_the_most_recently_used_answers_are_kept():
    answers = etags.Answers(limit=2)
    one, other = answers.view("1"), answers.view("2")
    answer: etags.Answer = ("etag", None, {}, None)
    one["a"] = other["a"] = answer
    assert one["a"] == answer

    one["b"] = answer

    assert (list(one), list(other)) == (["a", "b"], [])
    del one["a"]
    assert (len(one), "a" in one) == (1, False)
