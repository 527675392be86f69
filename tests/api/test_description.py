"""The API's description is valid, whole and without secrets, and the documentation says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openapi_spec_validator

from app.web.api.problems import KINDS
from app.web.api.table import OPERATIONS, described
from tests.api.server import KEY
from tests.edge.front import ADMIN

ROOT = Path(__file__).resolve().parents[2]


def test_the_description_is_openapi_3_1():
    openapi_spec_validator.validate(described().root, cls=openapi_spec_validator.OpenAPIV31SpecValidator)


async def test_the_description_is_served_and_tells_no_secret(api):
    answer = await api.ask("GET", "/openapi.json")
    assert answer.json == described().root
    assert not [secret for secret in (ADMIN, KEY) if secret.encode() in answer.body]


def test_every_operation_is_described_once_under_a_name_of_its_own():
    paths = described().root["paths"]
    told = {(method.upper(), path): one["operationId"] for path, has in paths.items() for method, one in has.items()}
    assert told == {(one.method, one.path): one.name for one in OPERATIONS}
    assert len(set(told.values())) == len(OPERATIONS)


def test_every_text_and_list_that_may_be_sent_has_a_bound():
    schemas = described().root["components"]["schemas"]
    sent = [json.dumps(one.body.__name__)[1:-1] for one in OPERATIONS if one.body is not None]
    assert sent
    for name in [*sent, "Subtask"]:
        assert schemas[name]["additionalProperties"] is False
        for field in _leaves(schemas[name]["properties"].values()):
            if field.get("type") == "string":
                assert {"maxLength", "enum", "const"} & field.keys() or "{" in field["pattern"], (name, field)
            if field.get("type") == "array":
                assert field["maxItems"] <= 100


def test_the_documentation_names_every_problem_and_every_family():
    page = (ROOT / "docs/api.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(name, str(kind.status), kind.means) for name, kind in KINDS.items()]
    families = {"/" + one.path.split("/")[1] for one in OPERATIONS}
    assert not [family for family in families if f"{family}`" not in page]


def _leaves(fields):
    for field in fields:
        yield field
        yield from _leaves([*field.get("anyOf", []), *([field["items"]] if "items" in field else [])])
