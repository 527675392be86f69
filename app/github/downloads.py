"""Fetches what GitHub redirects to (logs lie on other hosts), from public hosts alone, bounded in size.

No credential goes along. A redirect must not lead dursor into its own network: private addresses are
refused where the name is resolved, so that a name cannot change its mind in between. GitHub's own host
may be private, as an Enterprise Server's is.
"""

from __future__ import annotations

import ipaddress
import socket
import urllib.parse

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from app import errors
from app.github import failures, transport, urls

HEAD = 64 * 1024  # bytes kept of the beginning
TAIL = 512 * 1024  # bytes kept of the end
MAX_READ = 1024 * 1024 * 1024  # bytes after which the rest is not read
_TIMEOUT = aiohttp.ClientTimeout(total=120, connect=10, sock_read=30)
_REDIRECTS = 3


class PublicHosts(AbstractResolver):
    """Resolves names to addresses of the public internet, and `own` to any."""

    def __init__(self, own: str) -> None:
        self._own = own
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        public = [entry for entry in found if host == self._own or is_public(entry["host"])]
        if not public:
            raise errors.Refused("GitHub's redirect leads into a private network")
        return public

    async def close(self) -> None:
        await self._resolver.close()


async def ends(address: str, api_url: str) -> str:
    """The first 64 KiB and the last 512 KiB of the text at `address`, cut at line ends.

    Raises errors.NotFound when it is gone, errors.Refused when it leads where it must not, else Transient.
    """
    own = urls.origin(api_url)[1]
    connector = aiohttp.TCPConnector(resolver=PublicHosts(own))
    async with aiohttp.ClientSession(
        timeout=_TIMEOUT, connector=connector, cookie_jar=aiohttp.DummyCookieJar()
    ) as http:
        for _ in range(_REDIRECTS + 1):
            allow(address, api_url)
            try:
                async with http.get(address, allow_redirects=False) as response:
                    if response.status == 200:
                        return await _read(response)
                    if response.status not in transport.MOVED:
                        raise failures.classify(response.status, response.headers, b"", "GET", now=0.0)
                    address = urllib.parse.urljoin(address, response.headers.get("location", ""))
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise errors.Transient(f"the log could not be fetched: {type(error).__name__}") from error
    raise errors.Transient("the log's address leads in a circle")


def allow(address: str, api_url: str) -> None:
    """Raise errors.Refused unless `address` may be fetched: https to a public host, or GitHub's own host."""
    scheme, host, _ = urls.origin(address)
    if urls.origin(address) == urls.origin(api_url):
        return
    if scheme != "https" and not (scheme == "http" and urls.is_loopback(api_url) and urls.is_loopback(address)):
        raise errors.Refused("GitHub's redirect leads away from https")
    if host != urls.origin(api_url)[1] and _is_literal(host) and not is_public(host):
        raise errors.Refused("GitHub's redirect leads into a private network")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _read(response: aiohttp.ClientResponse) -> str:
    head, tail, total = bytearray(), bytearray(), 0
    async for chunk in response.content.iter_any():
        total += len(chunk)
        room = max(HEAD - len(head), 0)
        head += chunk[:room]
        tail += chunk[room:]
        if len(tail) > 2 * TAIL:
            del tail[:-TAIL]
        if total > MAX_READ:
            break
    left_out = total - len(head) - len(tail[-TAIL:])
    if left_out == 0:
        return _text(bytes(head + tail))
    begin = bytes(head).rpartition(b"\n")[0]
    end = bytes(tail[-TAIL:]).partition(b"\n")[2]
    return f"{_text(begin)}\n... {total - len(begin) - len(end)} bytes left out ...\n{_text(end)}"


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
