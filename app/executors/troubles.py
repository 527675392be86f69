"""Why an agent could not go on, found in what it said, and told in a sentence that says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from app.executors import base, fields

_STATUS = re.compile(r'"code":\s*(\d{3})|status:? (\d{3})|\b(40[0-9]|429|5\d\d)\b')
_KEY = re.compile(
    r"api[ _-]?key not valid|API_KEY_INVALID|invalid[ _]api[ _]key|/login|missing environment variable", re.IGNORECASE
)
_MONEY = re.compile(r"insufficient_quota|credit balance|check your plan and billing", re.IGNORECASE)
_NETWORK = re.compile(
    r"econn|enotfound|eai_again|fetch failed|terminated|socket|connection (failed|refused|error|reset|to the api)"
    r"|unable to connect|error sending request|stream disconnected|idle timeout|timed out|network error|finish reason",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"quota|rate.?limit|resource_exhausted", re.IGNORECASE)


def kind_of(words: str) -> base.Kind | None:
    """What an error message is about; None when it does not say."""
    if _KEY.search(words) or _MONEY.search(words):
        return "auth"
    found = _STATUS.search(words)
    if found is not None:
        return of_status(int(next(group for group in found.groups() if group)))
    if _NETWORK.search(words):
        return "network"
    return "rate_limit" if _LIMIT.search(words) else None


def of_status(status: object) -> base.Kind | None:
    """What an HTTP status of the provider means; None for one that is no failure, or none at all."""
    if not isinstance(status, int) or status < 400:
        return None
    if status in {401, 402, 403}:
        return "auth"
    if status == 429:
        return "rate_limit"
    return "server" if status >= 500 or status == 408 else "protocol"


def plain_words(error: str) -> str:
    """A provider's message without the JSON and the marks that an agent shows it in."""
    text = error.strip().removeprefix("[API Error: ").removesuffix("]").strip()
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return text
    message = fields.text(fields.part(answer, "error"), "message") if isinstance(answer, dict) else ""
    return message or text


_WHAT: Mapping[base.Kind, str] = {
    "auth": "{title} was refused by its model's provider: {said} Check the key and the account: `dursor model test` "
    "asks the provider.",
    "rate_limit": "{title} met a limit of its model's provider: {said} It can go on when the limit ends.",
    "server": "{title}'s model provider had trouble: {said} That mostly passes: try again later.",
    "network": "{title} could not reach its model's provider, or lost it: {said} Check the network and the model's "
    "address: `dursor model test` asks the provider.",
    "limit": "{title} spent the turns or the money of this run: {said} Give it more, or less to do at once.",
    "schema": "{title} did not answer as it was asked to, twice: {said} Try again, or take another model.",
    "protocol": "{title} ended without a usable result: {said} Try again; `dursor doctor` says whether its version is "
    "supported.",
}  # fmt: skip


def sentence(kind: base.Kind | None, title: str, said: str) -> str:
    """`said`, with what it is about and what can be done; kinds that speak for themselves stay as they are."""
    what = _WHAT.get(kind) if kind is not None else None
    words = said.strip().rstrip(".") or "it gave no reason"
    return what.format(title=title, said=f"{words}.") if what else said
