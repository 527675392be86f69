"""A git command ends in time, with bounded output, and leaves no process behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

import pytest

from app import errors
from app.workspace import failures, git, mirror


@pytest.fixture
def slow_git(tmp_path, monkeypatch):
    """A `git` that starts a child, says so, and never ends, whatever it is asked to."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    started = tmp_path / "started"
    told = f"echo $! >'{started}.part'; mv '{started}.part' '{started}'"
    program.write_text(f"#!/bin/sh\ntrap '' TERM\nsleep 300 &\n{told}\nwait\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return started


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


def is_gone(started):
    """Whether the child has ended (a zombie, until somebody reaps it, counts)."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{started.read_text().strip()}/stat").read_text().split()[2] == "Z"
    return True


async def test_a_command_that_does_not_end_is_killed_with_its_children(slow_git):
    with pytest.raises(errors.Transient, match="no end after"):
        await git.run("status", timeout=0.5)
    await until(lambda: is_gone(slow_git))


async def cancelled_once_it_runs(slow_git):
    """Cancel a command of git's and wait until its child has ended."""
    running = asyncio.create_task(git.run("status"))
    await until(slow_git.exists)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await until(lambda: is_gone(slow_git))


async def test_a_cancelled_command_is_killed_with_its_children(slow_git):
    await cancelled_once_it_runs(slow_git)


async def test_a_command_that_is_cancelled_while_it_starts_is_killed_with_its_children(slow_git, monkeypatch):
    start = asyncio.create_subprocess_exec

    async def slowly(*command, **how):
        process = await start(*command, **how)
        await asyncio.sleep(1)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", slowly)
    await cancelled_once_it_runs(slow_git)


async def test_more_output_than_the_limit_is_an_error_or_is_cut(far, repo):
    name = f"{far.base}:README.md"
    with pytest.raises(errors.Invalid, match="more than 3 bytes"):
        await git.run("cat-file", "blob", name, git_dir=repo.path, limit=3)
    assert await git.run("cat-file", "blob", name, git_dir=repo.path, limit=3, cut=True) == git.Result(0, b"# w", True)
    assert not (await git.run("cat-file", "blob", name, git_dir=repo.path, limit=10, cut=True)).cut


async def test_a_big_answer_that_is_cut_leaves_no_process(far, repo):
    result = await git.run("hash-object", "--stdin-paths", stdin=b"/dev/null\n" * 200_000, limit=100, cut=True)
    assert (len(result.out), result.cut) == (100, True)


async def test_a_big_question_and_a_big_answer_do_not_wait_for_each_other():
    result = await git.run("hash-object", "--stdin-paths", stdin=b"/dev/null\n" * 20_000)
    assert len(result.out) == 41 * 20_000


async def test_a_missing_git_is_told_to_the_operator(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.UserError, match="git is not installed"):
        await git.run("version")


async def test_a_repository_without_a_name_is_never_searched_for(tmp_path, monkeypatch):
    await git.run("init", "-q", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(failures.GitFailed):
        await git.run("status")


async def test_what_an_outsider_named_does_not_make_a_mirror_damaged(repo):
    said = "error: invalid path 'fatal: bad object'\nfatal: No such thing: error: object file x is empty\n"
    assert type(failures.explain("read-tree", said, remote=False)) is failures.GitFailed
    assert isinstance(failures.explain("fetch", "error: object file x is empty", remote=True), failures.Damaged)
    with pytest.raises(failures.GitFailed), mirror.damage_noted(repo):
        raise failures.GitFailed("nothing of the kind")
    assert not (repo.path / "damaged").exists()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("fatal: unable to access 'https://x/': Could not resolve host: github.com", errors.Transient),
        ("error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly", errors.Transient),
        ("fatal: the remote end hung up unexpectedly", errors.Transient),
        ("!\ta:b\t[remote rejected] (failure)", errors.Transient),
        ("!\ta:b\t[remote rejected] (cannot lock ref 'b': Unable to create 'b.lock')", errors.Transient),
        ("!\ta:b\t[remote rejected] (cannot lock ref 'b': is at 1 but expected " + "0" * 40 + ")", errors.Conflict),
        ("!\ta:b\t[rejected] (stale info)", errors.Conflict),
        ("!\ta:b\t[rejected] (fetch first)", errors.Conflict),
        ("!\ta:b\t[remote rejected] (something new)", errors.Forbidden),
        ("remote: error: GH001: Large files detected.", errors.Invalid),
        ("remote: This repository was archived so it is read-only.", errors.Forbidden),
        ("fatal: could not read Username for 'https://github.com': terminal prompts disabled", failures.TokenRefused),
        ("remote: Repository not found.\nfatal: repository 'https://github.com/o/r/' not found", errors.NotFound),
        ("fatal: remote error: upload-pack: not our ref " + "1" * 40, errors.NotFound),
        ("error: file write error: No space left on device", errors.Transient),
    ],
)
def test_the_words_of_git_and_github_become_dursor_s_errors(said, kind):
    assert type(failures.explain("push", said, remote=True)) is kind


def test_the_words_are_bounded_and_without_hints():
    error = failures.explain("push", "hint: do this\nTo https://x\n" + "x" * 5000, remote=True)
    assert "hint" not in str(error)
    assert len(str(error)) < 1100
