"""The part of SARIF 2.1.0 that dursor reads, as narrow models: what is not named here is ignored.

Standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
Lists of things that stand alone are lenient: an element that does not fit is None, so that one
odd result costs itself and not the file, and indexes into the list stay right.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import pydantic
from pydantic.alias_generators import to_camel

MAX_LINE = 10_000_000

_T = TypeVar("_T")


class _Narrow(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True)


def _or_none(value: Any, handler: pydantic.ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except pydantic.ValidationError:
        return None


def _none_is_empty(value: Any) -> Any:
    return [] if value is None else value


def _line(value: Any) -> Any:
    return min(max(value, 1), MAX_LINE) if isinstance(value, int) else value


Lenient = Annotated[_T | None, pydantic.WrapValidator(_or_none)]
Listed = Annotated[list[_T], pydantic.BeforeValidator(_none_is_empty)]
Number = Annotated[int, pydantic.BeforeValidator(_line)]  # of a line or column, from 1


class Content(_Narrow):
    text: str | None = None


class Message(_Narrow):
    text: str | None = None
    markdown: str | None = None
    id: str | None = None
    arguments: Listed[str] = []


class ArtifactLocation(_Narrow):
    uri: str | None = None
    uri_base_id: str | None = None
    index: int | None = None


class Region(_Narrow):
    start_line: Number | None = None
    start_column: Number | None = None
    end_line: Number | None = None
    end_column: Number | None = None
    snippet: Content | None = None


class PhysicalLocation(_Narrow):
    artifact_location: ArtifactLocation | None = None
    region: Region | None = None


class Location(_Narrow):
    physical_location: PhysicalLocation | None = None


class Replacement(_Narrow):
    deleted_region: Region
    inserted_content: Content | None = None


class ArtifactChange(_Narrow):
    artifact_location: ArtifactLocation
    replacements: Listed[Replacement] = []


class Fix(_Narrow):
    artifact_changes: Listed[ArtifactChange] = []


class Suppression(_Narrow):
    status: str | None = None


class ComponentReference(_Narrow):
    index: int | None = None


class RuleReference(_Narrow):
    id: str | None = None
    index: int | None = None
    tool_component: ComponentReference | None = None


class Properties(_Narrow):
    tags: Lenient[list[str]] = None
    security_severity: Annotated[Lenient[float], pydantic.Field(alias="security-severity")] = None


class Configuration(_Narrow):
    level: str | None = None


class Rule(_Narrow):
    id: str
    name: str | None = None
    short_description: Lenient[Content] = None
    full_description: Lenient[Content] = None
    default_configuration: Lenient[Configuration] = None
    message_strings: Lenient[dict[str, Content]] = None
    properties: Lenient[Properties] = None


class Result(_Narrow):
    message: Message
    rule_id: str | None = None
    rule_index: int | None = None
    rule: RuleReference | None = None
    level: str | None = None
    kind: str | None = None
    baseline_state: str | None = None
    locations: Listed[Location] = []
    fixes: Listed[Lenient[Fix]] = []
    suppressions: Listed[Suppression] = []
    properties: Lenient[Properties] = None


class Component(_Narrow):
    name: str
    rules: Listed[Lenient[Rule]] = []


class Tool(_Narrow):
    driver: Component
    extensions: Listed[Component] = []


class Artifact(_Narrow):
    location: ArtifactLocation | None = None


class Invocation(_Narrow):
    execution_successful: bool = True


class Run(_Narrow):
    tool: Tool
    results: list[Any] | None = None  # each is read by itself, as many as there is room for; None: nobody looked
    artifacts: Listed[Lenient[Artifact]] = []
    invocations: Listed[Lenient[Invocation]] = []
    original_uri_base_ids: Lenient[dict[str, ArtifactLocation]] = None
    column_kind: str | None = None


class Log(_Narrow):
    version: str
    runs: list[Run]
