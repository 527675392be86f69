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
from app.words.configuration import (
    CONFIG_CHECK_NAME,
    CONFIG_MARKER,
    config_is_right,
    config_is_wrong,
    config_state,
    mode_not_allowed,
)
from app.words.gates import CHECK_NAME, buttons, check_run, every_gate_holds
from app.words.standing import PHASES, WAITS, awaiting_provider, ended, waiting
from app.words.sticky import STATUS_MARKER, Attempt, Seen, status_comment
from app.words.work import commit_message, pull_body, review_request

__all__ = [
    "CHECK_NAME",
    "CONFIG_CHECK_NAME",
    "CONFIG_MARKER",
    "PHASES",
    "STATUS_MARKER",
    "WAITS",
    "Attempt",
    "Seen",
    "addressed",
    "already",
    "awaiting_provider",
    "branch_moved",
    "buttons",
    "check_run",
    "commit_message",
    "config_is_right",
    "config_is_wrong",
    "config_state",
    "ended",
    "every_gate_holds",
    "mode_not_allowed",
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
