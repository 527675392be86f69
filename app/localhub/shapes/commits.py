"""Commits, files of a diff, references, branches, file contents and comparisons."""

from __future__ import annotations

import base64
import datetime
import urllib.parse
from typing import Any

from app.localhub import clock, git_compare
from app.localhub.shapes import repositories, users
from app.localhub.state import people, repository, world


def commit(hub: world.World, home: repository.Repository, found: git_compare.Commit) -> dict[str, Any]:
    """`commit`; its people are accounts where the address is one of the hub's."""
    url = f"{repositories.address(hub, home)}/commits/{found.sha}"
    git_url = f"{repositories.address(hub, home)}/git/commits/{found.sha}"
    html = f"{repositories.page(hub, home)}/commit/"
    author, committer = account(hub, found.author[1]), account(hub, found.committer[1])
    return {
        "sha": found.sha,
        "node_id": users.node_id("Commit", int(found.sha[:12], 16)),
        "url": url,
        "html_url": html + found.sha,
        "comments_url": f"{url}/comments",
        "commit": {
            "author": _person(found.author, found.authored_at),
            "committer": _person(found.committer, found.committed_at),
            "message": found.message,
            "tree": {
                "sha": found.tree,
                "url": f"{repositories.address(hub, home)}/git/trees/{found.tree}",
            },
            "url": git_url,
            "comment_count": 0,
            "verification": {
                "verified": False,
                "reason": "unsigned",
                "signature": None,
                "payload": None,
                "verified_at": None,
            },
        },
        "author": users.simple(hub, author) if author else None,
        "committer": users.simple(hub, committer) if committer else None,
        "parents": [
            {
                "sha": sha,
                "url": f"{repositories.address(hub, home)}/commits/{sha}",
                "html_url": html + sha,
            }
            for sha in found.parents
        ],
    }


def simple(found: git_compare.Commit) -> dict[str, Any]:
    """`simple-commit`: the head commit of check suites and workflow runs."""
    return {
        "id": found.sha,
        "tree_id": found.tree,
        "message": found.message,
        "timestamp": clock.iso(found.committed_at),
        "author": {"name": found.author[0], "email": found.author[1]},
        "committer": {"name": found.committer[0], "email": found.committer[1]},
    }


def account(hub: world.World, email: str) -> people.User | None:
    """The account behind `ID+LOGIN@users.noreply.github.com`, or `LOGIN@…` as the hub's people write it."""
    local = email.partition("@")[0]
    return hub.users.get(local.rpartition("+")[2].lower())


def file(hub: world.World, home: repository.Repository, sha: str, found: git_compare.ChangedFile) -> dict[str, Any]:
    """`diff-entry`."""
    path = urllib.parse.quote(found.filename)
    page = repositories.page(hub, home)
    shape: dict[str, Any] = {
        "sha": found.sha,
        "filename": found.filename,
        "status": found.status,
        "additions": found.additions,
        "deletions": found.deletions,
        "changes": found.additions + found.deletions,
        "blob_url": f"{page}/blob/{sha}/{path}",
        "raw_url": f"{page}/raw/{sha}/{path}",
        "contents_url": f"{repositories.address(hub, home)}/contents/{path}?ref={sha}",
    }
    if found.patch is not None:
        shape["patch"] = found.patch
    if found.previous_filename:
        shape["previous_filename"] = found.previous_filename
    return shape


def reference(hub: world.World, home: repository.Repository, ref: str, sha: str) -> dict[str, Any]:
    """`git-ref`."""
    url = f"{repositories.address(hub, home)}/git"
    return {
        "ref": ref,
        "node_id": users.node_id(f"Ref/{ref}", home.id),
        "url": f"{url}/{urllib.parse.quote(ref)}",
        "object": {"sha": sha, "type": "commit", "url": f"{url}/commits/{sha}"},
    }


def content(
    hub: world.World, home: repository.Repository, path: str, sha: str, ref: str, data: bytes
) -> dict[str, Any]:
    """`content-file`: what a file holds, in base64 with lines of 60 as GitHub breaks them."""
    quoted, name = urllib.parse.quote(path), path.rpartition("/")[2]
    url = f"{repositories.address(hub, home)}/contents/{quoted}?ref={urllib.parse.quote(ref, safe='')}"
    git_url = f"{repositories.address(hub, home)}/git/blobs/{sha}"
    html = f"{repositories.page(hub, home)}/blob/{urllib.parse.quote(ref)}/{quoted}"
    text = base64.b64encode(data).decode()
    return {
        "name": name,
        "path": path,
        "sha": sha,
        "size": len(data),
        "url": url,
        "html_url": html,
        "git_url": git_url,
        "download_url": f"{repositories.page(hub, home)}/raw/{urllib.parse.quote(ref)}/{quoted}",
        "type": "file",
        "content": "".join(f"{text[at : at + 60]}\n" for at in range(0, len(text), 60)),
        "encoding": "base64",
        "_links": {"self": url, "git": git_url, "html": html},
    }


def _person(who: tuple[str, str], at: datetime.datetime) -> dict[str, Any]:
    return {"name": who[0], "email": who[1], "date": clock.iso(at)}
