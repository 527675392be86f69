"""Makes the words of strangers and models harmless before they are shown: data that does nothing on GitHub's pages."""

from __future__ import annotations

import re

from app import redact

_MAX_QUOTE = 2_000
_BROKEN_MENTION = "@\u200b"
_IMAGE = re.compile(r"!\[")
_CLOSING = re.compile(r"\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(\s{1,5}#\d)", re.IGNORECASE)
_COMMAND = re.compile(r"(?m)^(\s{0,8})/(?=[a-z])")


def harmless(text: str, limit: int = _MAX_QUOTE) -> str:
    """A stranger's or a model's words: no mentions, closing keywords, commands, images, HTML or secrets."""
    text = redact.text(text)[:limit]
    text = text.replace("@", _BROKEN_MENTION).replace("<", "&lt;").replace("\x00", "")
    text = _IMAGE.sub("!\u200b[", text)
    text = _CLOSING.sub("\\1\u200b\\2", text)
    return _COMMAND.sub("\\1\u200b/", text)
