"""How far GitHub's clock is from ours, as the Date header of an answer says it (RFC 9110, 6.6.1)."""

from __future__ import annotations

import email.utils
import time

import aiohttp

from app import errors
from app.github import transport, urls


async def ahead(api_url: str) -> float:
    """Seconds by which GitHub's clock is ahead of this machine's, to about a second; negative when behind.

    Any answer will do, a refusal too. Raises errors.Transient where there is none.
    """
    try:
        async with transport.session(transport.TIMEOUT) as http:
            before = time.time()
            headers = {
                "accept": "application/vnd.github+json",
                "user-agent": transport.USER_AGENT,
                "x-github-api-version": transport.API_VERSION,
            }
            async with http.get(f"{urls.api(api_url)}/meta", headers=headers, allow_redirects=False) as answer:
                date = answer.headers.get("date", "")
            return email.utils.parsedate_to_datetime(date).timestamp() - (before + time.time()) / 2
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise errors.Transient(f"GitHub did not tell its time: {type(error).__name__}") from error
