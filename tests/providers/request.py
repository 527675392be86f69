"""One request that reached the stand-in: which protocol it is in, and what a test may want to know of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Protocol = Literal["anthropic", "openai", "google"]
Kind = Literal["answer", "aside", "count", "models", "other"]

_GOOGLE = re.compile(r"/models/([^/:]+):(streamGenerateContent|generateContent|countTokens)$")
_AGENTS = ("claude-cli/", "GeminiCLI")  # what these ask without tools is a title or a guess, and no turn


@dataclass(frozen=True, slots=True)
class Request:
    """As it came; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The whole body, to look for words in."""
        return json.dumps(self.body, ensure_ascii=False)

    @property
    def key(self) -> str | None:
        """The key that was shown, however the protocol shows it."""
        bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
        plain = self.headers.get("x-api-key") or self.headers.get("x-goog-api-key") or self.query.get("key")
        return plain or bearer or None

    @property
    def protocol(self) -> Protocol:
        if _GOOGLE.search(self.path):
            return "google"
        return "openai" if self.path.endswith("/responses") else "anthropic"

    @property
    def kind(self) -> Kind:
        if self.method == "GET" and self.path.endswith("/models"):
            return "models"
        if self.method == "POST" and self.path.endswith(("/count_tokens", ":countTokens")):
            return "count"
        if self.method == "POST" and (self.path.endswith(("/v1/messages", "/responses")) or _GOOGLE.search(self.path)):
            aside = not self.tools and self.headers.get("user-agent", "").startswith(_AGENTS)
            return "aside" if aside else "answer"
        return "other"

    @property
    def model(self) -> str:
        found = _GOOGLE.search(self.path)
        return found[1] if found else str(self.body.get("model", ""))

    @property
    def streams(self) -> bool:
        """Whether the answer is wanted as events."""
        return self.body.get("stream") is True or self.path.endswith(":streamGenerateContent")

    @property
    def tools(self) -> tuple[str, ...]:
        """The names of the tools that are offered to the model."""
        offered = self.body.get("tools") or []
        declared = [function for tool in offered for function in tool.get("functionDeclarations", [tool])]
        return tuple(str(tool.get("name") or tool.get("type")) for tool in declared)
