"""Mistakes in `.github/dursor.yml`: the line, the key and what is wrong, for an error in words and for annotations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic_core import ErrorDetails
from ruamel.yaml.nodes import Node

from app import repo_yaml
from app.errors import ConfigError

_TOLD = 5
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake; `key` is empty where the file is no YAML. Lines count from 1."""

    line: int
    key: str
    words: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.key}: {self.words}" if self.key else f"line {self.line}: {self.words}"


class WrongConfig(ConfigError):
    """A file that cannot be used; the text names the first five mistakes, `mistakes` has the first fifty."""

    def __init__(self, path: str, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)[:_KEPT]
        super().__init__(f"{path}: " + "; ".join(map(str, self.mistakes[:_TOLD])))


def located(node: Node | None, problems: Iterable[tuple[repo_yaml.Location, str]]) -> list[Mistake]:
    """Problems at places of the document as mistakes at its lines."""
    return [
        Mistake(repo_yaml.line_of(node, place), ".".join(map(str, place)) or "the file", words)
        for place, words in problems
    ]


def problem(found: ErrorDetails) -> tuple[repo_yaml.Location, str]:
    """What pydantic found: the place and words for people."""
    place = tuple(step for step in found["loc"] if step != "[key]")  # pydantic's mark for a key that is wrong itself
    unknown = found["type"] == "extra_forbidden"
    return place, "there is no such key" if unknown else found["msg"].removeprefix("Value error, ")
