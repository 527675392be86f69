"""What tokens cost where an agent does not say: a table of list prices, so that what comes of it is an estimate.

US dollars for a million tokens, as the providers listed them in November 2026 (platform.claude.com/docs, "Pricing";
developers.openai.com, "Pricing"; ai.google.dev, "Gemini Developer API pricing"): the standard tier, and the lower
band where long prompts cost more. What was written into a cache counts as plain input.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PRICES: dict[str, tuple[float, float, float]] = {  # input, input from the cache, output
    "claude-opus-5-5": (4, 0.2, 20),
    "claude-opus-5": (5, 0.5, 25),
    "claude-opus-4-8": (5, 0.5, 25),
    "claude-opus-4-7": (5, 0.5, 25),
    "claude-opus-4-6": (5, 0.5, 25),
    "claude-opus-4-5": (5, 0.5, 25),
    "claude-sonnet-5-5": (2, 0.1, 10),
    "claude-sonnet-5": (2, 0.2, 10),
    "claude-sonnet-4-6": (3, 0.3, 15),
    "claude-sonnet-4-5": (3, 0.3, 15),
    "claude-haiku-5-5": (0.1, 0.01, 0.5),
    "claude-haiku-4-5": (1, 0.1, 5),
    "gpt-6.1-sol": (2, 0.1, 10),
    "gpt-5.5": (5, 0.5, 30),
    "gpt-5.4": (2.5, 0.25, 15),
    "gpt-5.4-mini": (0.75, 0.075, 4.5),
    "gpt-5.4-nano": (0.2, 0.02, 1.25),
    "gpt-5.1": (1.25, 0.125, 10),
    "gpt-5": (1.25, 0.125, 10),
    "gpt-5-mini": (0.25, 0.025, 2),
    "gpt-4.1": (2, 0.5, 8),
    "gpt-4.1-mini": (0.4, 0.1, 1.6),
    "gemini-3.8-flash": (0.75, 0.075, 3.75),
    "gemini-3.5-flash": (1.5, 0.15, 9),
    "gemini-3.1-pro": (2, 0.2, 12),
    "gemini-2.5-pro": (1.25, 0.125, 10),
    "gemini-2.5-flash": (0.3, 0.03, 2.5),
    "gemini-2.5-flash-lite": (0.1, 0.01, 0.4),
}

_VERSION = re.compile(r"(?:-preview|-latest|[-@]\d{4}-?\d{2}-?\d{2}|-\d{2}-\d{4}|-\d{3})*")
"""What may follow a name and leaves the price as it is; `-mini` or `-pro` is another model."""


def cost(model: str, usage: Mapping[str, int]) -> float | None:
    """Dollars for `input` tokens (the `cached` ones are among them) and `output` tokens; None for an unknown model."""
    name = next((name for name in _PRICES if model.startswith(name) and _VERSION.fullmatch(model[len(name) :])), None)
    if name is None:
        return None
    fresh, cached, written = _PRICES[name]
    from_cache = min(usage.get("cached", 0), usage.get("input", 0))
    spent = (usage.get("input", 0) - from_cache) * fresh + from_cache * cached + usage.get("output", 0) * written
    return spent / 1_000_000
