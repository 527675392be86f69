"""A server that ends in the middle of an executor's work leaves nothing of it, and the next one does the work."""

from __future__ import annotations

import signal

import pytest

from tests.crash import ledger, life, process

SLOW_ONCE = """sh, -c, 'test -e "$HOME/begun" ||
    { touch "$HOME/begun"; echo slow > slow.txt; setsid sleep 600 & sleep 600; };
    exec ruff check --no-cache --fix .'"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -9)], ids=["TERM", "KILL"])
async def test_it_takes_its_executors_along_and_the_next_start_goes_on(hub, tmp_path, number, code):
    folder = tmp_path / "data"
    async with life.led(hub, folder, 601, autofix=SLOW_ONCE) as lived:
        await lived.until(lambda: len(list(folder.glob("worktrees/*/slow.txt"))) == life.IN_FLIGHT, "nothing runs")
        lived.more = False

        lived.server.signal(number)

        assert await lived.server.ended() == code
        await process.nobody_left(folder)
        await lived.server.start()
        await lived.to_the_end()
        found = await ledger.problems(lived)
        assert not found, lived.told("not as it must be", found)
        assert await hub.read(lived.repo, "slow.txt") is None  # half-done work counts for nothing
