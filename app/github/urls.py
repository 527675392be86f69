"""Addresses: of the GraphQL API, of git, and of what outsiders name (branches, files, people)."""

from __future__ import annotations

import re
import urllib.parse

from app import errors

_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9_])?")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_REST_ON_SERVER = "/api/v3"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def api(address: str) -> str:
    """`address` of a REST API without a slash at its end; ConfigError unless https (or http to loopback)."""
    parts = urllib.parse.urlsplit(address)
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise errors.ConfigError("The address of GitHub's API must be plain, such as https://api.github.com")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(address)):
        raise errors.ConfigError("The address of GitHub's API must begin with https://")
    return address.rstrip("/")


def graphql(api_url: str) -> str:
    """The GraphQL API beside the REST API: `/graphql`, and `/api/graphql` on GitHub Enterprise Server."""
    return api_url.removesuffix("/v3") + "/graphql"


def web(api_url: str) -> str:
    """The address people open: `https://github.com`, or the Enterprise Server's own."""
    parts = urllib.parse.urlsplit(api_url)
    if parts.path.endswith(_REST_ON_SERVER):
        return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix(_REST_ON_SERVER)}"
    return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"


def git(api_url: str, full_name: str) -> str:
    """The address to clone and push, without credentials."""
    return f"{web(api_url)}/{repository(full_name)}.git"


def repository(full_name: str) -> str:
    """`full_name` itself, once it is known to be `owner/name`; raises errors.Invalid."""
    owner, _, name = full_name.partition("/")
    if not (_OWNER.fullmatch(owner) and _NAME.fullmatch(name)) or name in {".", ".."}:
        raise errors.Invalid(f"not the name of a repository: {full_name[:100]!r}")
    return full_name


def piece(value: str | int) -> str:
    """One segment of a path, quoted (`/` and `[bot]` too); raises errors.Invalid for an empty one or dots."""
    text = str(value)
    if text in {"", ".", ".."}:
        raise errors.Invalid(f"cannot stand in an address: {text!r}")
    return urllib.parse.quote(text, safe="", errors="replace")


def path(value: str) -> str:
    """Several segments, such as a branch with slashes or a file: each quoted, the slashes kept."""
    return "/".join(piece(segment) for segment in value.split("/"))


def origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port: what must be equal for a credential to be sent. Raises errors.Invalid."""
    try:
        parts = urllib.parse.urlsplit(address)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError as error:
        raise errors.Invalid("not an address") from error
    if not parts.hostname:
        raise errors.Invalid("an address without a host")
    return parts.scheme, parts.hostname, port


def is_loopback(address: str) -> bool:
    """Whether `address` is on this machine, as the local hub is."""
    return origin(address)[1] in _LOOPBACK
