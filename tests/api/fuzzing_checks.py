"""Loaded by schemathesis: valid data is accepted, but for what no description can say.

A cursor is only good where it comes from, and a key only for the body that it came with first.
"""

from __future__ import annotations

import json
from typing import Any

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

_ONLY_WE_KNOW = {"urn:dursor:problem:bad-cursor", "urn:dursor:problem:key-reused"}


@schemathesis.check
def valid_data_acceptance(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> bool | None:
    if response.status_code in {400, 422} and json.loads(response.content).get("type") in _ONLY_WE_KNOW:
        return None
    return positive_data_acceptance(ctx, response, case)
