"""The parts of an issue as a checklist, and what is said about them."""

from __future__ import annotations

from collections.abc import Sequence

from app.harmless import closed, code, harmless, line
from app.lifecycle.run import Phase
from app.store.connection import Row
from app.store.rows import from_json
from app.words.standing import PHASES

BACKLOG_MARKER = "<!-- dursor:backlog -->"
_TITLE, _DESCRIPTION, _ALL = 100, 1_500, 50_000
_TYPES = {"bug_fix": "bug fix"}


def backlog_comment(items: Sequence[Row], last: Row | None) -> str:
    """The checklist, without its marker; `last` is the executor run that split the issue last."""
    parts = ["### The parts of this issue"] if items else []
    parts.append("\n".join(_item(row) for row in items))
    if items:
        parts.append("Tick a part to have it done, or write `/dursor promote N`.")
    folded, room = [], _ALL
    for row in items:
        told = _details(row)
        room -= len(told)
        folded += [told] if row["archived_at"] is None and room > 0 else []
    parts += folded
    parts += _trouble(last)
    return "\n\n".join(part for part in parts if part)


def item_named(issue: int, row: Row) -> str:
    """What somebody asks for who promotes a part."""
    return f"Do part {row['number']} of issue #{issue}: {row['title']}" if issue else f"Do: {row['title']}"


def item_text(row: Row) -> str:
    """What a part says, for whoever works on it."""
    files = "\n".join(f"- {path}" for path in from_json(row["target_files"], []))
    steps = "\n".join(f"- {_step(step)}" for step in from_json(row["subtasks"], []))
    parts = [row["title"], row["description"]]
    parts += [f"Where to begin: {row['implementation_hint']}"] if row["implementation_hint"] else []
    parts += [f"Files:\n{files}"] if files else []
    parts += [f"Steps:\n{steps}"] if steps else []
    return "\n\n".join(part for part in parts if part)


def part_of(issue: int, number: int) -> str:
    """What the pull request of a part says instead of closing the issue."""
    return f"Part {number} of #{issue}, which is closed when every part is merged or archived."


def about_item(row: Row) -> str:
    """Which part a message on the issue is about, and how it is answered."""
    number = row["number"]
    return f"About part {number}, {line(row['title'], _TITLE)} (`/dursor promote {number} TEXT` answers):"


def no_such_item(number: int, known: Sequence[Row]) -> str:
    """A refusal of a number that no part has."""
    numbers = ", ".join(str(row["number"]) for row in known[:30])
    return f"There is no part {number} here. " + (f"There are {numbers}." if numbers else only_after_breakdown())


def only_after_breakdown() -> str:
    """That there are no parts yet."""
    return "`/dursor breakdown` splits the issue first."


def item_is_archived(number: int | None) -> str:
    """A refusal of a part that was put away; an item that is part of no issue has no number."""
    return f"{_called(number)} is archived: `dursor backlog archive --undo` or the API takes it back."


def item_is_done(number: int | None, pull: int | None) -> str:
    """A refusal of a part that was merged."""
    return f"{_called(number)} is done" + (f": #{pull}." if pull else ".")


def item_is_worked_on(number: int | None, pull: int | None) -> str:
    """An answer to a second `promote` that adds no words."""
    where = f" in #{pull}" if pull else ""
    how = f"`/dursor promote {number} TEXT`" if number else "A message to its task"
    return f"{_called(number)} is being worked on{where}. {how} gives one more instruction."


def _called(number: int | None) -> str:
    return f"Part {number}" if number else "The item"


def no_agent(executor: str) -> str:
    """A refusal of `breakdown` where only a command works."""
    return (
        f"{code(executor)} is a command and cannot split an issue: that needs an agent. Name one as `executor` or "
        "under `fallback` in `.github/dursor.yml`."
    )


def is_being_split() -> str:
    """An answer to a second `breakdown` before the first has ended."""
    return "This issue is being split already."


def splitting_ends() -> str:
    """An answer to `cancel` while an issue is being split."""
    return "The issue is not split any further. What was in the backlog before stays there."


def _item(row: Row) -> str:
    title, number = line(row["title"], _TITLE), row["number"]
    kind = f"{_TYPES.get(row['type'], row['type'])}, {row['estimated_size']}"
    if row["archived_at"] is not None:
        return f"- ~~{number}. {title}~~ · archived"
    told = f"**{number}. {title}** · {kind}"
    if row["phase"] is None:
        return f"- [ ] {told} <!-- /dursor promote {number} -->"
    phase = Phase(row["phase"])
    where = " · ".join(filter(None, [f"#{row['pull']}" if row["pull"] else "", PHASES[phase]]))
    box = "x" if phase is Phase.COMPLETED else " "
    again = f" <!-- /dursor promote {number} -->" if phase in {Phase.FAILED, Phase.CANCELED} else ""
    return f"- [{box}] {told} · {where}{again}"


def _details(row: Row) -> str:
    lines = [harmless(row["description"], _DESCRIPTION)]
    if files := from_json(row["target_files"], []):
        lines.append("Files: " + ", ".join(code(path, 200) for path in files))
    if row["implementation_hint"]:
        lines.append(f"Where to begin: {harmless(row['implementation_hint'], _DESCRIPTION)}")
    lines.append("\n".join(f"- {line(_step(step))}" for step in from_json(row["subtasks"], [])))
    if tags := from_json(row["tags"], []):
        lines.append("Tags: " + ", ".join(code(tag, 50) for tag in tags))
    inside = "\n\n".join(closed(part) for part in lines if part)
    title = line(row["title"], _TITLE)
    return f"<details><summary>{row['number']}. {title}</summary>\n\n{inside}\n\n</details>" if inside else ""


def _step(step: object) -> str:
    return str(step.get("title", "")) if isinstance(step, dict) else str(step)


def _trouble(last: Row | None) -> list[str]:
    """Why the last splitting brought nothing, and what was left out of it."""
    if last is None:
        return []
    if last["status"] in {"failed", "canceled"}:
        why = line(last["error"] or "nobody knows why", 600)
        return [f"⚠️ dursor could not split this issue: {why}. `/dursor breakdown` tries again."]
    return [line(note) for note in from_json(last["warnings"], [])]
