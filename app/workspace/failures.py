"""Turns what git says when it fails into dursor's errors.

git has no error codes beyond 1 and 128, so its English (LANG is fixed) and the remote's `remote:` lines are
read. GitHub's wording: docs.github.com, "Troubleshooting pushing", GH001 to GH013.
"""

from __future__ import annotations

import re

from app import errors


class TokenRefused(errors.Transient):
    """The remote takes the token for no token at all: it has ended or was revoked, and another one may do."""

    token: str = ""


class GitFailed(RuntimeError):
    """git failed for a reason that is nobody's refusal and no network's: a bug, or a tree git cannot take."""


class Damaged(GitFailed):
    """The local repository is broken and should be made again."""


_MAX_WORDS = 1000

_LOCAL = re.compile(r"^(?:error|fatal): .{0,2000}(?:No space left on device|Cannot allocate memory)", re.MULTILINE)
_TABLE: tuple[tuple[type[errors.DursorError], re.Pattern[str]], ...] = (
    (errors.Invalid, re.compile(r"GH001:|GH008:|fsck error|: error in object")),
    (
        errors.Forbidden,
        re.compile(
            r"GH0\d\d:|refusing to allow|pre-receive hook declined|protected branch hook declined"
            r"|repository rule violations|returned error: 403\b|Permission to .{1,300} denied"
            r"|Write access to repository not granted|was archived so it is read-only",
            re.IGNORECASE,
        ),
    ),
    (TokenRefused, re.compile(r"returned error: 401\b|Authentication failed|could not read (?:Username|Password)")),
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
            r"|transfer closed|internal server error|Resource temporarily unavailable|protocol error"
            r"|expected flush|unable to access|unpacker error"
            r"|remote rejected\] (?:.{1,1000} )?\((?:failure|failed to update ref|cannot lock ref)",
            re.IGNORECASE,
        ),
    ),
    (errors.Forbidden, re.compile(r"\[remote rejected\]")),
)
_DAMAGED = re.compile(  # at the start of a line: names of files come later, and strangers choose those
    r"^(?:error|fatal): (?:"
    r"not a git repository|object file .{1,500} is empty|(?:loose|packed) object [0-9a-f]{40}"
    r"|bad (?:object|tree|signature|config)|(?:pack|index )file |file .{1,500}(?:packfile|pack)$|non-monotonic"
    r"|unable to (?:find|read|parse|unpack) (?:[0-9a-f]{40}|sha1 file|tree)|inflate: data stream error"
    r"|missing (?:blob|tree|commit|object)|(?:could not read|cannot read object) [0-9a-f]{40}"
    r"|garbage at end of loose object"
    r"|invalid object [0-9]{6} |wrong index|pack has \d+ unresolved"
    r"|.{1,3000} did not send all necessary objects$)",
    re.IGNORECASE | re.MULTILINE,
)
_NOISE = re.compile(r"(?:hint: |To http|Done$|From http)")


def explain(action: str, said: str, *, remote: bool) -> Exception:
    """The error for a failed `action` whose (already redacted) output is `said`.

    A DursorError where somebody else is the cause, which takes a `remote` or a full disk; else Damaged, or
    GitFailed where nothing is recognised.
    """
    words = f"git {action}: {_words(said)}"
    if _LOCAL.search(said):
        return errors.Transient(words)
    if _DAMAGED.search(said):
        return Damaged(words)
    kinds = (kind for kind, pattern in _TABLE if remote and pattern.search(said))
    return next(kinds, GitFailed)(words)


def _words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines()]
    text = "; ".join(line for line in lines if line and not _NOISE.match(line))
    return text if len(text) <= _MAX_WORDS else f"{text[:_MAX_WORDS]}…"
