"""A stranger's text as a person sees it: without what GitHub's pages hide, and without what loads by being shown.

Scanners that go over the text once, whatever it holds: what is not closed nearby counts as plain text, but for an
open comment, which hides everything behind it.
"""

from __future__ import annotations

import re

from app import harmless, redact

_IMAGE = "[image left out]"
_COMMENT = "[hidden comment left out]"
_MOST = 100_000
"""How much of a text is looked at; far more than is shown of any, so that no secret is cut in two and half shown."""

_FAR = 2_000
"""How far from its beginning a piece of Markdown or HTML may end."""

_MARK = re.compile(
    r"^ {0,3}(?P<block>`{3,}|~{3,})[^\n]*$"
    r"|(?P<code>`+)"
    r"|(?P<definition>^ {0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t][^\n]*$)"
    r"|(?P<image>!\[)"
    r"|(?P<link>\]\()"
    r"|(?P<tag><[/?!]?[A-Za-z\[])",
    re.MULTILINE,
)
_LINK = re.compile(
    r"\]\(\s{0,10}+(<[^<>\n]{0,2000}+>|[^\s()<>]{0,2000}+)"
    r"""(?:\s{1,10}+(?:"[^"]{0,2000}+"|'[^']{0,2000}+'|\([^()]{0,2000}+\)))?+\s{0,10}+\)"""
)
_TAG = re.compile(r"""<[/?!]?([A-Za-z\[][\w-]{0,30}+)(?:[^<>"']|"[^"]{0,2000}+"|'[^']{0,2000}+'){0,2000}+>""")
_LOADS = frozenset(
    ["img", "picture", "source", "video", "audio", "track", "iframe", "object", "embed", "svg", "link", "base", "meta"]
)
_UNSEEN = re.compile(
    r"\s(?:alt|title|placeholder|summary|label|aria-[\w-]{1,30}|data-[\w-]{1,30})\s{0,5}="
    r"""\s{0,5}(?:"[^"]{0,2000}+"|'[^']{0,2000}+'|[^\s"'>]{1,2000}+)""",
    re.IGNORECASE,
)


def rendered(text: str) -> str:
    """Markdown without comments, images, titles and characters that nobody sees; what is in code stays. Redacted."""
    text = _without_comments(plain(text[:_MOST]))
    parts, at = [], 0
    while mark := _MARK.search(text, at):
        shown, end = _shown(text, mark)
        parts += [text[at : mark.start()], shown]
        at = end
    return redact.text("".join([*parts, text[at:]]))


def plain(text: str) -> str:
    """Text that is shown as it is (a log, a name), without the characters that nobody sees. Redacted."""
    return redact.text(harmless.visible(text))


def spelled(text: str) -> str:
    """Source code with the characters that nobody sees spelled out: in a change they are worth a look. Redacted."""
    return redact.text(harmless.spelled(text))


def line(text: str, limit: int) -> str:
    """A name or title on one line."""
    whole = " ".join(rendered(text[: 20 * limit]).split())
    return whole if len(whole) <= limit else f"{whole[: limit - 1]}…"


def _without_comments(text: str) -> str:
    """Comments go wherever they stand, in code too: which text is code can be made to look otherwise."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        parts += [text[at:start], _COMMENT]
        end = text.find("-->", start + 2)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join([*parts, text[at:]])


def _shown(text: str, mark: re.Match[str]) -> tuple[str, int]:
    """What is shown of the piece that begins at `mark`, and where it ends."""
    start, end, kind = mark.start(), mark.end(), mark.lastgroup
    if kind == "block":
        fence = mark["block"]
        closing = re.compile(rf"^ {{0,3}}{fence[0]}{{{min(len(fence), _FAR)},}}[ \t]*$", re.MULTILINE).search(text, end)
        end = closing.end() if closing else len(text)
    elif kind == "code":
        end = _end_of_code(text, end, mark["code"])
    elif kind == "definition":
        return "", end
    elif kind == "image":
        return _image(text, end)
    elif (kind == "link") and (link := _LINK.match(text, start)):
        return f"]({link[1]})", link.end()
    elif kind == "tag" and (tag := _TAG.match(text, start)):
        return _tag(tag), tag.end()
    return text[start:end], end


def _end_of_code(text: str, at: int, ticks: str) -> int:
    """Where code in a line ends: at as many ticks as it began with, or it is none."""
    newline = text.find("\n", at)
    stop = len(text) if newline < 0 else newline
    if len(ticks) > 8:
        return at
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(text, at, stop)
    return closing.end() if closing else at


def _image(text: str, at: int) -> tuple[str, int]:
    closing = text.find("]", at, at + _FAR)
    if closing < 0:
        return "![", at
    after = text[closing + 1 : closing + 2]
    end = text.find({"(": ")", "[": "]"}[after], closing + 2, closing + _FAR) if after in {"(", "["} else -1
    return _IMAGE, (closing if end < 0 else end) + 1


def _tag(tag: re.Match[str]) -> str:
    if tag[0][1] in "!?":
        return ""
    return _IMAGE if tag[1].lower() in _LOADS else _UNSEEN.sub("", tag[0])
