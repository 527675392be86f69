"""How bad a finding is, and of what kind: from its level, its rule's tags, the tool and the rule's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

Severity = Literal["info", "warning", "error", "critical"]
Category = Literal["bug", "security", "performance", "style", "maintainability"]

_LEVELS: Mapping[str, Severity] = {"error": "error", "warning": "warning", "note": "info", "none": "info"}
_ORDER: tuple[Severity, ...] = ("info", "warning", "error", "critical")

_TAGS: tuple[tuple[str, Category], ...] = (
    ("security", "security"),
    ("cwe", "security"),
    ("vulnerability", "security"),
    ("performance", "performance"),
    ("correctness", "bug"),
    ("bug", "bug"),
    ("reliability", "bug"),
    ("style", "style"),
    ("formatting", "style"),
    ("maintainability", "maintainability"),
    ("complexity", "maintainability"),
)
_TOOLS: tuple[tuple[str, Category], ...] = (
    ("bandit", "security"),
    ("semgrep", "security"),
    ("codeql", "security"),
    ("gitleaks", "security"),
    ("trivy", "security"),
    ("zizmor", "security"),
    ("checkov", "security"),
    ("mypy", "bug"),
    ("pyright", "bug"),
    ("black", "style"),
    ("prettier", "style"),
)
# Rule names of ruff and of the linters whose names it took over.
_RULES: tuple[tuple[str, Category], ...] = (
    (r"S\d", "security"),
    (r"PERF\d", "performance"),
    (r"(F|E9|B|PLE|PLW|ASYNC|RUF0|BLE|TRY|DTZ|PYI)\d", "bug"),
    (r"(E|W|I|N|D|Q|COM|UP|ISC|ERA|T20|FLY)\d", "style"),
    (r"(invalid-syntax|syntax-error)", "bug"),
    # Rules of ESLint, whose SARIF says nothing about their kind.
    (r"(no-eval|no-implied-eval|no-new-func|no-script-url)$", "security"),
    (r"(eqeqeq|no-undef|no-unreachable|no-const-assign|no-dupe-keys|use-isnan|valid-typeof)$", "bug"),
)


def severity(level: str, score: float | None, levels: Mapping[str, Severity]) -> Severity:
    """The severity of a SARIF level; a security score (CVSS, 0 to 10) can only raise it.

    `levels` is the repository's own table, for tools that call everything an error.
    """
    by_level = levels.get(level) or _LEVELS.get(level, "warning")
    by_score: Severity = "info"
    if score is not None and score >= 7:
        by_score = "critical" if score >= 9 else "error"
    return max(by_level, by_score, key=_ORDER.index)


def category(tags: Iterable[str], tool: str, rule: str, score: float | None) -> Category:
    """What a finding is about; where nothing says so, maintainability."""
    if score is not None:
        return "security"
    words = {word for tag in tags for word in re.split(r"[^a-z]+", tag.lower())}
    for word, kind in _TAGS:
        if word in words:
            return kind
    for name, kind in _TOOLS:
        if name in tool.lower():
            return kind
    for pattern, kind in _RULES:
        if re.match(pattern, rule):
            return kind
    return "maintainability"
