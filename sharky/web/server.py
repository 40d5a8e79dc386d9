"""The page's process: waitress on a socket that somebody else has bound."""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path

import waitress

from sharky.web.access import Access
from sharky.web.app import create_app
from sharky.web.connections import Connection
from sharky.web.events import SEATS
from sharky.web.guard import MOST_OCTETS
from sharky.web.log import log_to

_SPARE_THREADS = 4
"""For all that is no stream."""

_UNSENT_BYTES = 64 * 1024
"""How far a slow listener may fall behind before its stream waits."""

_SILENCE_MILLISECONDS = 10_000
"""How long a listener may take nothing before its connection ends: a phone that left the house says no goodbye."""


_IDLE_SECONDS = 10
"""How long a connection may stay that asks for nothing, or take to ask; a browser opens another one when it needs it."""

_CONNECTIONS = 500
"""How many there may be at once: a phone has six at most, and each takes some kilobytes."""


def serve(run_directory: Path, sock: socket.socket, access: Access | None = None, *, is_service: bool = False) -> None:
    """Answer on `sock` until the process is told to end.

    Args:
        run_directory: Where the engine leaves its snapshot and its frames.
        sock: A bound TCP socket, so that a port in use is found out before this process starts.
        access: Who may change anything; whoever is on this machine where none is given.
        is_service: Whether the system starts the engine, and nobody has to.
    """
    logging.basicConfig(handlers=[log_to(sys.stderr)], force=True)
    logging.getLogger("waitress").setLevel(logging.ERROR)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENCE_MILLISECONDS)
    server = waitress.create_server(
        create_app(run_directory, access=access, is_service=is_service),
        sockets=[sock],
        threads=SEATS + _SPARE_THREADS,
        outbuf_high_watermark=_UNSENT_BYTES,
        max_request_body_size=MOST_OCTETS,
        channel_timeout=_IDLE_SECONDS,
        cleanup_interval=_IDLE_SECONDS // 2,
        connection_limit=_CONNECTIONS,
        ident=None,
    )
    server.channel_class = Connection
    server.run()
