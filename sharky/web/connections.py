"""A connection to the page: no one keeps others out by holding many, by asking slowly, or by asking for more than is taken.

A server's threads are few. Waitress leaves a connection open for as long as octets come, and waits in a thread where answers to requests
that were sent in one go (RFC 9112, section 9.3.2) are not taken. No browser sends so.
"""

from __future__ import annotations

import socket
from typing import Any

from waitress.channel import HTTPChannel

CONNECTIONS_OF_ONE = 32
"""How many one address may hold: a browser has six at most, and several people may come through one proxy."""


class Connection(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One that asks for one thing at a time, without delay, and lets an older one of its address go where there are too many."""

    last_activity: float
    _begun_s = 0.0

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:  # noqa: A002 - waitress calls it so
        super().__init__(server, sock, addr, adj, map=map)
        own = [each for each in server.active_channels.values() if each.addr[0] == addr[0] and not each.will_close]
        if len(own) > CONNECTIONS_OF_ONE:
            next(each for each in own if not each.requests).will_close = True

    def received(self, data: bytes) -> bool:
        """Take octets; those of one request count as one sign of life, however many pieces they come in."""
        if self.request is None:
            self._begun_s = self.last_activity
        is_taken = bool(super().received(data))
        if self.request is not None:
            self.last_activity = self._begun_s
        if len(self.requests) > 1:
            self.will_close = True
        return is_taken
