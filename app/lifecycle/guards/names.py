"""Which files hold tests, settings of tools, CI, snapshots or prose, by their names alone."""

from __future__ import annotations

import re

from app.lifecycle.guards.diff import ChangedFile

_TEST_NAME = re.compile(
    r"(?:^|/)test_[^/]*$|_test\.[a-z]+$|\.(?:test|spec|cy)\.[a-z]+$|(?:Test|Tests|Spec|IT)\.[a-z]+$"
    r"|_(?:spec|test)\.(?:rb|exs)$|\.bats$|(?:^|/)conftest\.py$|(?:^|/)tests?\.(?:py|rs)$"
)
_TEST_FOLDER = re.compile(r"(?:^|/)(?:tests?|__tests__|specs?|e2e)/", re.IGNORECASE)
_SETTINGS = re.compile(
    r"(?:^|/)(?:\.[^/]{0,60}rc(?:\.[a-z]+)?|\.flake8|\.coveragerc|\.shellcheckrc|Makefile|[Jj]ustfile|Rakefile"
    r"|Jenkinsfile|noxfile\.py|conftest\.py|[^/]+\.(?:toml|cfg|ini|ya?ml|json|sh|xml|gradle|kts|csproj|props|mk)"
    r"|[^/]+\.config\.[cm]?[jt]s|eslint\.[^/]+)$"
)
_CI = re.compile(
    r"^\.github/(?:workflows|actions)/|^\.(?:circleci|buildkite|woodpecker)/|^\.(?:gitlab-ci|travis|drone|appveyor)\.ya?ml$"
    r"|^(?:azure-pipelines|bitbucket-pipelines|appveyor|cloudbuild)\.ya?ml$|(?:^|/)Jenkinsfile$|(?:^|/)action\.ya?ml$",
    re.IGNORECASE,
)
_SNAPSHOT = re.compile(r"(?:^|/)__snapshots__/|\.(?:snap|ambr|golden|approved\.[a-z]+|received\.[a-z]+)$")
_PROSE = re.compile(r"\.(?:md|mdx|rst|txt|adoc)$|(?:^|/)(?:CHANGELOG|LICENSE|NOTICE)[^/]*$", re.IGNORECASE)
_ESLINT = re.compile(r"(?:^|/)(?:\.eslintrc[^/]*|eslint\.config\.[^/]+|\.oxlintrc\.json|biome\.jsonc?)$")


def is_test(file: ChangedFile) -> bool:
    """Whether it holds, or held before it was renamed, tests or what belongs to them."""
    return any(_TEST_NAME.search(path) or _TEST_FOLDER.search(path) for path in file.names)


def stops_being_test(old: str, new: str) -> bool:
    """Whether a runner that found the old name does not find the new one."""
    by_name = bool(_TEST_NAME.search(old)) and not _TEST_NAME.search(new)
    by_folder = bool(_TEST_FOLDER.search(old)) and not (_TEST_FOLDER.search(new) or _TEST_NAME.search(new))
    return by_name or by_folder


def is_settings(file: ChangedFile) -> bool:
    """Whether tools and CI read it to know what to do."""
    return bool(_SETTINGS.search(file.path)) or is_ci(file.path)


def is_ci(path: str) -> bool:
    """Whether it says what CI does."""
    return bool(_CI.search(path))


def is_snapshot(path: str) -> bool:
    """Whether a test runner writes it by itself when asked to."""
    return bool(_SNAPSHOT.search(path))


def is_prose(path: str) -> bool:
    """Whether it is for people to read and nothing runs it."""
    return bool(_PROSE.search(path))


def is_eslint(path: str) -> bool:
    """Whether it gives rules of JavaScript severities."""
    return bool(_ESLINT.search(path))
