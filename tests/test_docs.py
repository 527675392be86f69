"""The documentation says what the code does: its tables, commands, examples and links are held to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pydantic
import pytest
from ruamel.yaml import YAML

from app import repo_commands, repo_config
from app.cli import main
from app.commands import table
from app.config import Settings
from app.executors import binaries, registry
from app.handlers import _ROUTES
from app.lifecycle.gate import Gate
from app.words.gates import GATES

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / ".github").glob("*.md"))]
# GitHub sends these to every App.
UNASKED = {"installation", "installation_repositories", "installation_target", "ping"}


def test_the_readme_lists_every_setting_with_its_default():
    rows = dict(re.findall(r"^\| `(DURSOR_\w+)` \| (.+?) \|", README.read_text(), re.MULTILINE))
    fields = Settings.model_fields.items()
    assert rows == {f"DURSOR_{name.upper()}": _default(field.default) for name, field in fields}


def test_the_readme_has_the_help_of_the_commands():
    assert _between(README.read_text(), "<!-- commands:begin -->", "<!-- commands:end -->") == table.help_text()


def test_every_merge_gate_is_documented_and_has_its_words():
    section = _between((ROOT / "docs/reviews.md").read_text(), "## The gates\n", "\n## Merging")
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [gate.value for gate in Gate]
    assert list(GATES) == list(Gate)


def test_every_key_of_a_repository_is_documented_with_its_default():
    rows = re.findall(r"^\| `([\w.]+)` \| (.+?) \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    told = {key: _value(value) for key, value in rows}
    assert told == dict(_keys(repo_config.RepoConfig)) | dict(_keys(repo_commands.Command, "commands.NAME."))


def test_every_table_and_column_of_the_database_is_documented():
    sections = (ROOT / "docs/database.md").read_text().split("\n## ")[1:]
    told = {section.split("\n")[0]: re.findall(r"^\| `(\w+)`( \+)? \|", section, re.MULTILINE) for section in sections}
    assert {name: columns for name, columns in told.items() if columns} == _schema()


@pytest.mark.parametrize("number", [0, 1], ids=["minimal", "full"])
def test_an_example_of_a_configuration_is_valid(number):
    repo_config.parse(_examples()[number])


def test_the_full_example_names_every_key():
    given = YAML(typ="safe", pure=True).load(_examples()[1])
    wanted = dict(_keys(repo_config.RepoConfig)).keys() - {"commands"}
    assert wanted <= set(_paths(given))


def test_the_readme_subscribes_to_the_events_that_are_handled():
    told = re.search(r"\*\*Events\*\*: ([^.]*)\.", README.read_text())
    assert told is not None
    names = {"_".join(name.lower().split()) for name in told[1].split(",")}
    assert names == {event for event, _ in _ROUTES} - UNASKED


def test_what_is_said_to_be_missing_is_missing():
    told = _between(README.read_text(), "## What is not here yet\n", "\n## ")
    verbs, programs = (set(re.findall(rf"`{before}(\w+)`", told)) for before in ("/dursor ", "dursor "))
    assert not verbs & table.VERBS.keys()
    assert programs
    assert not programs & main.commands.keys()


def test_the_map_names_everything_in_the_package():
    told = set(re.findall(r"`(\w+(?:\.py|/))`", (ROOT / "docs/architecture.md").read_text()))
    there = {
        path.name + "/" * path.is_dir() for path in (ROOT / "app").iterdir() if not path.name.startswith(("__", "."))
    }
    assert there <= told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_or_a_heading_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", _without_code(page.read_text())):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not heading or heading in _headings(file.read_text()), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page):
    text = re.sub(r"## What is not here yet\n.*?(?=\n## )", "", page.read_text(), flags=re.DOTALL)
    for line in _code(text):
        for target in re.findall(r"(?:^|&& )make ([a-z]+)", line):
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), line
        if line.startswith("dursor "):
            _resolve(line.split("#")[0].split()[1:], line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_place_on_the_machine_it_was_written_on(page):
    text = page.read_text()
    assert str(ROOT) not in text
    assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work|Users)/\w", text)


def _resolve(words: list[str], line: str) -> None:
    """Walk from the group of all commands to the one that `words` name, then look at its options."""
    command: click.Command = main
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        assert words[0] in command.commands, line
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}
    assert {word for word in words if word.startswith("-")} <= known, line


def _code(text: str) -> Iterator[str]:
    """What is written as code: the lines of shell blocks, and code within sentences."""
    for language, block in re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL):
        if language in {"", "sh"}:
            yield from map(str.strip, block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", _without_blocks(text))


def _without_blocks(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]+`", "", _without_blocks(text))


def _headings(text: str) -> set[str]:
    """The anchors that GitHub gives to headings."""
    found = re.findall(r"^#+ (.+)$", _without_blocks(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def _between(text: str, begin: str, end: str) -> str:
    return text.split(begin, 1)[1].split(end, 1)[0].strip()


def _default(value: object) -> str:
    if value is None or value == ():
        return "not set"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _value(told: str) -> Any:
    """A value as the table writes it, in YAML; `required` where there is no default."""
    return told if told == "required" else YAML(typ="safe", pure=True).load(told.strip("`"))


def _keys(model: type[pydantic.BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every key below a section with its default as YAML has it."""
    for name, field in model.model_fields.items():
        if isinstance(field.default, pydantic.BaseModel):
            yield from _keys(type(field.default), f"{prefix}{name}.")
        elif field.is_required():
            yield prefix + name, "required"
        else:
            yield prefix + name, json.loads(json.dumps(field.default))


def _paths(data: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in data.items():
        yield prefix + key
        if isinstance(value, dict):
            yield from _paths(value, f"{prefix}{key}.")


def _examples() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)


def _schema() -> dict[str, list[tuple[str, str]]]:
    """The columns of each table in order; those behind the blank line of an older table are marked."""
    found = {}
    for name, body in re.findall(r"CREATE TABLE (\w+) \(\n(.*?)\n\);", (ROOT / "schema.sql").read_text(), re.DOTALL):
        first, _, added = body.partition("\n\n")
        column = re.compile(r"^    ([a-z]\w*) +[A-Z]", re.MULTILINE)
        found[name] = [(one, "") for one in column.findall(first)] + [(one, " +") for one in column.findall(added)]
    return found


def test_every_agent_is_described():
    told = (ROOT / "docs/agents.md").read_text()
    assert all(f"`{name}`" in told for name in registry.AGENTS)
    assert all(known.variable in told and known.oldest in told for known in binaries.KNOWN.values())
