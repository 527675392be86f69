"""Runs schemathesis against a server of ours: what follows from its description is tried, with every check."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.api.server import TOKEN, Running

EXAMPLES = 5
SECONDS = 280


def fuzz(served: Running, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The run, as its exit code (0: nothing found) and what it says. Ids that exist are used three times in four."""
    settings = folder / "schemathesis.toml"
    settings.write_text(_settings(served))
    command: list[str | Path] = [
        Path(sys.executable).with_name("schemathesis"), "--config-file", settings, "run",
        f"{served.url}/openapi.json", "--checks", "all", "--exclude-checks", "positive_data_acceptance",
        "--max-examples", str(EXAMPLES), "--generation-deterministic", "--seed", "1", "--no-color", "--no-shrink",
        "--continue-on-failure", *more,
    ]  # fmt: skip
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=SECONDS)


def _settings(served: Running) -> str:
    lines = [f"hooks = {json.dumps(str(Path(__file__).with_name('fuzzing_checks.py')))}"]
    lines += [f"headers = {{ Authorization = {json.dumps(f'Bearer {TOKEN}')} }}"]
    for name, value in served.ids.items():
        lines += [f"[dictionaries.{name}]", f"values = [{json.dumps(value)}]"]
    lines += ["[phases.coverage]", "generate-duplicate-query-parameters = true"]
    lines += ['unexpected-methods = ["TRACE", "QUERY"]', "[parameters]"]
    for name in served.ids:
        known = f'{{ dictionary = "{name}", probability = 0.75 }}'
        lines += [f'"path.{name}" = {known}', f'"query.{name}" = {known}', f'"body.{name}" = {known}']
    return "\n".join(lines) + "\n"
