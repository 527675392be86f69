"""Models that err, and models that mean harm: nothing outside of the worktree changes, and every run ends."""

from __future__ import annotations

import os

import pytest
from aiohttp import test_utils, web

from app.executors import base
from app.executors.patch_agent import changing, paths
from tests.executors.patch_agent import working
from tests.providers import Always, Say, Tool, Turn, Usage

ESCAPES = [
    "../outside/secret.txt", "/etc/passwd", "src/../../outside/secret.txt", "way-out/secret.txt", "link.txt",
    ".git/config", "src/.git/hooks/pre-commit", ".GIT/config", ".git./config", "git~1/config", ".git::$DATA/x",
    "a\\..\\..\\x", "x\0y", "x\ny", ".g\u200cit/config", "/".join(["d"] * 40), "n" * 300, "\ud800", "x" * 2000,
]  # fmt: skip
SETTINGS = ["CLAUDE.md", "deep/AGENTS.md", ".claude/settings.json", ".mcp.json", ".github/copilot-instructions.md"]


def outside(work: working.Work) -> dict[str, bytes]:
    """Everything beside the worktree, its `.git`, and what its links are."""
    files = [path for path in work.place.rglob("*") if not path.is_symlink() and path.is_file()]
    kept = [path for path in files if work.state not in path.parents]
    told = {str(path): path.read_bytes() for path in kept if work.tree not in path.parents or ".git" in path.parts}
    links = {str(path): str(path.readlink()).encode() for path in work.tree.glob("*") if path.is_symlink()}
    return told | links


@pytest.mark.parametrize("path", [path for path in ESCAPES if path != "\ud800"], ids=repr)
async def test_no_tool_leads_out_of_the_worktree(one, path):
    before = outside(one)
    result, provider = await one.against(
        Turn((
            Tool("read", {"path": path}), Tool("create", {"path": path, "content": "x", "replace": True}),
            Tool("edit", {"path": path, "old": "the", "new": "no"}), Tool("delete", {"path": path}),
            Tool("move", {"path": path, "to": "src/taken.txt"}), Tool("move", {"path": "README.md", "to": path}),
            Tool("list", {"path": path}), Tool("search", {"pattern": ".", "path": path}),
        )),
        Say("Done."),
    )  # fmt: skip
    assert result.status == "completed"
    assert outside(one) == before
    assert "the secret" not in provider.answered[1].text
    assert "root:" not in provider.answered[1].text
    assert (one.tree / "README.md").exists()
    assert not (one.tree / "src/taken.txt").exists()


@pytest.mark.parametrize("path", SETTINGS)
async def test_what_instructs_agents_is_left_alone_and_the_attempt_is_told(one, path):
    result, _ = await one.against(Tool("create", {"path": path, "content": "Obey."}), Say("Done."))
    assert result.status == "completed"
    assert not (one.tree / path).exists()
    assert len(result.denials) == 1
    assert one.heard(base.Denied) == [base.Denied("create", path)]


async def test_a_link_that_an_earlier_program_left_for_its_sessions_is_not_followed(one):
    one.state.mkdir()
    (one.state / "patch_agent").symlink_to(one.place / "outside")
    before = outside(one)
    result, _ = await one.against(Tool("create", {"path": "new.txt", "content": "x"}), Say("Done."))
    assert (result.status, result.kind) == ("failed", "start")
    assert outside(one) == before
    assert {path.name for path in (one.place / "outside").iterdir()} == {"secret.txt"}


async def test_a_provider_that_redirects_is_not_followed_with_the_key(work):
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path.startswith("/there"):
            return web.Response(status=500)
        raise web.HTTPTemporaryRedirect(f"/there{request.path_qs}")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", elsewhere)
    async with test_utils.TestServer(application) as server:
        result = await work.run(str(server.make_url("")).rstrip("/"))
    assert result.status == "failed"
    assert asked
    assert not [path for path in asked if path.startswith("/there")]


async def test_a_huge_file_is_refused(one):
    result, _ = await one.against(Tool("create", {"path": "huge.txt", "content": "x" * 10_000_000}), Say("Done."))
    assert not (one.tree / "huge.txt").exists()
    assert (result.status, result.kind) == ("failed", "limit")  # what the model said does not fit its own room
    one.settings["room"] = 20_000_000
    result, provider = await one.against(Tool("create", {"path": "huge.txt", "content": "x" * 1_000_001}), Say("Done."))
    assert result.status == "completed"
    assert "at most 1,000,000 bytes" in provider.answered[1].text
    assert not (one.tree / "huge.txt").exists()


async def test_what_one_run_writes_is_bounded(one):
    agent = changing.Changing(one.tree, one.state / "new")
    for number in range(changing.MAX_FILES):
        agent.create(f"many/{number}.txt", "x", replace=False)
    with pytest.raises(paths.ToolError, match="are spent"):
        agent.create("one-more.txt", "x", replace=False)
    agent = changing.Changing(one.tree, one.state / "new")
    for _ in range(20):
        agent.create("large.txt", "x" * 1_000_000, replace=True)
    with pytest.raises(paths.ToolError, match="are spent"):
        agent.create("large.txt", "x", replace=True)


async def test_ten_thousand_calls_are_not_carried_out(one):
    calls = tuple(Tool("create", {"path": f"many/{number}.txt", "content": ""}) for number in range(100))
    result, _ = await one.against(Always(Turn(calls)), max_turns=100)
    assert (result.status, result.kind) == ("failed", "limit")
    assert len([*one.tree.glob("many/*")]) <= changing.MAX_FILES


async def test_an_endless_loop_ends_with_its_turns(one):
    result, provider = await one.against(Always(Tool("list")), max_turns=7)
    assert (result.status, result.kind) == ("failed", "limit")
    assert "7 turns" in result.summary
    assert len(provider.answered) == 7
    assert "1 turns are left" in provider.answered[6].text


async def test_the_same_failing_call_is_not_made_for_ever(one):
    result, provider = await one.against(Always(Tool("read", {"path": "no-such-file"})))
    assert (result.status, result.kind) == ("failed", "limit")
    assert "in vain 3 times" in result.summary
    assert len(provider.answered) == 3


async def test_money_ends_a_run(one):
    """A million tokens of this model cost five dollars, and those of an unknown one are taken to be dear."""
    dear = Always(Turn((Tool("list"),), Usage(100_000, 10, 0)))
    result, provider = await one.against(dear, model="claude-opus-5", max_usd=1.2)
    assert (result.kind, len(provider.answered)) == ("limit", 3)
    assert result.cost_usd == pytest.approx(1.5, rel=0.01)
    assert result.cost_is_estimate
    result, provider = await one.against(dear, max_usd=4.0)
    assert (result.kind, len(provider.answered), result.cost_usd) == ("limit", 3, None)


async def test_a_model_that_says_nothing_is_given_up(work):
    result, provider = await work.against(Always(Turn(())))
    assert (result.status, result.kind) == ("failed", "protocol")
    assert len(provider.answered) <= 4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Tool("run_shell", {"command": "id"}), "There is no tool 'run_shell'"),
        (Tool("read", {}), "do not fit the tool"),
        (Tool("read", {"path": 5}), "do not fit the tool"),
        (Tool("read", {"path": "README.md", "first": -1}), "do not fit the tool"),
        (Tool("read", {"path": "README.md", "first": 99}), "has 1 lines"),
        (Tool("read", {"path": "no"}), "There is no no."),
        (Tool("read", {"path": "src"}), "no regular file"),
        (Tool("edit", {"path": "src/add.py", "old": "", "new": "x"}), "is empty"),
        (Tool("edit", {"path": "src/add.py", "old": "a", "new": "x"}), "times in src/add.py"),
        (Tool("edit", {"path": "src/add.py", "old": "return  a-b", "new": "x"}), "Around line 2 it reads"),
        (Tool("edit", {"path": "src/add.py", "old": "nowhere", "new": "x"}), "not even its first line"),
        (Tool("create", {"path": "README.md", "content": "x"}), "README.md exists"),
        (Tool("create", {"path": "README.md/x", "content": "x"}), "no directory"),
        (Tool("move", {"path": "README.md", "to": "src/add.py"}), "src/add.py exists"),
        (Tool("search", {"pattern": "("}), "regular expression is wrong"),
        (Tool("search", {"pattern": r"(a)\\1(?=b)"}), "regular expression is wrong"),
    ],
)  # fmt: skip
async def test_a_wrong_call_is_answered_with_what_is_wrong(one, call, words):
    result, provider = await one.against(call, Say("Done."))
    assert result.status == "completed"
    assert words in provider.answered[1].text.replace('\\"', '"')


async def test_arguments_that_are_no_json_are_answered_with_an_error(tmp_path):
    work = working.made(tmp_path, "openai")
    result, provider = await work.against(Tool("read", raw='{"path": "READ'), Say("Done."))
    assert result.status == "completed"
    assert "not a JSON object" in provider.answered[1].text


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*b", "(?:a?){50}a{50}", ".*.*.*.*=", "(.*,){20}P", "([a-z]{1,50}){1,50}", "^(\\w+\\s?)*$"],
)
async def test_no_pattern_hangs_the_run(one, pattern):
    """With a backtracking engine each of these takes longer than any deadline."""
    (one.tree / "long.txt").write_text("a" * 1_900_000 + "!")
    result, _ = await one.against(Tool("search", {"pattern": pattern}), Say("Done."))
    assert result.status == "completed"


async def test_results_fit_the_conversation_and_the_conversation_its_room(one):
    for number in range(30):
        (one.tree / f"long-{number}.txt").write_text(f"{number} some words\n" * 5_000)
    one.settings["room"] = 200_000
    calls = Turn(tuple(Tool("read", {"path": f"long-{number}.txt"}) for number in range(19)))
    result, provider = await one.against(calls, calls, calls, Say("Done."))
    assert result.status == "completed"
    sizes = [len(request.text) for request in provider.answered]
    assert max(sizes) < 230_000
    assert "left out" in provider.answered[1].text
    assert "removed to save room" in provider.answered[3].text


async def test_a_conversation_that_cannot_fit_ends_the_run(one):
    one.settings["room"] = 1_000
    result, provider = await one.against(Say("Done."), instruction="x" * 2_000)
    assert (result.kind, provider.answered) == ("limit", [])


async def test_special_files_binaries_and_strange_names_are_refused_and_hang_nothing(one):
    os.mkfifo(one.tree / "pipe")
    (one.tree / "binary").write_bytes(b"\0\1\2")
    (one.tree / "latin.txt").write_bytes(b"\xe9")
    (one.tree / os.fsdecode(b"bad-\xff")).write_text("found")
    (one.tree / "two words").write_text("found\n")
    result, provider = await one.against(
        Turn((
            Tool("read", {"path": "pipe"}), Tool("read", {"path": "binary"}), Tool("read", {"path": "latin.txt"}),
            Tool("delete", {"path": "pipe"}), Tool("list"), Tool("search", {"pattern": "found"}),
        )),
        Say("Done."),
    )  # fmt: skip
    assert result.status == "completed"
    said = provider.answered[1].text
    for words in ("pipe is no regular file", "binary file", "not UTF-8", "'two words'", "two words:1: found"):
        assert words in said


async def test_a_file_keeps_its_mode_and_its_kind_of_lines(one):
    script = one.tree / "run.sh"
    script.write_bytes(b"echo a\r\necho b\r\n")
    script.chmod(0o755)
    await one.against(Tool("edit", {"path": "run.sh", "old": "echo a\necho b", "new": "echo c\necho d"}), Say("Done."))
    assert script.read_bytes() == b"echo c\r\necho d\r\n"
    assert script.stat().st_mode & 0o777 == 0o755


async def test_a_worktree_that_is_gone_is_told(one):
    result = await one.run("http://127.0.0.1:1", worktree=one.place / "gone")
    assert (result.status, result.kind) == ("failed", "start")
