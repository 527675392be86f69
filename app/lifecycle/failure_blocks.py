"""What test runners and compilers say over several lines: a first line that names what failed, then why."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.lifecycle.failure import Failure
from app.lifecycle.failure_noise import relative

_FAR = 60  # lines within which the reason follows its name

_UNITTEST = re.compile(r"^(?:FAIL|ERROR): (\w{1,200}) \(([\w.]{1,300})\)")
_GO = re.compile(r"^ {0,40}--- FAIL: (\S{1,300}) \(")
_GO_WHY = re.compile(r"^\s{1,40}([\w./-]{1,200}\.go):(\d{1,9}): (.*)$")
_CARGO = re.compile(r"^test (\S{1,300}) \.\.\. FAILED$")
_PANICKED = re.compile(r"^thread '(.{1,300})' (?:\(\d{1,12}\) )?panicked at (.*)$")
_JEST = re.compile(r"^ {0,8}● (?!Console|Validation|Deprecation)(.{1,300})$")
_VITEST = re.compile(r"^ {0,4}(?:FAIL|\u00d7) {1,4}(\S{1,200}\.[cm]?[jt]sx?) > (.{1,300})$")
_MOCHA = re.compile(r"^ {1,6}\d{1,5}\) (.{1,300})$")
_GRADLE = re.compile(r"^([\w.$]{1,200} > .{1,300}) FAILED$")
_HEADED = re.compile(r"^(?:error(?:\[(E\d{4})\])?: (.{1,400})|([A-Z]{1,4}\d{2,5}) (?:\[\*\] )?(.{1,400}))$")
_ARROW = re.compile(r"^\s{0,20}--> ([\w./\\@+-]{1,300}):(\d{1,9}):\d{1,9}$")
_ESLINT = re.compile(r"^\s{1,8}(\d{1,9}):\d{1,9}\s{1,8}error\s{1,8}(.{1,400})$")
_FILE_ALONE = re.compile(r"^(?:[A-Za-z]:)?[\w./\\@+-]{1,300}\.(?:[cm]?[jt]sx?|vue|svelte)$")
_REASON = re.compile(r"^\s{0,40}(?:E\s{1,8})?([\w.$]{0,100}(?:Error|Exception|Failure|Failed)\b.*)$")


def at(lines: Sequence[str], number: int) -> Failure | None:
    """The failure that line `number` names, with its reason from the lines after it; None where it names none."""
    line = lines[number]
    if found := _UNITTEST.match(line):
        return Failure(_dotted(found[2], found[1]), _reason(lines, number))
    if found := _GO.match(line):
        return _go(lines, number, found[1])
    if found := _CARGO.match(line):
        return Failure(found[1], _panic_of(lines, found[1]))
    if found := _JEST.match(line):
        return Failure(found[1], _next(lines, number))
    if found := _VITEST.match(line):
        return Failure(f"{found[1]} > {found[2]}", _reason(lines, number))
    if found := _GRADLE.match(line):
        return Failure(found[1], _next(lines, number))
    if found := _HEADED.match(line):
        return _arrow(lines, number, " ".join(part for part in found.groups() if part))
    if found := _ESLINT.match(line):
        return _eslint(lines, number, int(found[1]), " ".join(found[2].split()))
    if (found := _MOCHA.match(line)) and any(
        before.strip().endswith(" failing") for before in lines[max(0, number - 400) : number]
    ):
        return _mocha(lines, number, found[1])
    return None


def _dotted(module: str, test: str) -> str:
    return module if module.endswith(f".{test}") else f"{module}.{test}"


def _reason(lines: Sequence[str], number: int) -> str:
    """The first line after it that is an exception's."""
    for line in lines[number + 1 : number + _FAR]:
        if _UNITTEST.match(line):
            break
        if found := _REASON.match(line):
            return found[1]
    return "failed"


def _next(lines: Sequence[str], number: int) -> str:
    """The next line; blank ones are gone already."""
    return lines[number + 1].strip() if number + 1 < len(lines) else "failed"


def _go(lines: Sequence[str], number: int, test: str) -> Failure:
    for line in lines[number + 1 : number + _FAR]:
        if _GO.match(line):
            break
        if found := _GO_WHY.match(line):
            return Failure(test, found[3], int(found[2]))
        if line.startswith("panic: "):
            return Failure(test, line)
    return Failure(test, "failed")


def _panic_of(lines: Sequence[str], test: str) -> str:
    for number, line in enumerate(lines):
        found = _PANICKED.match(line)
        if found and found[1] == test:
            told = _next(lines, number)
            return told if found[2].endswith(":") else found[2]
    return "failed"


def _arrow(lines: Sequence[str], number: int, message: str) -> Failure | None:
    for line in lines[number + 1 : number + 3]:
        if found := _ARROW.match(line):
            return Failure(relative(found[1]), message, int(found[2]))
    return None


def _eslint(lines: Sequence[str], number: int, line: int, message: str) -> Failure | None:
    for before in reversed(lines[max(0, number - 200) : number]):
        if _FILE_ALONE.match(before):
            return Failure(before, message, line)
    return None


def _mocha(lines: Sequence[str], number: int, title: str) -> Failure:
    parts = [title.rstrip(":")]
    for line in lines[number + 1 : number + 8]:
        if parts[-1] == title.rstrip(":") and title.endswith(":"):
            return Failure(" ".join(parts), line.strip())
        if _REASON.match(line):
            return Failure(" ".join(parts), line.strip())
        parts.append(line.strip().rstrip(":"))
    return Failure(" ".join(parts[:2]), "failed")
