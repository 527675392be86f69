"""What dursor says to people, one function per message. Strangers' words are made harmless before they are shown."""

from app.words.answers import (
    branch_moved,
    no_reviewer,
    not_allowed,
    not_taken,
    only_on_pull_requests,
    status_line,
    unknown_verb,
)
from app.words.standing import PHASES, WAITS, ended, waiting
from app.words.sticky import CHECK_NAME, STATUS_MARKER, check_run, every_gate_holds, status_comment
from app.words.work import commit_message, pull_body, review_request

__all__ = [
    "CHECK_NAME",
    "PHASES",
    "STATUS_MARKER",
    "WAITS",
    "branch_moved",
    "check_run",
    "commit_message",
    "ended",
    "every_gate_holds",
    "no_reviewer",
    "not_allowed",
    "not_taken",
    "only_on_pull_requests",
    "pull_body",
    "review_request",
    "status_comment",
    "status_line",
    "unknown_verb",
    "waiting",
]
