"""Files as GitHub keeps them, for the few that are read without a checkout (`.github/dursor.yml`)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from app import errors
from app.github import shape, urls
from app.github.repository import Repository

MAX_FILE = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class File:
    """A text file; `sha` is its blob's."""

    text: str
    sha: str


async def file(repo: Repository, path: str, ref: str) -> File | None:
    """The file at `path` of a branch or commit; None when there is none.

    Raises errors.Invalid for what is no plain text file (a directory, a symlink, a submodule, not
    UTF-8) or is larger than 256 KiB.
    """
    try:
        found = await repo.calls.get(f"repos/{repo.full_name}/contents/{urls.path(path)}", ref=ref)
    except errors.NotFound:
        return None
    if isinstance(found, list) or shape.mapping(found, "a file").get("type") != "file":
        raise errors.Invalid(f"{path} is no plain file")
    if shape.number(found, "size") > MAX_FILE:
        raise errors.Invalid(f"{path} is larger than {MAX_FILE // 1024} KiB")
    if found.get("encoding") != "base64":
        raise shape.Unexpected("a file that is not in base64")
    try:
        content = base64.b64decode(shape.text(found, "content"))
    except binascii.Error as error:
        raise shape.Unexpected("a file that is not in base64") from error
    try:
        return File(content.decode("utf-8-sig"), shape.text(found, "sha"))
    except UnicodeDecodeError as error:
        raise errors.Invalid(f"{path} is not UTF-8") from error
