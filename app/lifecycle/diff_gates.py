"""The gates that the guards keep: what of a diff is unmet, and what a person's approval of the commit opens."""

from __future__ import annotations

from collections.abc import Sequence

from app.lifecycle.gate import Evidence, Gate, Unmet, few
from app.lifecycle.guards import Found, Kind

_MAINTAINER = "a maintainer"
_AUTHOR = "the author"
_LISTED = 20
_ALWAYS_SHUT = frozenset({Gate.SECRET})
"""Whoever approves a commit does not call back what it made public."""

_GATES = {
    Gate.SECRET: ("it adds what looks like a secret: {}; take it out, and revoke it", _AUTHOR, {Kind.SECRET}),
    Gate.SIZE: ("{}", _MAINTAINER, {Kind.SIZE}),
    Gate.UNREADABLE: ("not all of it can be looked into: {}", _MAINTAINER, {Kind.UNREADABLE}),
    Gate.PROTECTED: (
        "it touches protected paths: {}",
        _MAINTAINER,
        {
            Kind.PROTECTED, Kind.WORKFLOW, Kind.OWNERS, Kind.OWN_CONFIGURATION, Kind.LOCK_FILE, Kind.AGENT_SETTINGS,
            Kind.GIT_SETTINGS, Kind.SUBMODULE, Kind.FILE_TYPE,
        },
    ),
    Gate.GAMING: (
        "it weakens what checks it: {}",
        _MAINTAINER,
        {
            Kind.TESTS, Kind.SKIPPED, Kind.ASSERTIONS, Kind.SNAPSHOTS, Kind.COMMANDS, Kind.LIMIT, Kind.SILENCED,
        },
    ),
}  # fmt: skip


def unmet(guarded: Sequence[Found], *, human_approved: bool) -> list[Unmet]:
    """The gates that what was found keeps shut; `human_approved` is about exactly this commit."""
    shut = []
    for gate, (words, actor, kinds) in _GATES.items():
        said = list(dict.fromkeys(found.phrase for found in guarded if found.kind in kinds))
        if said and (gate in _ALWAYS_SHUT or not human_approved):
            shut.append(Unmet(gate, words.format(few(said)), actor, [Evidence(one) for one in said[:_LISTED]]))
    return shut
