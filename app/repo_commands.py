"""`commands` in `.github/dursor.yml`: programs that a repository names, what they get, and what they mean."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Codes = Annotated[list[Annotated[int, Field(ge=0, le=255)]], Field(max_length=50)]


SECTION = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
"""Every part of the file: unknown keys are refused."""


class ExitCodes(BaseModel):
    """What a program's exit codes mean; with any given, all others are failures."""

    model_config = SECTION

    changed: Codes = []
    nothing: Codes = []

    @model_validator(mode="after")
    def _each_means_one_thing(self) -> Self:
        if twice := set(self.changed) & set(self.nothing):
            raise ValueError(f"{min(twice)} cannot mean both")
        return self


class Command(BaseModel):
    """A program the repository names, run in a contained tree: arguments as a list, never a shell line."""

    model_config = SECTION

    run: Annotated[list[Annotated[str, Field(max_length=2000)]], Field(min_length=1, max_length=100)]
    timeout_minutes: float = Field(10, gt=0, le=240)
    output: Literal["text", "sarif"] = "text"
    env: Annotated[list[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]], Field(max_length=50)] = []
    exit_codes: ExitCodes = ExitCodes()
    levels: dict[Literal["none", "note", "warning", "error"], Literal["info", "warning", "error", "critical"]] = {}
