"""SARIF as tools write it, in the few shapes that the tests vary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.executors import sarif
from app.executors.reported import Finding

SOURCE = "import os\n\n\ndef add(item, items=[]):\n    assert item\n    return items\n"


def log(*results: Any, **run: Any) -> dict[str, Any]:
    tool = {"driver": {"name": "Bandit", "rules": run.pop("rules", [])}}
    return {"version": "2.1.0", "runs": [{"tool": tool, "results": list(results), **run}]}


def result(uri: str = "pkg/a%20b.py", **fields: Any) -> dict[str, Any]:
    region = fields.pop("region", {"startLine": 5, "endLine": 5})
    where = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    return {"ruleId": "B101", "message": {"text": "Use of assert detected."}, "locations": [where], **fields}


def one(tree: Path, data: dict[str, Any], **levels: Any) -> Finding:
    (finding,) = sarif.parse(json.dumps(data), tree, levels or None).findings
    return finding


def fix(start: tuple[int, int | None], end: tuple[int, int | None], text: str | None, uri: str = "pkg/a b.py") -> Any:
    region = {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]}
    replacement = {"deletedRegion": region, "insertedContent": None if text is None else {"text": text}}
    return [{"artifactChanges": [{"artifactLocation": {"uri": uri}, "replacements": [replacement]}]}]
