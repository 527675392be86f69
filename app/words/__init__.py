"""What dursor says to people, one function per message. Strangers' words are made harmless before they are shown."""

from app.words.answers import (
    addressed,
    already,
    branch_moved,
    no_reviewer,
    not_allowed,
    not_taken,
    only_a_person,
    only_on_pull_requests,
    status_line,
    switched_off,
    unknown_verb,
)
from app.words.gates import CHECK_NAME, buttons, check_run, every_gate_holds
from app.words.standing import PHASES, WAITS, ended, waiting
from app.words.sticky import STATUS_MARKER, Attempt, Seen, status_comment
from app.words.work import commit_message, pull_body, review_request

__all__ = [
    "CHECK_NAME",
    "PHASES",
    "STATUS_MARKER",
    "WAITS",
    "Attempt",
    "Seen",
    "addressed",
    "already",
    "branch_moved",
    "buttons",
    "check_run",
    "commit_message",
    "ended",
    "every_gate_holds",
    "no_reviewer",
    "not_allowed",
    "not_taken",
    "only_a_person",
    "only_on_pull_requests",
    "pull_body",
    "review_request",
    "status_comment",
    "status_line",
    "switched_off",
    "unknown_verb",
    "waiting",
]
