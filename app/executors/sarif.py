"""What a linter found, read from SARIF 2.1.0: any tool that writes it can be the reviewer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic

from app import errors
from app.executors import sarif_classes as classes
from app.executors import sarif_model as model
from app.executors import sarif_places as places
from app.executors import sarif_texts as texts
from app.executors.reported import Finding, Report

MAX_BYTES = 10 * 1024 * 1024
MAX_FINDINGS = 1_000
_LOGS, _RUNS = 50, 200
_TITLE, _DESCRIPTION, _RULE = 255, 4_000, 100
_TAGS = 100  # of a rule, read anew for each finding


class NotSarif(errors.UserError):
    """A command that should have written SARIF wrote something else; the text says what."""


def parse(text: str, worktree: Path, levels: Mapping[str, classes.Severity] | None = None) -> Report:
    """Read a SARIF file of at most 10 MB that a tool wrote about `worktree`, in which nothing runs now.

    `levels` maps SARIF levels to severities where the usual ones do not fit. Findings over the first
    1,000 are counted in a note; suppressed ones are left out. Raises NotSarif; a file without a run is none.
    """
    runs = [run for log in _read(text) for run in log.runs]
    if len(runs) > _RUNS:
        raise NotSarif(f"The command wrote SARIF with more than {_RUNS} runs of tools.")
    notes: list[str] = []
    found: list[Finding] = []
    for run in runs:
        tool = texts.clean(run.tool.driver.name, _RULE)
        read = _Reader(run, worktree, levels or {})
        found += read.findings(MAX_FINDINGS - len(found))
        if (left := len(run.results or ()) - read.looked_at) > 0:
            notes.append(f"{tool}: {left:,} more results were left out.")
        if read.odd:
            notes.append(f"{tool}: {read.odd:,} results could not be read.")
        if run.results is None:
            notes.append(f"{tool} wrote no list of results.")
        if any(invocation and not invocation.execution_successful for invocation in run.invocations):
            notes.append(f"{tool} says that it did not finish its work.")
    names = dict.fromkeys(texts.clean(run.tool.driver.name, _RULE) for run in runs)
    return Report(tuple(found), tuple(names), tuple(notes), complete=not notes)


def _read(text: str) -> list[model.Log]:
    """The logs in what a command wrote: one, or one after another where it ran several tools."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise NotSarif(f"The SARIF output is larger than {MAX_BYTES // 1024**2} MB.")
    rest, logs = text.removeprefix("\ufeff").strip(), list[model.Log]()
    while rest or not logs:
        try:
            data, end = json.JSONDecoder().raw_decode(rest)
        except (ValueError, RecursionError):
            what = "something that is not JSON" if rest else "nothing"
            raise NotSarif(f"SARIF was expected on standard output, but the command wrote {what}.") from None
        logs.append(_log(data))
        if len(logs) > _LOGS:
            raise NotSarif(f"The command wrote more than {_LOGS} SARIF logs one after another.")
        rest = rest[end:].lstrip()
    return logs


def _log(data: Any) -> model.Log:
    try:
        log = model.Log.model_validate(data)
    except pydantic.ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "the top"
        raise NotSarif(f"The command wrote JSON that is not SARIF 2.1.0: see {texts.clean(where, 80)}.") from None
    if not log.version.startswith("2.1."):
        raise NotSarif(f"The command wrote SARIF {texts.clean(log.version, 20)}; dursor reads 2.1.0.")
    if not log.runs:
        raise NotSarif("The command wrote SARIF without a run of any tool.")
    return log


class _Reader:
    """The results of one run, one by one."""

    def __init__(self, run: model.Run, worktree: Path, levels: Mapping[str, classes.Severity]) -> None:
        self.looked_at = self.odd = 0
        self._run = run
        self._levels = levels
        self._places = places.Places(worktree, run)
        known = [rule for tool in (*run.tool.extensions, run.tool.driver) for rule in tool.rules if rule]
        self._rules = {rule.id: rule for rule in known}

    def findings(self, room: int) -> list[Finding]:
        """At most `room` findings; `looked_at` and `odd` count the results read and not understood."""
        found: list[Finding] = []
        for raw in self._run.results or ():
            if len(found) == room:
                break
            self.looked_at += 1
            result = _result(raw)
            if result is None:
                self.odd += 1
            elif _is_shown(result):
                found.append(self._finding(result))
        return found

    def _finding(self, result: model.Result) -> Finding:
        rule = self._rule(result)
        name = texts.clean(result.rule_id or (result.rule and result.rule.id) or (rule and rule.id) or "", _RULE)
        score = _score(result.properties) or _score(rule.properties if rule else None)
        tags = ((rule and rule.properties and rule.properties.tags) or [])[:_TAGS]
        said = texts.clean(texts.message(result.message, rule), _DESCRIPTION)
        more = texts.clean(texts.explanation(rule), _DESCRIPTION)
        where = next((location.physical_location for location in result.locations if location.physical_location), None)
        path = self._places.path(where.artifact_location if where else None)
        region = (where and where.region) or model.Region()
        start, end = texts.extent(region) if path else (None, None)
        lines = self._places.lines(path) if path and start else None
        return Finding(
            path=path,
            line_start=start,
            line_end=end,
            severity=classes.severity(_level(result, rule), score, self._levels),
            category=classes.category([tag[:_RULE] for tag in tags], self._run.tool.driver.name[:_RULE], name, score),
            rule=name,
            title=texts.clean(said.partition("\n")[0] or more or name or "A finding without words", _TITLE),
            description=said if more in said else texts.clean(f"{said}\n\n{more}", _DESCRIPTION),
            suggestion=self._suggestion(result, path, start, end) if start and end else None,
            snippet=texts.snippet(region, lines, start, end) if start and end else None,
        )

    def _suggestion(self, result: model.Result, path: str | None, start: int, end: int) -> str | None:
        """Of a fix that is one change of this file; anything more is no suggestion for these lines."""
        if path is None or len(result.fixes) != 1 or (fix := result.fixes[0]) is None:
            return None
        if len(fix.artifact_changes) != 1 or len(fix.artifact_changes[0].replacements) != 1:
            return None
        lines, change = self._places.lines(path), fix.artifact_changes[0]
        if lines is None or self._places.path(change.artifact_location) != path:
            return None
        utf16 = self._run.column_kind != "unicodeCodePoints"
        return texts.suggestion(change.replacements[0], lines, start, end, utf16=utf16)

    def _rule(self, result: model.Result) -> model.Rule | None:
        """By index where it has one (in the extension that is named), by id where not (SARIF 3.27.5-7)."""
        reference = result.rule or model.RuleReference()
        index = reference.index if result.rule_index is None else result.rule_index
        tool, extension = self._run.tool.driver, (reference.tool_component or model.ComponentReference()).index
        if extension is not None and 0 <= extension < len(self._run.tool.extensions):
            tool = self._run.tool.extensions[extension]
        if index is not None and 0 <= index < len(tool.rules):
            return tool.rules[index]
        name = result.rule_id or reference.id or ""
        return self._rules.get(name) or self._rules.get(name.rpartition("/")[0])


def _result(raw: Any) -> model.Result | None:
    try:
        return model.Result.model_validate(raw)
    except pydantic.ValidationError:
        return None


def _is_shown(result: model.Result) -> bool:
    suppressed = result.suppressions and all(s.status in {None, "accepted"} for s in result.suppressions)
    return not (suppressed or result.kind in {"pass", "notApplicable"} or result.baseline_state == "absent")


def _level(result: model.Result, rule: model.Rule | None) -> str:
    if result.level:
        return result.level
    if result.kind not in {None, "fail"}:
        return "none"
    return (rule and rule.default_configuration and rule.default_configuration.level) or "warning"


def _score(properties: model.Properties | None) -> float | None:
    return properties.security_severity if properties else None
