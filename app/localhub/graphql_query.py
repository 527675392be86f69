"""Reads a GraphQL document: one operation with its variables put in, fragments put in their places.

The part of https://spec.graphql.org/October2021/ that queries for pull requests use; directives and
subscriptions are refused.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any

TOKEN = re.compile(
    r"[\s,﻿]+|#[^\n]*|(?P<token>\.\.\.|[!$():=@\[\]{}|&]|[_A-Za-z]\w*"
    r'|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\n]|\\.)*")'
)
DEEPEST = 30


class SyntaxWrong(ValueError):
    """The document cannot be read; the text says why."""


@dataclasses.dataclass(frozen=True)
class Field:
    """A field that is asked for; `on` is the type a fragment limits it to."""

    name: str
    alias: str
    arguments: dict[str, Any]
    fields: tuple[Field, ...]
    on: str | None = None


@dataclasses.dataclass(frozen=True)
class Operation:
    kind: str  # query or mutation
    fields: tuple[Field, ...]


def parse(text: str, variables: Mapping[str, Any]) -> Operation:
    """The one operation of the document. Raises SyntaxWrong."""
    reader = _Reader(_tokens(text), dict(variables))
    found = []
    while reader.rest:
        if reader.peek() == "fragment":
            reader.fragment()
        else:
            found.append(reader.operation())
    if len(found) != 1:
        raise SyntaxWrong("A document has one operation here")
    kind, fields = found[0]
    return Operation(kind, tuple(reader.spread(fields)))


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise SyntaxWrong(f"Unexpected character: {text[at]!r}")
        if match["token"]:
            found.append(match["token"])
        at = match.end()
    return found[::-1]


@dataclasses.dataclass
class _Reader:
    rest: list[str]  # the next token is the last
    variables: dict[str, Any]
    fragments: dict[str, tuple[str, list[Field]]] = dataclasses.field(default_factory=dict)
    depth: int = 0

    def peek(self) -> str:
        return self.rest[-1] if self.rest else ""

    def take(self, wanted: str = "") -> str:
        if not self.rest or (wanted and self.rest[-1] != wanted):
            raise SyntaxWrong(f"Expected {wanted or 'more'}, actual: {self.peek() or 'the end'}")
        return self.rest.pop()

    def operation(self) -> tuple[str, list[Field]]:
        kind = "query" if self.peek() == "{" else self.take()
        if kind not in ("query", "mutation"):
            raise SyntaxWrong(f"Expected query or mutation, actual: {kind}")
        if self.peek() not in ("{", "("):
            self.take()
        if self.peek() == "(":
            self.definitions()
        return kind, self.selection()

    def definitions(self) -> None:
        self.take("(")
        while self.peek() != ")":
            self.take("$")
            name = self.take()
            self.take(":")
            while self.peek() not in ("$", ")", "="):
                self.take()
            if self.peek() == "=":
                self.take()
                self.variables.setdefault(name, self.value())
        self.take(")")

    def fragment(self) -> None:
        self.take("fragment")
        name = self.take()
        self.take("on")
        kind = self.take()
        self.fragments[name] = (kind, self.selection())

    def selection(self) -> list[Field]:
        self.take("{")
        self.depth += 1
        if self.depth > DEEPEST:
            raise SyntaxWrong("The document is nested too deeply")
        found: list[Field] = []
        while self.peek() != "}":
            if self.peek() == "...":
                found += self.fragment_here()
            else:
                found.append(self.field())
        self.take("}")
        self.depth -= 1
        return found

    def fragment_here(self) -> list[Field]:
        self.take("...")
        if self.peek() == "on":
            self.take()
            kind = self.take()
            return [dataclasses.replace(field, on=kind) for field in self.selection()]
        return [Field(self.take(), "...", {}, ())]

    def field(self) -> Field:
        alias = name = self.take()
        if self.peek() == ":":
            self.take()
            name = self.take()
        arguments = {}
        if self.peek() == "(":
            self.take()
            while self.peek() != ")":
                key = self.take()
                self.take(":")
                arguments[key] = self.value()
            self.take()
        fields = self.selection() if self.peek() == "{" else []
        return Field(name, alias, arguments, tuple(fields))

    def value(self) -> Any:
        word = self.take()
        if word == "$":
            return self.variables.get(self.take())
        if word == "[":
            items = []
            while self.peek() != "]":
                items.append(self.value())
            self.take()
            return items
        if word == "{":
            pairs = {}
            while self.peek() != "}":
                key = self.take()
                self.take(":")
                pairs[key] = self.value()
            self.take()
            return pairs
        try:
            return json.loads(word)
        except ValueError:
            return word  # an enum value

    def spread(self, fields: list[Field], inside: tuple[str, ...] = ()) -> list[Field]:
        """The fields with named fragments written out."""
        found: list[Field] = []
        for field in fields:
            if field.alias != "...":
                found.append(dataclasses.replace(field, fields=tuple(self.spread(list(field.fields), inside))))
                continue
            if field.name not in self.fragments or field.name in inside:
                raise SyntaxWrong(f"Fragment {field.name} is not defined, or contains itself")
            kind, parts = self.fragments[field.name]
            found += [dataclasses.replace(part, on=kind) for part in self.spread(parts, (*inside, field.name))]
        return found
