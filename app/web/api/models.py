"""/models: the models that agents work with. A key goes in, is encrypted, and never comes out."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, WithJsonSchema

from app import encryption, outbox, redact
from app.errors import ConfigError
from app.executors import providers
from app.lifecycle import effects
from app.store import listing, model_profiles
from app.store.connection import Connection
from app.web.api.operation import Call, Operation
from app.web.api.paging import found, lists, shows
from app.web.api.problems import NotFound, Trouble
from app.web.api.shapes import WORD_PATTERN, Moment, Page, Paged, Sent, Shown, text

_KEY = {"type": "string", "format": "password", "writeOnly": True, "minLength": 8, "maxLength": 1000}


def _is_key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]{8,1000}", value.get_secret_value()):
        raise ValueError("That is no key: 8 to 1000 letters, digits and signs, in one line without a space")
    return value


Key = Annotated[SecretStr, AfterValidator(_is_key), WithJsonSchema({**_KEY, "pattern": WORD_PATTERN})]


class Model(Shown):
    """A model, without anything of its key."""

    id: str
    provider: providers.Name
    model_name: str
    display_name: str | None
    base_url: str | None = Field(description="null: where the provider always is")
    tested_at: Moment | None
    test_error: str | None = Field(description="null: the last cheap call with it was answered")
    created_at: Moment


class ModelQuery(Paged):
    """Filters of the list."""

    provider: providers.Name | None = None


class NewModel(Sent):
    """A model and the key for it."""

    provider: Literal["anthropic", "openai", "google"]
    model_name: Annotated[str, Field(min_length=1, max_length=200, pattern=WORD_PATTERN)]
    display_name: Annotated[str, text(200, shortest=1)] | None = None
    base_url: Annotated[
        str,
        Field(max_length=500, pattern=r"^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[!-~]*)?$"),
    ] | None = Field(None, description="https://, or http:// on this machine; no user, query or fragment")  # fmt: skip
    api_key: Key


def create(db: Connection, call: Call[None, NewModel]) -> Model:
    """The model as it is kept."""
    body = call.body
    key = redact.register(body.api_key.get_secret_value())
    try:
        address = providers.base_url(body.base_url) if body.base_url else None
        model_id = model_profiles.add(
            db, encryption.keys_or_new(call.settings), key=key, provider=body.provider, model_name=body.model_name,
            display_name=body.display_name, base_url=address,
        )  # fmt: skip
    except ConfigError as error:
        raise Trouble("conflict", str(error)) from None
    return Model.model_validate(dict(found(db, listing.MODELS, model_id, "model")))


def remove(db: Connection, call: Call[None, None]) -> None:
    """Nothing; what works with the key already goes on."""
    if not model_profiles.remove(db, call.ids["model_id"]):
        raise NotFound("model")


def test(db: Connection, call: Call[None, None]) -> Model:
    """The model as it is; `tested_at` changes when its provider has answered, within a minute or so."""
    row = found(db, listing.MODELS, call.ids["model_id"], "model")
    outbox.enqueue(db, effects.TryModel(row["id"]))
    return Model.model_validate(dict(row))


OPERATIONS = (
    Operation("GET", "/models", "listModels", "List models, the newest first; an agent gets the newest of its provider",
              lists(listing.MODELS, Model), Page[Model], query=ModelQuery),
    Operation("POST", "/models", "createModel", "Store a model and its key, encrypted", create, Model, body=NewModel,
              status=201, conflicts=True),
    Operation("GET", "/models/{model_id}", "getModel", "Show a model", shows(listing.MODELS, Model, "model"), Model),
    Operation("POST", "/models/{model_id}/test", "testModel", "Have the model asked something small; answers at once",
              test, Model, status=202),
    Operation("DELETE", "/models/{model_id}", "deleteModel", "Delete a model and its key", remove, None, status=204),
)  # fmt: skip
