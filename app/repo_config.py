"""`.github/dursor.yml`: what a repository asks of dursor, validated, with errors that name line and key.

Read from the default branch only. Every key is optional; an unknown key is an error, so that a typing
mistake never passes for a rule. The operator's settings clamp what is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Literal

from pathspec import GitIgnoreSpec
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from app import repo_yaml
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode
from app.repo_commands import SECTION, Command
from app.repo_mistakes import Mistake, WrongConfig, located, problem

PATH = ".github/dursor.yml"
MAX_BYTES = 64 * 1024
_EXECUTOR = r"^(patch_agent|claude_code|codex|gemini|command:[A-Za-z0-9_-]{1,40})$"
_REVIEWER = r"^(none|patch_agent|claude_code|codex|gemini|command:[A-Za-z0-9_-]{1,40})$"


def _glob(pattern: str) -> str:
    GitIgnoreSpec.from_lines([pattern])
    return pattern


Globs = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_glob)]], Field(max_length=200)
]
Bots = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)] | Annotated[int, Field(ge=1)]], Field(max_length=200)
]
Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=200)]


class Section(BaseModel):
    """A part of the file."""

    model_config = SECTION


class Adopt(Section):
    """Pull requests of others that dursor takes by itself."""

    authors: Names = []
    labels: Names = []
    paths: Globs = []

    def may_want(self, author: str | None, labels: Iterable[str]) -> bool:
        """Whether a pull request with this author and these labels can be one; its files are not known here."""
        return bool(self.paths) or author in self.authors or not set(self.labels).isdisjoint(labels)


class Trigger(Section):
    """What starts a run."""

    labels: Names = ["dursor"]
    adopt: Adopt = Adopt()


class Ci(Section):
    """How CI is read."""

    required: Names = []
    ignore: Names = []
    none_is_green: bool = False
    rerun_failed_once: bool = True
    settle_seconds: float = Field(60, ge=0, le=3600)


class Review(Section):
    """When a review is good enough."""

    min_score: float = Field(0.75, ge=0, le=1)
    blocking: list[Literal["info", "warning", "error", "critical"]] = ["error", "critical"]
    paths: Globs = []


class Merge(Section):
    """How a pull request is merged."""

    method: Literal["squash", "merge", "rebase"] = "squash"
    delete_branch: bool = True
    auto: bool = True


class Limits(Section):
    """Where a run stops."""

    ci: int = Field(5, ge=0, le=50)
    review: int = Field(3, ge=0, le=50)
    total: int = Field(10, ge=0, le=100)
    run_minutes: float = Field(30, gt=0, le=240)
    ci_minutes: float = Field(60, gt=0, le=1440)
    total_minutes: float = Field(240, gt=0, le=10_080)
    run_usd: float = Field(2, ge=0, le=1000)
    pull_request_usd: float = Field(10, ge=0, le=10_000)
    repository_usd_month: float = Field(200, ge=0, le=100_000)
    files: int = Field(50, ge=1, le=3000)
    lines: int = Field(5000, ge=1, le=1_000_000)


class Trust(Section):
    """Who may command."""

    permission: Literal["write", "admin"] = "write"
    bots: Bots = []


class RepoConfig(Section):
    """The whole file."""

    version: int = Field(1, ge=1, le=1)
    mode: Mode = Mode.SEMI_AUTO
    executor: str = Field("patch_agent", pattern=_EXECUTOR)
    reviewer: str = Field("none", pattern=_REVIEWER)
    fallback: Annotated[list[Annotated[str, Field(pattern=_EXECUTOR)]], Field(max_length=8)] = []
    candidates: Annotated[list[Annotated[str, Field(pattern=_EXECUTOR)]], Field(max_length=8)] = []
    commands: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")], Command] = {}
    trigger: Trigger = Trigger()
    ci: Ci = Ci()
    review: Review = Review()
    merge: Merge = Merge()
    limits: Limits = Limits()
    protect: Globs = [".github/**", "CODEOWNERS"]
    fake_secrets: Globs = []
    trust: Trust = Trust()
    instructions: str = Field("", max_length=20_000)

    def undefined(self) -> list[tuple[repo_yaml.Location, str]]:
        """Where a command is used that `commands` does not define: place and words."""
        used: dict[repo_yaml.Location, str] = {("executor",): self.executor, ("reviewer",): self.reviewer}
        used |= {("candidates", position): name for position, name in enumerate(self.candidates)}
        used |= {("fallback", position): name for position, name in enumerate(self.fallback)}
        return [
            (place, f"{name} is used, but commands.{which} is not defined")
            for place, name in used.items()
            for kind, _, which in [name.partition(":")]
            if kind == "command" and which not in self.commands
        ]

    def policy(self) -> Policy:
        """What `decide` needs of it."""
        return Policy(
            max_ci_fixes=self.limits.ci,
            max_review_fixes=self.limits.review,
            max_iterations=self.limits.total,
            min_review_score=self.review.min_score,
            reviews=self.reviewer != "none",
            none_is_green=self.ci.none_is_green,
            rerun_failed_once=self.ci.rerun_failed_once,
            may_merge_alone=self.merge.auto,
            delete_branch=self.merge.delete_branch,
        )


def parse(text: str) -> RepoConfig:
    """Read the file's text. Raises `WrongConfig` with line and key of each mistake."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise WrongConfig(PATH, [Mistake(1, "", f"it is larger than {MAX_BYTES // 1024} KiB")])
    try:
        data, node = repo_yaml.load(text)
    except repo_yaml.NotYaml as error:
        raise WrongConfig(PATH, [Mistake(error.line, "", error.words)]) from None
    if not isinstance(data, dict):
        raise WrongConfig(PATH, [Mistake(1, "", "the file must be a mapping of keys to values")])
    config = RepoConfig()
    try:
        config = RepoConfig.model_validate_json(json.dumps(data, default=str), strict=True)
        problems = config.undefined()
    except ValidationError as error:
        problems = [problem(found) for found in error.errors()]
    except (TypeError, ValueError):
        problems = [((), "keys must be words")]
    if problems:
        raise WrongConfig(PATH, located(node, problems))
    return config


def from_json(text: str | None) -> RepoConfig:
    """The configuration a repository's row holds; the defaults where it holds none."""
    return RepoConfig.model_validate_json(text) if text else RepoConfig()
