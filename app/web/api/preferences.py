"""/preferences: the defaults of the person who runs this server."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from app.store import preferences
from app.store.connection import Connection
from app.web.api.operation import Call, Operation
from app.web.api.shapes import Change, Moment, Sent, Shown, unset

Mode = Literal["interactive", "semi_auto", "full_auto"]
_REF = r"^[A-Za-z0-9_]+([./-][A-Za-z0-9_]+)*$"


def _fit(name: str) -> str:
    """A name that git and every shell bear."""
    if not re.fullmatch(_REF, name) or any(part.endswith(".lock") for part in name.split("/")):
        raise ValueError("must be letters, digits and _, with single . / or - between, and no part may end with .lock")
    return name


Branch = Annotated[
    str, Field(max_length=200), AfterValidator(_fit),
    WithJsonSchema({"type": "string", "maxLength": 200, "pattern": _REF, "description": "a branch"}),
]  # fmt: skip
Prefix = Annotated[
    str, Field(max_length=50), AfterValidator(_fit),
    WithJsonSchema(
        {"type": "string", "maxLength": 50, "pattern": _REF, "description": "what names of new branches begin with"}
    ),
]  # fmt: skip
Owner = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$", description="a GitHub account")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,99}[A-Za-z0-9_-]$", description="a repository's name")]
Folder = Annotated[str, Field(max_length=1000, pattern=r"^/[^\x00-\x1f\x7f]*$", description="an absolute path")]


class Preferences(Shown):
    """Everything that can be preferred; null says that nothing is."""

    default_repo_owner: str | None
    default_repo_name: str | None
    default_branch: str | None
    default_branch_prefix: str | None
    default_pr_creation_mode: Literal["create", "link"] | None
    default_coding_mode: Mode | None
    auto_generate_pr_description: bool
    update_pr_title_on_regenerate: bool
    worktrees_dir: str | None
    created_at: Moment | None = Field(description="null while nobody chose anything")
    updated_at: Moment | None


class AllPreferences(Sent):
    """All preferences: what is left out goes back to what holds unchosen."""

    default_repo_owner: Owner | None = None
    default_repo_name: Name | None = None
    default_branch: Branch | None = None
    default_branch_prefix: Prefix | None = None
    default_pr_creation_mode: Literal["create", "link"] | None = None
    default_coding_mode: Mode | None = None
    auto_generate_pr_description: bool = False
    update_pr_title_on_regenerate: bool = True
    worktrees_dir: Folder | None = None


class PreferencesChange(Change):
    """Some preferences: what is left out stays."""

    default_repo_owner: Owner | None = unset()
    default_repo_name: Name | None = unset()
    default_branch: Branch | None = unset()
    default_branch_prefix: Prefix | None = unset()
    default_pr_creation_mode: Literal["create", "link"] | None = unset()
    default_coding_mode: Mode | None = unset()
    auto_generate_pr_description: bool = unset()
    update_pr_title_on_regenerate: bool = unset()
    worktrees_dir: Folder | None = unset()


def show(db: Connection, call: Call[None, Any]) -> Preferences:
    """Every preference."""
    return Preferences.model_validate(preferences.load(db))


def replace(db: Connection, call: Call[None, AllPreferences]) -> Preferences:
    """The preferences, all as they were sent."""
    preferences.save(db, **call.body.model_dump())
    return show(db, call)


def change(db: Connection, call: Call[None, PreferencesChange]) -> Preferences:
    """The preferences with what changed."""
    preferences.save(db, **call.body.model_dump(exclude_unset=True))
    return show(db, call)


OPERATIONS = (
    Operation("GET", "/preferences", "getPreferences", "Show the preferences", show, Preferences),
    Operation("PUT", "/preferences", "putPreferences", "Choose all preferences", replace, Preferences,
              body=AllPreferences),
    Operation("PATCH", "/preferences", "changePreferences", "Change some preferences", change, Preferences,
              body=PreferencesChange),
)  # fmt: skip
