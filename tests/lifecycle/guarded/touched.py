"""Diffs of files that nobody changes without a person's word, diffs that nobody can read, and secrets."""

from __future__ import annotations

from app.lifecycle.guards import ChangedFile, Kind
from tests.lifecycle.guarded import diff, gone

ONE = "@@ -1 +1 @@\n-a\n+b"
TOKEN = "ghp_" + "a1B2" * 9

ROWS = [
    (
        "a workflow",
        [diff(".github/workflows/ci.yml", ONE)],
        Kind.WORKFLOW,
        ".github/workflows/ci.yml (says what CI does) changed",
    ),
    (
        "an action",
        [diff(".github/actions/x/action.yml", ONE, "added")],
        Kind.WORKFLOW,
        ".github/actions/x/action.yml (says what CI does) added",
    ),
    (
        "GitLab's CI",
        [gone(".gitlab-ci.yml", "@@ -1 +0,0 @@\n-a")],
        Kind.WORKFLOW,
        ".gitlab-ci.yml (says what CI does) deleted",
    ),
    (
        "a workflow moved away",
        [diff("docs/ci.txt", "", "renamed", ".github/workflows/ci.yml")],
        Kind.WORKFLOW,
        ".github/workflows/ci.yml (says what CI does) renamed to docs/ci.txt",
    ),
    ("the owners", [diff("CODEOWNERS", ONE)], Kind.OWNERS, "CODEOWNERS (the code owners) changed"),
    (
        "the owners in .github",
        [diff(".github/CODEOWNERS", ONE)],
        Kind.OWNERS,
        ".github/CODEOWNERS (the code owners) changed",
    ),
    (
        "the owners in docs",
        [gone("docs/CODEOWNERS", "@@ -1 +0,0 @@\n-a")],
        Kind.OWNERS,
        "docs/CODEOWNERS (the code owners) deleted",
    ),
    (
        "dursor's own configuration",
        [diff(".github/dursor.yml", ONE)],
        Kind.OWN_CONFIGURATION,
        ".github/dursor.yml (dursor's own configuration) changed",
    ),
    (
        "agent settings",
        [diff("web/.claude/settings.json", "@@ -0,0 +1 @@\n+{}", "added")],
        Kind.AGENT_SETTINGS,
        "web/.claude/settings.json (instructs coding agents) added",
    ),
    (
        "instructions for agents",
        [diff("AGENTS.md", ONE)],
        Kind.AGENT_SETTINGS,
        "AGENTS.md (instructs coding agents) changed",
    ),
    ("a protected path", [diff("infra/main.tf", ONE)], Kind.PROTECTED, "infra/main.tf (a protected path) changed"),
    (
        "a protected path left behind",
        [diff("main.tf", "", "renamed", "infra/main.tf")],
        Kind.PROTECTED,
        "infra/main.tf (a protected path) renamed to main.tf",
    ),
    (
        "a submodule moved",
        [diff("vendor/x", f"@@ -1 +1 @@\n-Subproject commit {'a' * 40}\n+Subproject commit {'b' * 40}")],
        Kind.SUBMODULE,
        "vendor/x (a submodule) changed",
    ),
    ("the list of submodules", [diff(".gitmodules", ONE)], Kind.SUBMODULE, ".gitmodules (submodules) changed"),
    (
        "a link in the place of an agent's directory",
        [diff("web/.claude", "@@ -0,0 +1 @@\n+../notes", "added")],
        Kind.AGENT_SETTINGS,
        "web/.claude (instructs coding agents) added",
    ),
    (
        "a link in the place of a protected directory",
        [diff("infra", "@@ -0,0 +1 @@\n+elsewhere", "added")],
        Kind.PROTECTED,
        "infra (a protected path) added",
    ),
    (
        "a file that became a link",
        [diff("run.sh", "@@ -1 +0,0 @@\n-x\n@@ -0,0 +1 @@\n+/bin/sh", "changed")],
        Kind.FILE_TYPE,
        "run.sh became another type of file, such as a link",
    ),
    (
        "files hidden from diffs",
        [diff(".gitattributes", "@@ -0,0 +1 @@\n+*.py -diff", "added")],
        Kind.GIT_SETTINGS,
        ".gitattributes changes how git shows or merges files",
    ),
    (
        "a binary file",
        [ChangedFile("logo.png", "added", 0, 0)],
        Kind.UNREADABLE,
        "logo.png is binary, or only its mode changed",
    ),
    (
        "a file too large to be shown",
        [ChangedFile("data.sql", "added", 90, 0)],
        Kind.UNREADABLE,
        "data.sql is too large to be shown",
    ),
    (
        "a file that is shown in part",
        [ChangedFile("a.py", "modified", 9, 1, ONE)],
        Kind.UNREADABLE,
        "a.py is shown in part",
    ),
    (
        "a test file too large to be shown",
        [ChangedFile("tests/test_a.py", "modified", 9, 90)],
        Kind.UNREADABLE,
        "tests/test_a.py is too large to be shown",
    ),
    (
        "settings deleted and not shown",
        [ChangedFile("setup.cfg", "removed", 0, 90)],
        Kind.UNREADABLE,
        "setup.cfg is deleted and not shown",
    ),
    (
        "a line too long to be looked into",
        [diff("a.js", "@@ -0,0 +1 @@\n+" + "x" * 3000, "added")],
        Kind.UNREADABLE,
        "a.js has a line of more than 2000 characters",
    ),
    (
        "a secret",
        [diff("settings.py", f'@@ -7,2 +7,3 @@\n import os\n+TOKEN = "{TOKEN}"\n x = 1')],
        Kind.SECRET,
        "settings.py in line 8",
    ),
    (
        "two secrets",
        [diff("settings.py", f"@@ -0,0 +1,3 @@\n+A = '{TOKEN}'\n+\n+B = '{TOKEN}'", "added")],
        Kind.SECRET,
        "settings.py in lines 1, 3",
    ),
    (
        "too many lines",
        [diff("a.txt", "@@ -0,0 +1,101 @@\n" + "\n".join(["+x"] * 101), "added")],
        Kind.SIZE,
        "1 files and 101 lines are over the limits (5, 100)",
    ),
    (
        "too many files",
        [diff(f"{n}.txt", ONE) for n in range(6)],
        Kind.SIZE,
        "6 files and 12 lines are over the limits (5, 100)",
    ),
]
LOCK_FILES = (
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    "requirements-dev.lock",
    "Cargo.lock",
    "go.sum",
    "go.work.sum",
    "Gemfile.lock",
    "composer.lock",
    "mix.lock",
    "rebar.lock",
    "gradle.lockfile",
    "verification-metadata.xml",
    "packages.lock.json",
    "paket.lock",
    "flake.lock",
    "pubspec.lock",
    "Podfile.lock",
    "Package.resolved",
    "conda-lock.yml",
    "pixi.lock",
    "MODULE.bazel.lock",
    "stack.yaml.lock",
    "cabal.project.freeze",
    "Manifest.toml",
    "gems.locked",
    "npm-shrinkwrap.json",
    "deno.lock",
    ".terraform.lock.hcl",
    "renv.lock",
    "conan.lock",
    "shard.lock",
    "Chart.lock",
    "Cartfile.resolved",
    "cpanfile.snapshot",
    "buildscript-gradle.lockfile",
)
ROWS += [
    (f"the lock file {name}", [diff(f"web/{name}", ONE)], Kind.LOCK_FILE, f"web/{name} (a lock file) changed")
    for name in LOCK_FILES
]

UNTOUCHED = [
    ("code", [diff("shop/a.py", ONE)]),
    ("an empty file", [ChangedFile("shop/__init__.py", "added", 0, 0, is_empty=True)]),
    ("a file renamed as it was", [ChangedFile("b.png", "renamed", 0, 0, None, "a.png")]),
    ("a binary file deleted", [ChangedFile("logo.png", "removed", 0, 0)]),
    ("a secret taken out", [diff("settings.py", f'@@ -7 +7 @@\n-TOKEN = "{TOKEN}"\n+TOKEN = os.environ["TOKEN"]')]),
    ("a secret that was there before", [diff("settings.py", f"@@ -7,2 +7,2 @@\n TOKEN = '{TOKEN}'\n-a\n+b")]),
    ("a file named like owners elsewhere", [diff("src/CODEOWNERS.py", ONE)]),
    ("attributes that hide nothing", [diff(".gitattributes", "@@ -0,0 +1 @@\n+*.sh text eol=lf", "added")]),
]
