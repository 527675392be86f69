"""Ports for programs that a test starts itself, perhaps again and again."""

from __future__ import annotations

import socket


def held() -> socket.socket:
    """A port of this machine that nobody gets but who listens at it: a bound socket that does not listen holds it.

    A port that was free a moment ago may be anybody's by now, if only as the near end of a connection.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    return holder
