"""What is said of a configuration: whether a changed file is right, what it would change, what the operator cuts."""

from __future__ import annotations

from collections.abc import Sequence

from app.harmless import code, line
from app.repo_mistakes import Mistake
from app.store.connection import Row
from app.store.rows import from_json

CONFIG_CHECK_NAME = "dursor config"
CONFIG_MARKER = "<!-- dursor:config -->"
_SHOWN = 50


def config_is_wrong(mistakes: Sequence[Mistake]) -> tuple[str, str, str]:
    """Title, summary and conclusion for a file that cannot be used."""
    told = [
        f"- line {one.line}" + (f", {code(one.key)}" if one.key else "") + f": {line(one.words, 500)}"
        for one in mistakes[:_SHOWN]
    ]
    title = f"{len(mistakes)} mistake{'s' if len(mistakes) != 1 else ''}"
    after = "Once merged as it is, it would be ignored: the configuration in force now would stay."
    return title, "\n".join(["`.github/dursor.yml` cannot be used.", "", *told, "", after]), "failure"


def config_is_right(changed: Sequence[str], cuts: Sequence[str], *, is_gone: bool) -> tuple[str, str, str]:
    """Title, summary and conclusion for a file that can be used: what its merge would change."""
    title = "Nothing would change" if not changed else f"{len(changed)} change{'s' if len(changed) != 1 else ''}"
    parts = ["Without the file, every key has its default."] if is_gone else []
    if changed:
        parts.append("Once this is merged, this changes (in force now → then):")
        parts.append("\n".join(f"- {code(one, 300)}" for one in changed[:_SHOWN]))
    else:
        parts.append("Everything in force stays as it is.")
    if cuts:
        parts.append("The server's operator allows less than the file asks for:")
        parts.append("\n".join(f"- {code(one, 300)}" for one in cuts[:_SHOWN]))
    parts.append("Until then, the file of the default branch is in force.")
    return title, "\n\n".join(parts), "success"


def config_state(repo: Row) -> str:
    """What is to be known of a repository's configuration beside that it is in force; empty where that is all."""
    parts = []
    if repo["config_error"]:
        parts.append(f"The configuration is wrong, the last good one is in force: {line(repo['config_error'], 1000)}")
    if cuts := from_json(repo["config_cuts"], []):
        told = ", ".join(code(one, 300) for one in cuts[:_SHOWN])
        parts.append(f"The server's operator allows less than the configuration asks for: {told}")
    return "\n\n".join(parts)


def mode_not_allowed(most: str) -> str:
    """A refusal of a mode that the operator does not allow."""
    return f"The operator of this server allows `{most}` at most."
