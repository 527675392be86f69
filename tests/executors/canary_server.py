"""A server with secrets, as far as a program could tell: `python canary_server.py LEVEL FOLDER` lets a hunter loose.

With the name of a real agent as a third argument, the hunter is a program that this agent runs.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from app import containment
from app.cli import serve
from app.config import Settings
from app.executors import base, command, sandbox
from app.executors.agent import Agent
from tests import agent_programs, providers
from tests.executors import agent_scenarios


async def main(level: sandbox.Level | Literal["none"], folder: Path, agent: str | None = None) -> None:
    """Be that server until the hunter has come back."""
    serve.hide_memory() if level != "none" else None
    held = ["CANARY", os.environ.pop("CANARY_SEED"), "memory"]
    secrets = ["_".join(held), "_".join([*held[:2], "descriptor"]), "_".join([*held[:2], "socket"])]
    reader, writer = os.pipe()
    os.write(writer, secrets[1].encode())
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0dursor-test-{held[1]}")
        listener.listen()
        threading.Thread(target=_give_away, args=(listener, secrets[2]), daemon=True).start()
        words = (sys.executable, "hunter.py", str(folder), str(os.getpid()))
        worktree = folder / "data/worktrees/own.0"
        if level == "none":
            subprocess.run(words, check=True, cwd=worktree, pass_fds=[reader])  # noqa: ASYNC221
        else:
            box = replace(containment.of(Settings.load()), level=level)
            request = base.Request("1", 1, worktree, folder / "data/state/own", "Hunt.", "edit", 90.0, words, box=box)
            result = await (_by_agent(agent, request) if agent else command.Command().run(request, lambda _: None))
            sys.stdout.write(f"{result.output}\n{result.error}\n")
    os.close(reader)
    os.close(writer)


async def _by_agent(name: str, request: base.Request) -> base.Result:
    """Have the agent run the hunter; what that says is taken for the agent's own output."""
    way, said = agent_scenarios.WAYS[name], request.worktree / "said.txt"
    hunt = way.shell(f"{shlex.join(request.argv)} > said.txt 2>&1")
    async with providers.serve(providers.Script(hunt, providers.Say("Done."))) as provider:
        access = base.Access(provider.url + way.path, agent_scenarios.KEY)
        runs = Agent(way.dialect, agent_programs.command(way.program))
        asked = replace(request, access=access, model=way.model, contained=request.box.contains)
        running = asyncio.create_task(runs.run(asked, lambda _: None))
        while not running.done() and not (said.exists() and said.read_text().endswith("hunted\n")):
            await asyncio.sleep(0.1)
        running.cancel()  # the hunter may have read what its agent waits for
        await asyncio.wait({running})
    return base.Result("completed", "", output=said.read_text() if said.exists() else str(running))


def _give_away(listener: socket.socket, secret: str) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(secret.encode())


if __name__ == "__main__":
    asyncio.run(main(cast("sandbox.Level", sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
