"""A push moves one branch from where we saw it to our commit, once, and nothing else ever."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse

from app import errors
from app.localhub import git_repo
from app.workspace import commits, failures, git, mirror, push, remote
from tests.workspace.conftest import ADA, NOW, TOKEN, serve

MAIN = "refs/heads/main"


@pytest.fixture
async def fix(far, repo):
    """A commit of ours on top of the far side's `main`."""
    tree = await commits.tree_of(repo, far.base)
    return await commits.commit(repo, tree, [far.base], "fix", ADA, NOW)


async def test_a_branch_moves_to_our_commit(far, repo, fix):
    await push.push(repo, far.remote, fix, MAIN, far.base)
    assert await far.tip("main") == fix
    assert await push.remote_sha(far.remote, MAIN) == fix


async def test_a_new_branch_is_made_where_there_is_none(far, repo, fix):
    await push.push(repo, far.remote, fix, "refs/heads/dursor/1", None)
    assert await far.tip("dursor/1") == fix


async def test_nothing_but_the_branch_is_pushed(far, repo, fix):
    await push.push(repo, far.remote, fix, MAIN, far.base)
    assert far.pushes == [MAIN]
    assert list(await git_repo.refs(far.path, "refs/")) == [MAIN]


@pytest.mark.parametrize("expected", ["base", None])
async def test_a_push_done_twice_is_done_once(far, repo, fix, expected):
    ref = MAIN if expected else "refs/heads/new"
    for _ in range(2):
        await push.push(repo, far.remote, fix, ref, far.base if expected else None)
    assert far.pushes == [ref]


async def test_an_answer_that_got_lost_is_looked_up(far, repo, fix):
    """The far side takes the push and then breaks the connection."""
    far.break_after = True
    await push.push(repo, far.remote, fix, MAIN, far.base)
    assert await far.tip("main") == fix


async def test_a_push_of_somebody_else_is_a_conflict_and_stays(far, repo, fix):
    theirs = await far.commit({"a.txt": "a"})
    with pytest.raises(errors.Conflict, match=theirs):
        await push.push(repo, far.remote, fix, MAIN, far.base)
    assert await far.tip("main") == theirs


async def test_a_deleted_branch_is_a_conflict_and_is_not_made_again(far, repo, fix):
    await git_repo.set_ref(far.path, "refs/heads/topic", far.base)
    await git_repo.delete_ref(far.path, "refs/heads/topic")
    with pytest.raises(errors.Conflict, match="is gone"):
        await push.push(repo, far.remote, fix, "refs/heads/topic", far.base)
    assert await far.tip("topic") is None


async def test_a_branch_that_should_not_exist_is_not_overwritten(far, repo, fix):
    with pytest.raises(errors.Conflict):
        await push.push(repo, far.remote, fix, MAIN, None)
    assert await far.tip("main") == far.base


async def test_history_is_never_rewritten_even_under_a_good_lease(far, repo, fix):
    await push.push(repo, far.remote, fix, MAIN, far.base)
    tree = await commits.tree_of(repo, far.base)
    beside = await commits.commit(repo, tree, [far.base], "beside", ADA, NOW)
    with pytest.raises(errors.Conflict, match="does not descend"):
        await push.push(repo, far.remote, beside, MAIN, fix)
    assert await far.tip("main") == fix


async def test_an_expectation_that_nobody_has_seen_is_a_conflict(far, repo, fix):
    with pytest.raises(errors.Conflict):
        await push.push(repo, far.remote, fix, MAIN, "1234567890" * 4)


async def test_a_commit_that_the_mirror_lost_is_not_found_unless_it_arrived_before(far, repo, fix):
    lost = mirror.Mirror(repo.path.with_name("8.git"))
    await git.run("init", "-q", "--bare", lost.path)
    with pytest.raises(errors.NotFound, match="not in the mirror"):
        await push.push(lost, far.remote, fix, MAIN, far.base)
    await push.push(repo, far.remote, fix, MAIN, far.base)
    await push.push(lost, far.remote, fix, MAIN, far.base)
    assert far.pushes == [MAIN]


@pytest.mark.parametrize(
    "words",
    [
        "error: GH006: Protected branch update failed for refs/heads/main.\nprotected branch hook declined",
        "error: GH013: Repository rule violations found for refs/heads/main.\npush declined due to rule violations",
        "refusing to allow a GitHub App to create or update workflow `.github/x.yml` without `workflows` permission",
    ],
)
async def test_a_refusal_of_the_far_side_is_forbidden_in_its_own_words(far, repo, fix, words):
    far.refuse = words
    with pytest.raises(errors.Forbidden) as raised:
        await push.push(repo, far.remote, fix, MAIN, far.base)
    for line in words.splitlines():
        assert line in str(raised.value)


@pytest.mark.parametrize(
    "ref", ["refs/tags/v1", "refs/pull/7/head", "main", "refs/heads/../x", "refs/heads/x:refs/heads/y"]
)
async def test_only_branches_are_pushed_to(far, repo, fix, ref):
    with pytest.raises(errors.Invalid):
        await push.push(repo, far.remote, fix, ref, None)
    assert far.pushes == []


async def test_a_similar_ref_is_not_taken_for_the_branch(far, repo):
    await git_repo.set_ref(far.path, "refs/heads/refs/heads/x", far.base)
    assert await push.remote_sha(far.remote, "refs/heads/x") is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, failures.TokenRefused),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (429, errors.Transient),
        (500, errors.Transient),
        (503, errors.Transient),
    ],
)
async def test_what_the_far_side_answers_decides_whether_to_try_again(repo, fix, far, status, kind):
    async with serve(PlainTextResponse("no", status)) as address:
        with pytest.raises(kind):
            await push.push(repo, remote.Remote(f"{address}/o/r.git", TOKEN), fix, MAIN, far.base)


async def test_nobody_there_is_passing_trouble(repo, fix, far):
    with pytest.raises(errors.Transient):
        await push.push(repo, remote.Remote("http://127.0.0.1:9/o/r.git", TOKEN), fix, MAIN, far.base)


async def test_no_redirect_takes_the_token_elsewhere(repo, fix, far):
    seen = []

    async def elsewhere(scope, receive, send):
        seen.append(scope["headers"])
        await PlainTextResponse("no", 404)(scope, receive, send)

    async with serve(elsewhere) as other:
        moved = PlainTextResponse("", 301, {"Location": f"{other}/o/r.git/info/refs?service=git-receive-pack"})
        async with serve(moved) as address:
            with pytest.raises(errors.NotFound):
                await push.push(repo, remote.Remote(f"{address}/o/r.git", TOKEN), fix, MAIN, far.base)
    assert seen == []


async def test_a_mirror_that_is_not_there_is_not_found(far, tmp_path):
    with pytest.raises(errors.NotFound):
        await commits.tree_of(mirror.Mirror(tmp_path / "none"), far.base)
