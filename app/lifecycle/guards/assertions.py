"""What becomes of the assertions of a test that stays: dropped, made to hold always, or never reached."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from app.lifecycle.guards.cases import Case, tokens
from app.lifecycle.guards.diff import Line

_ASSERTION = re.compile(
    r"\bassert\w*!?(?=[\s(.])|\bexpect\w*[( ]|pytest\.(?:raises|warns)|\bt\.(?:Error|Fatal)|\.should\b|\brefute\w*\b"
    r"|\brequire\.\w|\bAssert\.\w|\bmust_\w|\b(?:check|verify|ensure|self\.fail)\w*\("
)
_ALWAYS = re.compile(
    r"\bassert\s{0,3}\(?\s{0,3}(?:True|1|not False|not None|\"[^\"]{1,80}\")\s{0,3}\)?\s{0,3}(?:[,#].{0,200})?$"
    r"|\bassert\b.{1,500}\bor (?:True|1|not False)\b|\bassert (\w{1,80}) (?:==|is) \1\s{0,3}$"
    r"|expect\(\s{0,3}(true|false|null|\d{1,9})\s{0,3}\)\.(?:toBe|toEqual|toStrictEqual)\(\s{0,3}\2\s{0,3}\)"
    r"|expect\(\s{0,3}true\s{0,3}\)\.(?:toBeTruthy|to\.be|toBeDefined)"
    r"|\b[Aa]ssert(?:True|\.True|\.IsTrue|\.ok|\.isTrue|\.That)?!?\(\s{0,3}(?:t, )?(?:true|True|1)\s{0,3}[,)]"
    r"|\bassert_?[Ee]q(?:ual)?s?!?\(\s{0,3}(\w{1,80}),\s{0,3}\3\s{0,3}\)|\bassert true\s{0,3}$|expect\(true\)\.to eq"
)
_EXACT = re.compile(
    r"==|\bis (?!not None)|[Ee]quals?\w*\(|_eq!?\b|\.(?:toBe|toEqual|toStrictEqual|toMatchObject)\("
    r"|\.toHaveBeenCalledWith\(|assert_called_(?:once_)?with|\.to eq\b"
    r"|SequenceEqual|\.match\(|pytest\.raises\(\w{1,60}, match"
)
_LOOSE = re.compile(
    r"\.(?:toBeTruthy|toBeDefined|toBeFalsy|toHaveBeenCalled|toBeInstanceOf)\(|\bassert(?:True|IsNotNone|In|IsInstance)\("
    r"|\b(?:assert_)?not_?[Nn]il\b|NotNull\(|\bis not None\b|\bassert [\w.()\[\]\"', ]{1,200}$|expect\.any\(|\bANY\b"
    r"|assert_called(?:_once)?\(\)|isinstance\(|\bassert\(!?\w{1,80}\)|pytest\.raises\((?:Base)?Exception\)"
)
_ABOUT_BOOLEANS = re.compile(r"(?:==|\bis|toBe\(|toEqual\(|[Ee]qual\w*\()\s{0,3}(?:True|False|None|true|false|null)\b")
_NEVER = re.compile(
    r"^\s{0,80}(?:\}?\s{0,3}(?:el)?if|while)\s{0,3}\(?\s{0,3}(?:False|false|0|None|nil|not True|!true)\s?\)?\s?[:{]"
    r"|^\s{0,80}#if\s{1,3}(?:0|false)\b|^\s{0,80}if false$"
)
_SWALLOWED = re.compile(
    r"\bexcept \(?(?:AssertionError|BaseException)\b|suppress\((?:AssertionError|Exception|BaseException)\b"
    r"|catch\s{0,3}(?:\(\s{0,3}\w{0,60}\s{0,3}\)\s{0,3})?\{\s{0,3}\}|rescue (?:Exception|Minitest::Assertion)\b"
    r"|catch \(AssertionError|catch_unwind\("
)
_RETURN = re.compile(
    r"^\s{0,200}(?:if .{1,300}:\s{0,3}|if \(.{1,300}\) \{?\s{0,3})?return(?: None)?\s{0,3};?\s{0,3}\}?$"
)
_HELPER = re.compile(r"\b(?:def|function|func|fn|const|let|void)\s{1,3}(\w{1,80})")
_HOLLOW = re.compile(r"^\s{0,200}(?:pass|\.\.\.|return;?|[)}\]\s;,]{0,9}|\"\"\".{0,300}|#.{0,300}|//.{0,300})$")
_ONE_LINE = re.compile(r"(?:\)|->.{1,60}): (?:pass|\.\.\.|assert True)\s{0,3}$|\{\s{0,3}\}\)?;?\s{0,3}$")
_ENOUGH = 0.6


def helpers(added: Iterable[str]) -> frozenset[str]:
    """The functions that the tests' new lines declare: a call of one may hold the assertions that went."""
    return frozenset(match[1] for line in added for match in _HELPER.finditer(line[:2000]))


def is_hollow(case: Case) -> bool:
    """Whether a test, as it is shown, tests nothing."""
    head, *body = [line.text for line in case.lines]
    if not body:
        return bool(_ONE_LINE.search(head))
    return all(_HOLLOW.match(text) or _ALWAYS.search(text) for text in body)


def worse(old: Case, new: Case, known: frozenset[str]) -> Iterator[str]:
    """What of a test that is on both sides got worse, in words that follow the file's name."""
    before, after = _asserts(old.lines), _asserts(new.lines)
    changed = [line.text for line in new.lines[new.has_head :] if line.is_changed]
    gone = [line.text for line in before if line.is_changed]
    if _more(_ALWAYS, old.lines, new.lines):
        yield "asserts what always holds"
    elif len(after) < len(before) and _lost(gone, changed, known, is_any_left=bool(after)):
        yield "drops assertions"
    elif _looser(gone, [line.text for line in after if line.is_changed]):
        yield "compares less strictly"
    if _more(_NEVER, old.lines, new.lines) or _returns_early(new.lines):
        yield "leaves a test before its end"
    if _more(_SWALLOWED, old.lines, new.lines):
        yield "swallows failed assertions"


def _lost(gone: Sequence[str], changed: Sequence[str], known: frozenset[str], *, is_any_left: bool) -> bool:
    words = tokens(changed)
    if words & known:
        return False
    if not is_any_left and gone:
        return True
    return any(mine and len(mine & words) < _ENOUGH * len(mine) for mine in (tokens([line]) for line in gone))


def _looser(gone: Sequence[str], came: Sequence[str]) -> bool:
    exact = sum(bool(_EXACT.search(line)) and not _ABOUT_BOOLEANS.search(line) for line in gone)
    still = sum(bool(_EXACT.search(line)) for line in came)
    loose = sum(bool(_LOOSE.search(line)) for line in came) - sum(bool(_LOOSE.search(line)) for line in gone)
    return exact > still and loose > 0


def _asserts(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if _ASSERTION.search(line.text)]


def _more(pattern: re.Pattern[str], old: Sequence[Line], new: Sequence[Line]) -> bool:
    def count(lines: Sequence[Line]) -> int:
        return sum(bool(pattern.search(line.text)) for line in lines if line.is_changed)

    return count(new) > count(old)


def _returns_early(lines: Sequence[Line]) -> bool:
    """Whether a new bare `return`, as deep as the test's body or behind an `if` there, has assertions after it."""
    body = [line for line in lines[1:] if line.text.strip()]
    if not body:
        return False
    depth = _indent(body[0].text)
    last = max((at for at, line in enumerate(body) if _ASSERTION.search(line.text)), default=-1)
    for at, line in enumerate(body[: max(last, 0)]):
        behind_if = at > 0 and _indent(body[at - 1].text) == depth and body[at - 1].text.lstrip().startswith("if")
        if line.is_changed and _RETURN.match(line.text) and (_indent(line.text) == depth or behind_if):
            return True
    return False


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
