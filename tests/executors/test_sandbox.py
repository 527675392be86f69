"""A contained program works in its worktree, and whatever it tries ends there."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from app.executors import base, command, landlock, sandbox, sarif, view
from tests.executors.programs import Marker, Runner

CONTAINED = [level for level in sandbox.levels() if level in {"namespaces", "landlock"}]


@pytest.fixture(params=CONTAINED)
def box(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sandbox.Sandbox:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    return sandbox.Sandbox(request.param, hidden=(tmp_path / "data",))


async def test_a_program_works_in_its_worktree_its_state_and_its_temporary_directory(
    runner: Runner, box: sandbox.Sandbox
) -> None:
    script = 'git init -q . && echo x > made && mv made moved && touch "$HOME/a" "$TMPDIR/b" && python -c "print(42)"'

    ended = await runner.run("sh", "-c", script, box=box)

    assert (ended.code, runner.text()) == (0, ["42"])
    assert (runner.worktree / "moved").read_text() == "x\n"
    assert (runner.state_dir / "home/a").exists()


async def test_a_reviewer_changes_nothing(worktree: Path, state_dir: Path, box: sandbox.Sandbox) -> None:
    (worktree / "a.py").write_text("A = 1\n")
    script = "echo spoilt > a.py; rm -f a.py; touch new; cat a.py"
    request = base.Request("1", 1, worktree, state_dir, "", "review", 60, ("sh", "-c", script), box=box)

    result = await command.Command().run(request, lambda _: None)

    assert "A = 1" in result.output
    assert os.listdir(worktree) == ["a.py"]  # noqa: PTH208 (a loop runs, and one directory is not worth a thread)
    assert (worktree / "a.py").read_text() == "A = 1\n"


async def test_nothing_is_written_outside_and_no_link_leads_there(
    runner: Runner, box: sandbox.Sandbox, tmp_path: Path
) -> None:
    victim = tmp_path / "data" / "victim"
    victim.parent.mkdir()
    victim.write_text("untouched")
    (runner.worktree / "link").symlink_to(victim)
    (runner.worktree / "up").symlink_to(tmp_path)
    script = f"""
for place in link up/data/victim {victim} /proc/self/root{victim} ../data/victim
do echo spoilt > $place; cat $place; ln $place hard; truncate -s 0 $place; rm -f $place; done 2>/dev/null
for place in /usr /etc /usr/local/bin /var /proc/sys/kernel /sys/kernel
do touch $place/dursor-was-here && echo wrote $place; done 2>/dev/null
(: >> /proc/sys/kernel/core_pattern) 2>/dev/null && echo opened core_pattern
(: >> /proc/sysrq-trigger) 2>/dev/null && echo opened sysrq
true"""

    await runner.run("sh", "-c", f"{script}\n(: > {tmp_path}/dursor-was-here) 2>/dev/null; true", box=box)

    assert not [line for line in runner.text() if line.startswith(("untouched", "opened", "wrote"))]
    assert victim.read_text() == "untouched"
    assert not (tmp_path / "dursor-was-here").exists()


# A program that becomes root of namespaces of its own inside, and turns mounts around.
MOUNTS = """
unshare -Urm sh -c '
umount -l /usr; umount -l {hidden}; umount -l /tmp; mount -o remount,rw,bind / ; mount -o remount,rw,bind /usr
mount --bind / /tmp; mount -t proc proc /proc; cat {hidden}/secret /tmp{hidden}/secret /proc/1/root{hidden}/secret
touch /usr/dursor-was-here /dursor-was-here' 2>/dev/null
cat {hidden}/secret 2>/dev/null
chroot . true 2>/dev/null && echo chroot
mknod disk b 254 0 2>/dev/null && echo mknod
true
"""


async def test_no_trick_with_mounts_roots_or_devices_uncovers_anything(
    runner: Runner, box: sandbox.Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/secret").write_text("secret")

    await runner.run("sh", "-c", MOUNTS.format(hidden=tmp_path / "data"), box=box)

    assert runner.text() == []
    assert not {"dursor-was-here"} & {*os.listdir("/usr"), *os.listdir("/")}  # noqa: PTH208 (as above)


async def test_no_program_gains_a_capability_nor_a_terminal(runner: Runner, box: sandbox.Sandbox) -> None:
    script = "grep -E '^(Cap(Eff|Prm|Amb)|NoNew)' /proc/self/status; (: < /dev/tty) 2>/dev/null && echo terminal"

    await runner.run("sh", "-c", script, box=box)

    zeros = "0" * 16
    assert runner.text() == [f"CapPrm:\t{zeros}", f"CapEff:\t{zeros}", f"CapAmb:\t{zeros}", "NoNewPrivs:\t1"]


KILLER = """
import contextlib, os, signal
for name in [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
    with contextlib.suppress(OSError):
        os.kill(int(name), 0)
        print("may signal", name)
print("done")
"""


async def test_the_guards_and_the_server_cannot_be_signalled(
    runner: Runner, box: sandbox.Sandbox, marker: Marker
) -> None:
    ended = await runner.run(sys.executable, "-c", KILLER, marker.value, box=box)

    reached = [line for line in runner.text() if line.startswith("may signal")]
    knows = box.level == "namespaces" or landlock.version() >= landlock.SCOPES  # as docs/operations.md says
    assert ended.code == 0
    assert len(reached) <= (3 if knows else 10_000)  # itself, and bwrap's first process inside


async def test_a_file_without_end_and_a_fork_bomb_end_with_the_run(
    runner: Runner, box: sandbox.Sandbox, marker: Marker
) -> None:
    bomb = "import os, time\nfor _ in range(8): os.fork()\ntime.sleep(600)"
    script = f"head -c 9999 /dev/zero > big; setsid {sys.executable} -I -S -c '{bomb}' {marker.value} & wait"

    ended = await runner.run("sh", "-c", script, box=box, timeout_seconds=3, grace_seconds=0.2)

    assert ended.ended == "timeout"
    assert marker.carriers() == []


async def test_sigterm_reaches_the_program_inside(runner: Runner, box: sandbox.Sandbox) -> None:
    script = "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.05; done"

    ended = await runner.run("bash", "-c", script, box=box, timeout_seconds=2)

    assert (ended.ended, ended.code, runner.text()[-1]) == ("timeout", 7, "bye")


async def test_a_signal_that_ended_a_program_is_told(runner: Runner, box: sandbox.Sandbox) -> None:
    ended = await runner.run("sh", "-c", "kill -9 $$", box=box)

    assert (ended.code, ended.problem) == (137, "`sh` was ended by SIGKILL.")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no-such-program", "was not found on PATH"),
        ("./missing", "does not exist"),
        ("./text", "may not be executed"),
        ("{outside}/tool", "is out of reach in the sandbox: put it on dursor's PATH"),
    ],
)
async def test_a_program_that_cannot_be_started_inside_is_told(
    runner: Runner, box: sandbox.Sandbox, tmp_path: Path, name: str, says: str
) -> None:
    (runner.worktree / "text").write_text("text")
    (tmp_path / "tool").write_text("#!/bin/sh\n")
    (tmp_path / "tool").chmod(0o755)

    ended = await runner.run(name.format(outside=tmp_path), box=box)

    assert ended.ended == "start"
    assert says in (ended.problem or "")


async def test_what_an_operator_shows_is_seen_but_for_what_is_hidden_in_it(
    runner: Runner, box: sandbox.Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/secret").write_text("secret")
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown/tool").write_text("#!/bin/sh\necho used\n")
    (tmp_path / "shown/tool").chmod(0o755)
    shown = sandbox.Sandbox(box.level, box.hidden, (tmp_path,))

    await runner.run(str(tmp_path / "shown/tool"), box=shown)
    await runner.run("cat", str(tmp_path / "data/secret"), box=shown)

    assert runner.text()[0] == "used"
    assert "secret" not in runner.text()


async def test_a_cancellation_while_the_sandbox_is_made_leaves_nothing(
    runner: Runner, box: sandbox.Sandbox, marker: Marker
) -> None:
    for pause in (0.0, 0.02, 0.05, 0.1):
        run = asyncio.create_task(runner.run("sleep", "600", box=box, env={"MARKER": marker.value}))
        await asyncio.sleep(pause)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert marker.carriers() == []


def test_a_path_of_the_sandbox_is_one_of_the_worktree(worktree: Path) -> None:
    (worktree / "a.py").write_text("import os\n")
    uri = f"file://{view.TREE}/a.py"
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}
    result = {"message": {"text": "unused"}, "locations": [{"physicalLocation": place}]}
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "lint"}}, "results": [result]}]}

    (finding,) = sarif.parse(json.dumps(log), worktree, {}).findings

    assert (finding.path, finding.line_start) == ("a.py", 1)
