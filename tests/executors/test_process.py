"""One program: what it is given, what is kept of its output, and how its end is told."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from pathlib import Path

import pytest

from app import redact
from app.executors import base, guard, process
from tests.executors.programs import Runner, until


async def test_the_environment_is_built_from_nothing(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for canary in (
        "GITHUB_TOKEN",
        "DURSOR_WEBHOOK_SECRET",
        "ANTHROPIC_API_KEY",
        "LC_ALL",
        "PYTHONPATH",
        "SSH_AUTH_SOCK",
    ):
        monkeypatch.setenv(canary, "canary")

    ended = await runner.run("cat", "/proc/self/environ", env={"MODEL_KEY": "given"}, keep_bytes=100_000)

    variables = dict(pair.split("=", 1) for pair in ended.stdout.decode().split("\0") if pair)
    assert variables == {
        "PATH": os.environ["PATH"],
        "HOME": str(runner.state_dir / "home"),
        "TMPDIR": str(runner.state_dir / "tmp"),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "CI": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "MODEL_KEY": "given",
    }


async def test_neither_the_guards_arguments_nor_their_environment_hold_more(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURSOR_ENCRYPTION_KEY", "canary")

    run = asyncio.create_task(runner.run("sh", "-c", "echo $PPID; exec sleep 600"))
    await until(runner.text)
    guard_of_it = Path("/proc") / runner.text()[0]
    told = (guard_of_it / "environ").read_bytes() + (guard_of_it / "cmdline").read_bytes()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run

    assert b"HOME=" in told
    assert b"canary" not in told


async def test_home_and_temporary_directory_exist_and_are_private(runner: Runner) -> None:
    ended = await runner.run("sh", "-c", 'touch "$HOME/a" "$TMPDIR/b" && pwd', keep_bytes=1000)

    assert ended.stdout.decode().strip() == str(runner.worktree)
    assert (runner.state_dir / "home/a").exists()
    assert (runner.state_dir / "tmp").stat().st_mode & 0o777 == 0o700


async def test_a_program_inherits_no_descriptor_of_the_server(runner: Runner) -> None:
    ended = await runner.run("ls", "/proc/self/fd", keep_bytes=1000)

    assert ended.stdout.split() == [b"0", b"1", b"2", b"3"]  # 3 is the directory it reads


@pytest.mark.parametrize(
    ("stdin", "read"), [(None, b""), (b"one\ntwo", b"one\ntwo"), (b"x" * 3_000_000, b"x" * 3_000_000)]
)
async def test_standard_input_is_what_was_given_or_nothing(runner: Runner, stdin: bytes | None, read: bytes) -> None:
    ended = await runner.run("cat", stdin=stdin, keep_bytes=4_000_000)

    assert ended.stdout == (stdin or b"")
    assert ended.code == 0


async def test_input_that_nobody_reads_is_no_trouble(runner: Runner) -> None:
    ended = await runner.run("true", stdin=b"x" * 3_000_000)

    assert (ended.ended, ended.code) == ("exited", 0)


@pytest.mark.parametrize(
    ("script", "code", "problem"),
    [
        ("exit 0", 0, None),
        ("exit 3", 3, None),
        ("exit 137", 137, None),
        ("kill -KILL $$", 137, "`sh` was ended by SIGKILL."),
        ("kill -SEGV $$", 139, "`sh` was ended by SIGSEGV."),
        ("kill -TERM 0; sleep 60", 143, "`sh` was ended by SIGTERM."),
    ],
)
async def test_the_exit_status_is_told_as_a_shell_has_it(
    runner: Runner, script: str, code: int, problem: str | None
) -> None:
    ended = await runner.run("sh", "-c", script)

    assert (ended.ended, ended.code, ended.problem) == ("exited", code, problem)


async def test_what_cannot_be_started_is_told_with_what_to_do(runner: Runner) -> None:
    (runner.worktree / "text").write_text("no program")
    (runner.worktree / "orphan").write_text("#!/no/such/interpreter\n")
    (runner.worktree / "orphan").chmod(0o755)
    (runner.worktree / "binary").write_bytes(b"\x7fELF nonsense")
    (runner.worktree / "binary").chmod(0o755)

    problems = [
        await runner.run(*argv) for argv in ([], ["no-such-tool"], ["./text"], ["./orphan"], ["./binary"], ["a\0b"])
    ]

    assert {ended.ended for ended in problems} == {"start"}
    words = [ended.problem or "" for ended in problems]
    for text, says in zip(
        words, ("no command", "install it", "executable bit", "interpreter", "not a program", "null byte"), strict=True
    ):
        assert says in text


async def test_a_directory_that_is_gone_is_told(runner: Runner) -> None:
    runner.worktree.rmdir()

    ended = await runner.run("true")

    assert ended.ended == "start"
    assert ended.problem == f"The directory {runner.worktree} cannot be used: No such file or directory."


async def test_a_state_directory_that_cannot_be_made_is_told(runner: Runner) -> None:
    runner.state_dir.write_text("in the way")

    ended = await runner.run("true")

    assert ended.ended == "start"
    assert "File exists" in (ended.problem or "")


async def test_limits_are_set_for_the_program(runner: Runner) -> None:
    limits = guard.Limits(file_bytes=4096, processes=resource.getrlimit(resource.RLIMIT_NPROC)[1])

    ended = await runner.run("sh", "-c", "ulimit -c; head -c 9999 /dev/zero > big", limits=limits)

    assert runner.text()[0] == "0"
    assert ended.code != 0
    assert (runner.worktree / "big").stat().st_size == 4096


async def test_a_setuid_program_gains_nothing(runner: Runner) -> None:
    await runner.run("grep", "NoNewPrivs", "/proc/self/status")

    assert runner.text() == ["NoNewPrivs:\t1"]


async def test_a_broken_pipe_ends_a_program_as_in_a_shell(runner: Runner) -> None:
    await runner.run("bash", "-c", "yes | head -n 1; echo ${PIPESTATUS[0]}")

    assert runner.text() == ["y", "141"]


async def test_a_reader_of_the_log_that_fails_ends_the_run_and_is_not_hushed_up(
    worktree: Path, state_dir: Path
) -> None:
    def fail(line: base.LogLine) -> None:
        raise LookupError(line.text)

    program = process.Program(("sh", "-c", "echo hi; sleep 600"), worktree, state_dir, 60, grace_seconds=0.2)

    with pytest.raises(LookupError, match="hi"):
        await process.run(program, fail)


async def test_output_for_a_parser_is_kept_whole_up_to_its_bound(runner: Runner) -> None:
    script = "print('x' * 5_000_000, end='')"

    whole = await runner.run(sys.executable, "-c", script, keep_bytes=5_000_000)
    cut = await runner.run(sys.executable, "-c", script, keep_bytes=1000)

    assert (len(whole.stdout), whole.overflowed) == (5_000_000, False)
    assert (len(cut.stdout), cut.overflowed) == (1000, True)


async def test_a_secret_is_in_no_line_of_the_log(runner: Runner) -> None:
    secret = redact.register("s3cret-of-a-test-" + "z" * 40)

    await runner.run(
        "printf", "%s", f"a {secret} b\n\x1b[31m{secret[:20]}\x1b[0m{secret[20:]}\n" + "y" * 65_500 + secret * 400
    )
    redact.forget(secret)

    assert runner.text()[:2] == ["a [redacted] b", "[redacted]"]
    assert "z" * 20 not in "".join(runner.text())
