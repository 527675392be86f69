"""/repos: the repositories that the App may work in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.store import listing, repos
from app.store.connection import Connection
from app.web.api.operation import Call, Operation
from app.web.api.paging import found, lists, shows
from app.web.api.preferences import Branch
from app.web.api.shapes import Change, Lines, Moment, Object, Page, Paged, Shown, Switch, unset


class Repo(Shown):
    """A repository."""

    id: str
    full_name: str | None = Field(description="owner/name as it is now; null in a row of an earlier dursor")
    repo_url: str
    default_branch: str
    selected_branch: str | None
    workspace_path: str = Field(description="where the server keeps its mirror")
    latest_commit: str = Field(description="of the default branch; empty while none is known")
    github_id: int | None
    installation_id: int | None
    active: bool | None = Field(description="false: gone, or the App may not see it any more")
    config: Object = Field(description="the last good `.github/dursor.yml` as it is in force")
    config_error: str | None
    config_cuts: Lines = Field(description="what the operator's settings took from the file")
    config_read_at: Moment | None
    created_at: Moment


class RepoQuery(Paged):
    """Filters of the list."""

    full_name: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}$")] = None
    active: Switch | None = None


class RepoChange(Change):
    """What is to change of a repository."""

    selected_branch: Annotated[
        Branch | None, Field(description="what new pull requests go into; null: the default branch")
    ] = unset()


def change(db: Connection, call: Call[None, RepoChange]) -> Repo:
    """The repository with what changed."""
    repo_id = found(db, listing.REPOS, call.ids["repo_id"], "repository")["id"]
    repos.select_branch(db, repo_id, call.body.selected_branch)
    return Repo.model_validate(dict(found(db, listing.REPOS, repo_id, "repository")))


OPERATIONS = (
    Operation("GET", "/repos", "listRepos", "List repositories, the newest first", lists(listing.REPOS, Repo),
              Page[Repo], query=RepoQuery),
    Operation("GET", "/repos/{repo_id}", "getRepo", "Show a repository",
              shows(listing.REPOS, Repo, "repository"), Repo),
    Operation("PATCH", "/repos/{repo_id}", "changeRepo", "Choose the branch that new pull requests go into", change,
              Repo, body=RepoChange),
)  # fmt: skip
