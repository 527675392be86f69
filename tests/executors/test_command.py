"""The `command` executor: any program, its verdict, its summary, the instruction it is given."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import redact
from app.executors import base, command, sarif


@pytest.fixture
def request_for(worktree: Path, state_dir: Path) -> Callable[..., base.Request]:
    def make(
        *argv: str, mode: base.Mode = "edit", output: base.Output = "text", seconds: float = 60,
        codes: base.Codes | None = None,
    ) -> base.Request:  # fmt: skip
        return base.Request(
            run_id="7",
            attempt=1,
            worktree=worktree,
            state_dir=state_dir,
            instruction="Fix what CI says.\nÄ",
            mode=mode,
            timeout_seconds=seconds,
            argv=argv,
            output=output,
            codes=codes,
        )

    return make


Make = Callable[..., base.Request]


async def run(request: base.Request) -> tuple[base.Result, list[str]]:
    log: list[base.Event] = []
    result = await command.Command().run(request, log.append)
    return result, [event.text for event in log if isinstance(event, base.LogLine) and event.stream == "dursor"]


def names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


def plant_link(place: Path, victim: Path) -> None:
    victim.write_text("untouched")
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(victim)


@pytest.mark.parametrize(
    ("mode", "output", "code", "status"),
    [
        ("edit", "text", 0, "completed"),
        ("edit", "text", 1, "completed"),
        ("edit", "text", 2, "failed"),
        ("review", "sarif", 0, "completed"),
        ("review", "sarif", 1, "completed"),
        ("review", "sarif", 2, "failed"),
        ("review", "text", 0, "completed"),
        ("review", "text", 1, "failed"),
    ],
)
async def test_the_exit_code_is_judged_by_what_the_command_is_for(
    request_for: Make, mode: base.Mode, output: base.Output, code: int, status: base.Status
) -> None:
    result, notes = await run(request_for("sh", "-c", f"exit {code}", mode=mode, output=output))

    assert (result.status, result.exit_code) == (status, code)
    assert notes == ([f"Exit code {code} counts as completed for this command."] if code and not result.error else [])
    assert result.kind == (None if status == "completed" else "exit")


@pytest.mark.parametrize(
    ("code", "status", "is_unchanged"),
    [(0, "completed", True), (5, "completed", False), (1, "failed", False), (2, "failed", False)],
)
async def test_codes_may_be_made_to_mean_changed_nothing_and_failed(
    request_for: Make, code: int, status: base.Status, is_unchanged: bool
) -> None:
    codes = base.Codes(changed=frozenset({5}), nothing=frozenset({0}))

    result, _ = await run(request_for("sh", "-c", f"exit {code}", codes=codes))

    assert (result.status, result.is_unchanged) == (status, is_unchanged)


async def test_a_signal_is_a_failure_whatever_codes_count(request_for: Make) -> None:
    codes = base.Codes(changed=frozenset({137}), nothing=frozenset())

    result, _ = await run(request_for("sh", "-c", "kill -9 $$", codes=codes))

    assert (result.status, result.kind, result.error) == ("failed", "exit", "`sh` was ended by SIGKILL.")


async def test_the_instruction_comes_on_standard_input_and_in_a_file_outside_the_worktree(
    request_for: Make, worktree: Path
) -> None:
    result, _ = await run(request_for("sh", "-c", 'cat; echo; cat "$DURSOR_INSTRUCTION_FILE"; echo; ls -A'))

    assert result.output == "Fix what CI says.\nÄ\nFix what CI says.\nÄ\n"
    assert names(worktree) == []


async def test_a_link_left_in_place_of_the_instruction_is_not_followed(
    request_for: Make, state_dir: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    plant_link(state_dir / "instruction.md", victim)

    result, _ = await run(request_for("true"))

    assert result.status == "completed"
    assert victim.read_text() == "untouched"


async def test_an_instruction_that_cannot_be_written_is_a_result_in_words(request_for: Make, state_dir: Path) -> None:
    plant_link(state_dir, state_dir.parent / "a file")

    result, _ = await run(request_for("true"))

    assert (result.status, result.kind) == ("failed", "start")
    assert "could not be written" in (result.error or "")


async def test_a_missing_program_is_a_result_that_says_what_to_do(request_for: Make) -> None:
    result, _ = await run(request_for("no-such-linter", "--fix"))

    assert (result.status, result.kind, result.exit_code) == ("failed", "start", None)
    assert (
        result.error == "`no-such-linter` was not found on PATH: install it where dursor runs, or give its full path."
    )


async def test_the_summary_is_one_line_of_name_end_and_last_words(request_for: Make) -> None:
    result, _ = await run(request_for("sh", "-c", "echo one; echo 'Found 2 errors.' >&2; echo; exit 1"))

    assert result.summary.startswith("sh -c ")
    assert result.summary.endswith(": exit 1: Found 2 errors.")
    assert "\n" not in result.summary


async def test_a_command_over_its_time_is_timed_out(request_for: Make) -> None:
    result, _ = await run(request_for("sleep", "600", seconds=0.5))

    assert (result.status, result.kind) == ("timed_out", "timeout")
    assert result.error == "It was stopped after 0.5 seconds, its time limit."


async def test_what_is_left_running_is_told(request_for: Make) -> None:
    _, notes = await run(request_for("sh", "-c", "sleep 600 & sleep 600 & echo up"))

    assert notes == ["2 background process(es) were still running and were killed."]


async def test_secrets_are_in_no_text_of_the_result(request_for: Make) -> None:
    secret = redact.register("s3cret-of-a-test-" + "v" * 20)

    result, _ = await run(request_for("sh", "-c", f"echo {secret}; exit 3", output="text"))
    redact.forget(secret)

    assert result.output == "[redacted]\n"
    assert secret not in repr(result)


async def test_more_sarif_than_can_be_read_is_a_failure_in_words(request_for: Make) -> None:
    result, _ = await run(request_for(sys.executable, "-c", "print('x' * 11_000_000)", mode="review", output="sarif"))

    assert (result.status, result.kind) == ("failed", "protocol")
    assert "more than 10 MB" in (result.error or "")


async def test_ruff_fixes_what_it_can_and_reviews_the_rest(request_for: Make, worktree: Path) -> None:
    (worktree / "a.py").write_text("import os\nassert True\n")
    ruff = (sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F401,S101")

    fixed, _ = await run(request_for(*ruff, "--fix", "."))
    reviewed, _ = await run(request_for(*ruff, "--output-format", "sarif", ".", mode="review", output="sarif"))

    assert (fixed.status, fixed.exit_code) == ("completed", 1)
    assert (worktree / "a.py").read_text() == "assert True\n"
    assert [finding.rule for finding in sarif.parse(reviewed.output, worktree).findings] == ["S101"]


async def test_two_runs_do_not_disturb_each_other(request_for: Make) -> None:
    results = await asyncio.gather(*(run(request_for("sh", "-c", f"sleep 0.2; echo {n}")) for n in range(5)))

    assert [result.output for result, _ in results] == [f"{n}\n" for n in range(5)]
