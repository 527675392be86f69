"""A small coding agent of our own, on the owner's key: a model, a few tools on files, and a loop with limits.

    agent.PatchAgent            the executor: deadlines, money, the verdict
        loop.Loop                   turns: what the model says, which tools it calls, when it is done
            clients.connect             one of three providers, by its own client (`*_model.py`)
            toolbox.Toolbox             what a tool may be called with, and how often
                looking, changing           files of the worktree
                    paths                       and nothing outside of it
            conversation, sessions      what was said, cut to what the model can hold; kept for a later run

It runs no program: what the model asks for is done here, and there is no tool for a shell.
"""

from __future__ import annotations

from app.executors.patch_agent.agent import PatchAgent

__all__ = ["PatchAgent"]
