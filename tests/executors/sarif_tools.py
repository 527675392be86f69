"""Tools that write SARIF, as a reviewer's command runs them, a tree with seeded defects, and SARIF's own schema."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs

from tools import fetch_linters, npm_packages

MODULES = fetch_linters.TARGET / "node_modules"
SCHEMA = MODULES / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"

TREE = {
    "src/run.py": (
        "import os\nimport subprocess\n\n\ndef run(text, seen=[]):\n    return subprocess.call(text, shell=True)\n"
    ),
    "src/page.js": (
        "export function show(node, text) {\n  var unused = 1;\n  if (text == null) return missing;\n"
        "  node.innerHTML = eval(text);\n}\n"
    ),
    "eslint.config.mjs": (
        'export default [{files: ["**/*.js"], rules: {"no-unused-vars": "warn", "no-undef": "error",'
        ' "no-eval": "error", eqeqeq: "warn"}}];\n'
    ),
}

RUFF = (
    sys.executable,
    "-m",
    "ruff",
    "check",
    "--isolated",
    "--no-cache",
    "--select",
    "F401,B006,S602",
    "--output-format",
    "sarif",
    ".",
)
BANDIT = (sys.executable, "-m", "bandit", "--quiet", "--recursive", "src", "--format", "sarif")


def eslint() -> tuple[str, ...]:
    """Its command line; it looks at one file, as it would write files of its own into a report of more."""
    writer = MODULES / "@microsoft/eslint-formatter-sarif/sarif.js"
    return (str(npm_packages.node()), str(MODULES / "eslint/bin/eslint.js"), "--format", str(writer), "src")


SEMGREP_SAYS: dict[str, Any] = {
    "version": "2.1.0",
    "runs": [{
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
        "results": [{
            "fingerprints": {"matchBasedId/v1": "requires login"},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": "src/run.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 6, "endLine": 6, "startColumn": 12, "endColumn": 45,
                           "snippet": {"text": "    return subprocess.call(text, shell=True)"}},
            }}],
            "message": {"text": "A shell runs what a stranger wrote."},
            "properties": {},
            "ruleId": "no-shell",
        }],
        "tool": {"driver": {
            "name": "Semgrep OSS",
            "semanticVersion": "1.182.0",
            "rules": [{
                "id": "no-shell",
                "name": "no-shell",
                "defaultConfiguration": {"level": "error"},
                "shortDescription": {"text": "Semgrep Finding: no-shell"},
                "fullDescription": {"text": "A shell runs what a stranger wrote."},
                "help": {"text": "A shell runs what a stranger wrote."},
                "properties": {"precision": "very-high", "tags": ["CWE-78: OS Command Injection", "security"]},
            }],
        }},
    }],
}  # fmt: skip
"""What Semgrep writes with one rule of the repository's own: 330 MB of it would be fetched for these lines."""

SEMGREP = (sys.executable, "-c", f"import json; print(json.dumps({SEMGREP_SAYS!r}))")


def seed(tree: Path) -> Path:
    """Write the files with defects."""
    for name, text in TREE.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tree


def run(tree: Path, command: tuple[str, ...]) -> str:
    """What a tool writes on standard output; what it finds is no failure of it."""
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


@functools.cache
def _schema() -> jsonschema_rs.Draft4Validator:
    if not SCHEMA.exists():
        raise FileNotFoundError(f"{SCHEMA} is missing: run `make linters`, as `make test` does")
    schema = json.loads(SCHEMA.read_text())
    for part in ("run", "toolComponent"):  # a bracket without its other half, which strict readers refuse
        schema["definitions"][part]["properties"]["language"].pop("pattern")
    return jsonschema_rs.Draft4Validator(schema)


def faults(log: Any) -> list[str]:
    """What is wrong with a log by SARIF's own schema."""
    return [error.message for error in _schema().iter_errors(log)]
