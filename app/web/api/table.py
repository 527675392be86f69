"""Every operation of the API, in the order in which it is described."""

from __future__ import annotations

import functools
from typing import Any

from pydantic import ConfigDict, RootModel

from app.store.connection import Connection
from app.web.api import (
    agentic_runs,
    backlog,
    beginning,
    messages,
    models,
    openapi,
    preferences,
    pulls,
    queues,
    repos,
    reviews,
    runs,
    tasks,
)
from app.web.api.operation import Call, Operation


class Description(RootModel[dict[str, Any]]):
    """This API as OpenAPI 3.1 describes it."""

    model_config = ConfigDict(title="Description")


@functools.cache
def described() -> Description:
    """The description of every operation."""
    return Description(openapi.document(OPERATIONS))


def _describe(db: Connection, call: Call[None, None]) -> Description:
    return described()


OPERATIONS = (
    *repos.OPERATIONS,
    *tasks.OPERATIONS,
    *messages.OPERATIONS,
    *runs.OPERATIONS,
    *pulls.OPERATIONS,
    *reviews.OPERATIONS,
    *agentic_runs.OPERATIONS,
    *beginning.OPERATIONS,
    *backlog.OPERATIONS,
    *models.OPERATIONS,
    *preferences.OPERATIONS,
    *queues.OPERATIONS,
    Operation("GET", "/openapi.json", "describe", "Describe this API", _describe, Description),
)
