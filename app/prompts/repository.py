"""The repository's own instructions to agents, as its base branch has them."""

from __future__ import annotations

from collections.abc import Mapping

from app.prompts import fences, seen

FILES = ("AGENTS.md", "CLAUDE.md", "GEMINI.md")
"""Read at the root of the base branch, never of a pull request; programs do not load theirs by themselves."""

MAX_FILE_BYTES = 64 * 1024
_EACH, _ALL = 8_000, 16_000


def repository(files: Mapping[str, bytes]) -> str:
    """The files of that name, to be added to an instruction; empty where none says anything. Equal ones count once."""
    texts: dict[str, str] = {}
    for name, content in files.items():
        text = seen.rendered(content.decode("utf-8", "replace")).strip()
        if text and text not in texts.values():
            texts[name] = text
    if not texts:
        return ""
    share = max(_ALL // len(texts), _EACH // 2)
    told = "\n\n".join(f"{name}:\n{fences.head(text, min(share, _EACH))}" for name, text in texts.items())
    return fences.Fences().request("the repository's own instructions to agents, of its base branch", told)
