"""Turns what git says when it fails into dursor's errors.

git has no error codes beyond 1 and 128, so its English (LANG is fixed) and the remote's `remote:` lines are
read. GitHub's wording: docs.github.com, "Troubleshooting pushing", GH001 to GH013.
"""

from __future__ import annotations

import re

from app import errors


class GitFailed(RuntimeError):
    """git failed for a reason that is nobody's refusal and no network's: a bug, or a damaged repository."""


_MAX_WORDS = 1000

_TABLE: tuple[tuple[type[errors.DursorError], re.Pattern[str]], ...] = (
    (errors.Invalid, re.compile(r"GH001:|GH008:|fsck error|fsckObjects|: error in object")),
    (
        errors.Forbidden,
        re.compile(
            r"GH0\d\d:|refusing to allow|pre-receive hook declined|protected branch hook declined"
            r"|repository rule violations|returned error: 40[13]\b|Authentication failed"
            r"|could not read (?:Username|Password)|Permission to .{1,300} denied"
            r"|Write access to repository not granted|is archived|read-only",
            re.IGNORECASE,
        ),
    ),
    (
        errors.Conflict,
        re.compile(
            r"\(stale info\)|\(non-fast-forward\)|\(fetch first\)|but expected [0-9a-f]{40}"
            r"|reference already exists|\(needs force\)"
        ),
    ),
    (
        errors.NotFound,
        re.compile(
            r"couldn't find remote ref|not our ref|repository '[^']{0,2000}' not found|Repository not found"
            r"|returned error: (?:30[1278]|404|410)\b|unable to update url base from redirection",
            re.IGNORECASE,
        ),
    ),
    (
        errors.Transient,
        re.compile(
            r"Could not resolve|Couldn't connect|Failed to connect|Connection (?:refused|reset|timed out)"
            r"|timed out|Operation too slow|early EOF|hung up unexpectedly|unexpected disconnect|RPC failed"
            r"|Empty reply|SSL|GnuTLS|returned error: (?:408|429|5\d\d)|Recv failure|Send failure"
            r"|transfer closed|internal server error|No space left on device|Cannot allocate memory"
            r"|Resource temporarily unavailable|protocol error|expected flush|unable to access"
            r"|remote rejected\] .{1,1000} \(failure\)|unpacker error",
            re.IGNORECASE,
        ),
    ),
)
_DAMAGED = re.compile(
    r"not a git repository|object file .{1,500} is empty|loose object .{1,500} is corrupt|bad object"
    r"|is corrupt|packfile .{1,500} (?:cannot be accessed|is .{0,40}invalid|does not match)"
    r"|unable to (?:find|read|parse) [0-9a-f]{40}|missing (?:blob|tree|commit|object)|inflate: data stream error"
    r"|did not send all necessary objects|cannot be resolved|unresolved deltas|pack has (?:bad|\d+)"
    r"|bad config (?:line|file)|invalid (?:object|sha1 pointer)|bad (?:tree|signature)|non-monotonic index",
    re.IGNORECASE,
)
_NOISE = re.compile(r"^(?:hint: |To http|Done$|From http)")


def explain(action: str, said: str) -> Exception:
    """The error for a failed `action` whose (already redacted) output is `said`.

    A DursorError where somebody else is the cause; GitFailed where nothing is recognised.
    """
    words = f"git {action}: {_words(said)}"
    for kind, pattern in _TABLE:
        if pattern.search(said):
            return kind(words)
    return GitFailed(words)


def is_damage(error: Exception) -> bool:
    """Whether `error` tells of a local repository that should be made again."""
    return isinstance(error, GitFailed) and _DAMAGED.search(str(error)) is not None


def _words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines()]
    text = "; ".join(line for line in lines if line and not _NOISE.match(line))
    return text if len(text) <= _MAX_WORDS else f"{text[:_MAX_WORDS]}…"
