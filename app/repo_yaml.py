"""YAML of strangers into plain values, and from a value's place back to its line."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

MAX_DEPTH = 16


class NotYaml(ValueError):
    """The text is not YAML as it is allowed here; `line` counts from 1."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line
        self.words = words


Location = tuple[int | str, ...]
"""Keys and positions from the top of the document down to a value."""


def load(text: str) -> tuple[Any, Node | None]:
    """The plain values of a YAML 1.2 document and its nodes; an empty document is an empty mapping.

    Raises `NotYaml`; so do aliases, with which a small text can stand for a huge one, and keys given twice.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        _look_for_traps(yaml, text)
        node = yaml.compose(text)
        values = None if node is None else yaml.constructor.construct_document(node)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = (error.problem or "").strip().split("\n")[0]
        raise NotYaml(mark.line + 1 if mark else 1, words or "this is not YAML") from None
    except ReaderError as error:
        raise NotYaml(text.count("\n", 0, error.position) + 1, "a control character is not allowed") from None
    except NotYaml:
        raise
    except (YAMLError, RecursionError, ValueError):
        raise NotYaml(1, "this is not YAML") from None
    return ({} if values is None else values), node


def line_of(node: Node | None, location: Location) -> int:
    """The line of a key, or of the nearest thing around it that exists."""
    line = node.start_mark.line + 1 if node else 1
    for step in location:
        if isinstance(node, MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _look_for_traps(yaml: YAML, text: str) -> None:
    depth = 0
    for event in yaml.parse(text):
        if isinstance(event, AliasEvent):
            raise NotYaml(event.start_mark.line + 1, "anchors and aliases are not allowed")
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:  # the parser's time grows with the square of the depth
            raise NotYaml(event.start_mark.line + 1, f"more than {MAX_DEPTH} levels are not allowed")
