"""Candidates work at the same time, as many as the server's setting lets, and no more."""

from __future__ import annotations

import itertools
import re

import pytest

from tests import ports
from tests.stories import competing, scenes
from tests.stories import server as servers

TIMED = """python3, -c, "import time; a = time.time(); time.sleep(0.3); """
TIMED += """open('{0}', 'w').write(f'{{a}} {{time.time()}}\\\\n')\""""
HEARS = """python3, -c, "import socket as s; c = s.create_server(('127.0.0.1', {0})); c.settimeout(30); c.accept(); """
TELLS = """python3, -c, "import socket as s, time; ok = lambda: s.socket().connect_ex(('127.0.0.1', {0})) == 0; """
TELLS += """ends = time.time() + 30; list(iter(lambda: ok() or time.time() > ends or time.sleep(0.05), True)); """


@pytest.fixture(name="port")
def port_fixture():
    with ports.held() as holder:
        yield holder.getsockname()[1]


async def patches(hub, server, repo):
    """What each candidate changed, once both are done."""
    issue = hub.open_issue(repo, "Count", "", "alice")
    hub.comment(issue, "/dursor use one,two", author="bob")
    await competing.pulls_of(server, repo)
    return [row["patch"] for row in await scenes.rows(server, "SELECT patch FROM runs ORDER BY id")]


async def test_candidates_work_at_the_same_time(hub, tmp_path, port):
    one = HEARS.format(port) + "open('one.py', 'w').write('MET = 1\\\\n')\""
    two = TELLS.format(port) + "open('two.py', 'w').write('MET = 2\\\\n')\""
    async with servers.running(hub, tmp_path / "data", max_parallel_runs=2) as server:
        repo = await competing.repository(hub, one=one, two=two)
        assert ["+MET" in patch for patch in await patches(hub, server, repo)] == [True, True]


async def test_no_more_of_them_work_at_once_than_the_server_lets(hub, tmp_path):
    async with servers.running(hub, tmp_path / "data", max_parallel_runs=1) as server:
        repo = await competing.repository(hub, one=TIMED.format("one.txt"), two=TIMED.format("two.txt"))
        told = await patches(hub, server, repo)
    times = sorted(
        tuple(map(float, re.findall(r"^\+(\d+\.\d+) (\d+\.\d+)$", patch, re.MULTILINE)[0])) for patch in told
    )
    assert len(times) == 2
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(times))
